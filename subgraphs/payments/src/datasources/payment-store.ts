import { toPage } from '@cartograph/kernel/page';
import { readableOwners } from '@cartograph/kernel/viewer';
import type { Database } from '@cartograph/runtime/database/connect';
import { anyOf } from '@cartograph/runtime/database/keys';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import type { Attempt } from '../domain/attempt.ts';
import type { Payment } from '../domain/payment.ts';
import type { Moved } from '../domain/reconciliation.ts';
import type { Redemption } from '../domain/stored-value.ts';
import type { PaymentStore } from '../ports.ts';
import { fromPrisma, fromSql } from './rows.ts';
import { run, type Statement } from './statement.ts';

const BY_IDS: Statement = {
  name: 'payments_by_ids',
  text: `SELECT * FROM payments WHERE id = ${anyOf(1)} AND ($2::text[] IS NULL OR buyer_id = ANY ($2))`,
};

/** One row per order, which Prisma's client cannot say without reading them all. */
const CURRENT: Statement = {
  name: 'current_payments',
  text: `
SELECT DISTINCT ON (order_id) * FROM payments
WHERE order_id = ${anyOf(1)} AND ($2::text[] IS NULL OR buyer_id = ANY ($2))
ORDER BY order_id, status NOT IN ('DECLINED', 'VOIDED') DESC, id DESC`,
};

/** As the index `payments_held` has it. What was let go is not authorised any more; nor is what was declined or voided. */
const HELD = 'authorized_minor > captured_minor + capturing_minor';

const MAX_ATTEMPTS = 100;
const BATCH = 1000;

export const createPaymentStore = (db: Database, prisma: PrismaClient): PaymentStore => ({
  async findByIds(viewer, ids) {
    return (await run(db, BY_IDS, [ids, readableOwners(viewer)])).map((row) => fromSql<Payment>(row));
  },
  async findCurrent(viewer, orderIds) {
    return (await run(db, CURRENT, [orderIds, readableOwners(viewer)])).map((row) => fromSql<Payment>(row));
  },
  async findByOrderIds(viewer, orderIds) {
    const owned = readableOwners(viewer);
    const rows = await prisma.payment.findMany({
      // Bounded: an order takes at most 20 tries.
      where: { orderId: { in: [...orderIds] }, ...(owned && { buyerId: { in: [...owned] } }) },
      orderBy: { id: 'desc' },
    });
    return rows.map((row) => fromPrisma<Payment>(row));
  },
  async list({ statuses, orderId, heldSince }, { limit, after }) {
    // By hand: what is reserved is a sum, which Prisma's client cannot compare.
    const { rows } = await db.pool.query(
      `SELECT * FROM payments
       WHERE ($1::text[] IS NULL OR status = ANY ($1)) AND ($2::text IS NULL OR order_id = $2)
         AND ($3::timestamptz IS NULL OR ${HELD} AND updated_at <= $3) AND ($4::text IS NULL OR id < $4)
       ORDER BY id DESC LIMIT $5`,
      [statuses ?? null, orderId ?? null, heldSince ?? null, after?.[0] ?? null, limit + 1],
    );
    return toPage(
      rows.map((row) => fromSql<Payment>(row)),
      limit,
    );
  },
  async findRedemptions(paymentIds) {
    const { rows } = await db.pool.query(
      `SELECT r.payment_id, r.offset_minor, r.amount_minor, v.kind, v.last4
       FROM redemptions r JOIN stored_values v ON v.id = r.stored_value_id
       WHERE r.payment_id = ${anyOf(1)} ORDER BY r.payment_id, r.position`,
      [paymentIds],
    );
    return rows.map((row) => fromSql<Redemption>(row));
  },
  async findAttempts(paymentIds) {
    const { rows } = await db.pool.query(
      `SELECT * FROM (
         SELECT *, row_number() OVER (PARTITION BY payment_id ORDER BY position) AS place
         FROM attempts WHERE payment_id = ${anyOf(1)}) ranked
       WHERE place <= ${MAX_ATTEMPTS} ORDER BY payment_id, place`,
      [paymentIds],
    );
    return rows.map((row) => fromSql<Attempt>(row));
  },
  moved: (provider, from, to) => moved(db, provider, from, to),
  async movedByIds(provider, ids) {
    return (await db.pool.query<Moved>(`${MOVED} WHERE provider = $1 AND id = ANY ($2)`, [provider, ids])).rows;
  },
  async countLive() {
    const { rows } = await db.pool.query<{ provider: string; payments: number }>(COUNT_LIVE);
    return rows;
  },
  async countHeld(days) {
    const { rows } = await db.pool.query<{ held: number }>(
      `SELECT count(*)::int AS held FROM payments WHERE ${HELD} AND updated_at <= now() - make_interval(days => $1)`,
      [days],
    );
    return rows[0]?.held ?? 0;
  },
  async now() {
    const { rows } = await db.pool.query<{ now: Date }>('SELECT now()');
    if (!rows[0]) throw new Error('the database does not tell the time');
    return rows[0].now;
  },
});

const COUNT_LIVE = `
SELECT provider, count(*)::int AS payments FROM payments
WHERE provider IS NOT NULL AND status NOT IN ('DECLINED', 'VOIDED', 'REFUNDED')
GROUP BY provider ORDER BY provider`;

const MOVED = `
SELECT id AS "reference", currency, captured_minor - stored_captured_minor AS "capturedMinor",
  refunded_minor - stored_refunded_minor AS "refundedMinor", created_at AS "createdAt", updated_at AS "changedAt",
  capturing_minor + refunding_minor > 0 OR status IN ('CREATED', 'UNKNOWN', 'PENDING') AS "underWay"
FROM payments`;

/** In batches by id, so that a year of payments is never in memory twice. */
async function* moved(db: Database, provider: string, from: Date, to: Date): AsyncGenerator<Moved> {
  for (let after = ''; ; ) {
    const { rows } = await db.pool.query<Moved>(
      `${MOVED}
       WHERE created_at >= $1 AND created_at < $2 AND provider = $4 AND id > $3 ORDER BY id LIMIT ${BATCH}`,
      [from, to, after, provider],
    );
    yield* rows;
    const last = rows.at(-1);
    if (!last || rows.length < BATCH) return;
    after = last.reference;
  }
}
