import { money } from '@cartograph/kernel/money';
import type { SagaStart } from '@cartograph/kernel/saga';
import { ownersOf, seesEverything, type Viewer } from '@cartograph/kernel/viewer';
import type { Database } from '@cartograph/runtime/database/connect';
import { inTransaction } from '@cartograph/runtime/database/transaction';
import { newId } from '@cartograph/runtime/ids';
import type { Pool, PoolClient } from 'pg';
import type { Prisma, PrismaClient } from '../../generated/prisma/client.ts';
import { fulfilmentStatus } from '../domain/fulfilment.ts';
import type { NewOrder } from '../domain/order.ts';
import { type EditFacts, type NewEdit, type RemovedLine, worthOfRemoved } from '../domain/order-edit.ts';
import type { NewOrderEvent } from '../domain/order-event.ts';
import type { EditBegun, Edits } from '../ports/returns.ts';
import type { Key } from '../ports.ts';
import { insertOrder } from './checkout-store.ts';
import { lockedFacts } from './order-news-store.ts';
import { tellOrders } from './order-timeline.ts';
import { send } from './outbox-events.ts';
import { toEdit } from './return-rows.ts';

type Decide = Parameters<Edits['close']>[2];

const WITH_LINES = { lines: { orderBy: { position: 'asc' } } } as const;

const readableBy = (viewer: Viewer): Prisma.OrderReturnWhereInput => ({
  kind: 'EDIT',
  ...(seesEverything(viewer) ? {} : { buyerId: { in: [...ownersOf(viewer)] } }),
});

/** Edits: returns of what has not left, in the same table, so that nothing is given back twice. */
export const createEditStore = (
  prisma: PrismaClient,
  { pool }: Pick<Database, 'pool'>,
  outboxWritten: () => void,
): Edits => ({
  async findByIds(viewer, ids) {
    const where = { id: { in: [...ids] }, ...readableBy(viewer) };
    return (await prisma.orderReturn.findMany({ where, include: WITH_LINES })).map(toEdit);
  },
  async listByOrderIds(viewer, orderIds) {
    const where = { orderId: { in: [...orderIds] }, ...readableBy(viewer) };
    return (await prisma.orderReturn.findMany({ where, include: WITH_LINES, orderBy: { id: 'desc' } })).map(toEdit);
  },
  facts: (orderId) => readFacts(pool, orderId),
  begin: (edit, key, saga, followUp) => begin(pool, edit, key, saga, followUp),
  async removedOf(orderId) {
    const { rows } = await pool.query<{ id: string; quantity: number }>(
      `SELECT id, taken_quantity(id, NULL, 'EDIT')::int AS quantity FROM order_line WHERE order_id = $1`,
      [orderId],
    );
    return new Map(rows.map(({ id, quantity }) => [id, quantity]));
  },
  giveUp: (id) => giveUp(pool, id),
  async close(id, told, decide) {
    if (await close(pool, id, told, decide)) outboxWritten();
  },
});

interface FactsRow {
  readonly currency: string;
  readonly total: number;
  readonly refunded: number;
  readonly lines: readonly {
    readonly id: string;
    readonly bought: number;
    readonly total: number;
    readonly removed: number;
    readonly paid: number;
    readonly removable: number;
  }[];
}

async function readFacts(client: Pool | PoolClient, orderId: string): Promise<EditFacts> {
  const { rows } = await client.query<FactsRow>(
    `SELECT o.currency, o.total_minor AS total,
       (SELECT coalesce(sum(refund_minor), 0)::bigint FROM order_return WHERE order_id = o.id) AS refunded,
       (SELECT jsonb_agg(jsonb_build_object('id', b.id, 'bought', b.quantity, 'total', b.total_minor,
           'removed', e.removed, 'paid', e.paid, 'removable', removable_quantity(b.id, NULL)))
        FROM order_line b CROSS JOIN LATERAL (
          SELECT coalesce(sum(l.resaleable_quantity + l.damaged_quantity), 0) AS removed, coalesce(sum(l.paid_minor), 0) AS paid
          FROM order_return_line l JOIN order_return r ON r.id = l.return_id
          WHERE l.order_line_id = b.id AND r.kind = 'EDIT') e
        WHERE b.order_id = o.id) AS lines
     FROM orders o WHERE o.id = $1`,
    [orderId],
  );
  const [row] = rows;
  if (!row) throw new Error(`order ${orderId} is gone`);
  const amount = (minor: number) => money(minor, row.currency);
  return {
    orderTotal: amount(row.total),
    refunded: amount(row.refunded),
    lines: row.lines.map(({ total, removed, paid, ...line }) => ({
      ...{ ...line, total: amount(total) },
      removed: { quantity: removed, paid: amount(paid) },
    })),
  };
}

/** Rolls the transaction back; never leaves this file. */
class NotBegun extends Error {
  readonly why: EditBegun;
  constructor(why: EditBegun) {
    super(why);
    this.why = why;
  }
}

/** In a transaction, since what the pieces are worth depends on every other edit and return, which must stand still. */
const begin = (pool: Pool, edit: NewEdit, key: Key, saga: SagaStart, followUp: NewOrder | null): Promise<EditBegun> =>
  inTransaction(pool, async (client): Promise<EditBegun> => {
    const { orderId } = edit;
    await client.query('SELECT FROM orders WHERE id = $1 FOR NO KEY UPDATE', [orderId]);
    // An order whose checkout still runs is not yet what it will be.
    const running = await client.query(`SELECT FROM saga WHERE id = $1 AND status <> 'DONE'`, [orderId]);
    if ((running.rowCount ?? 0) > 0) throw new NotBegun('busy');
    const paid = worthOfRemoved(edit.removed, await readFacts(client, orderId));
    if (paid.reduce((all, { minor }) => all + minor, 0) !== edit.removedAmount.minor) throw new NotBegun('changed');
    await insertEdit(client, edit, saga.id, paid);
    if (followUp) {
      const inserted = await insertOrder(client, followUp, key, saga, edit);
      if (inserted !== 'inserted') throw new NotBegun('key-taken');
      await client.query('UPDATE idempotency_key SET return_id = $4 WHERE (buyer_id, operation, key) = ($1, $2, $3)', [
        key.buyerId,
        key.operation,
        key.key,
        edit.id,
      ]);
    } else await insertSaga(client, edit, key, saga);
    await tellOrders(client, [begunEvent(edit)]);
    return 'begun';
  }).catch((error: unknown) => {
    if (error instanceof NotBegun) return error.why;
    const why = LIMITS[String((error as { constraint?: unknown } | null)?.constraint)];
    if (why) return why;
    throw error;
  });

const LIMITS: Readonly<Record<string, EditBegun>> = {
  order_return_line_bought: 'changed',
  order_return_of_fulfilled: 'status',
  order_return_limit: 'status',
  order_return_open_edit: 'pending',
};

const begunEvent = ({ id, orderId, number, reason, by, staffId = null }: NewEdit) =>
  ({ orderId, type: 'EDIT_STARTED', message: `Edit ${number}: ${reason}`, by, staffId, subjectId: id }) as const;

async function insertEdit(
  client: PoolClient,
  { id, number, orderId, reason, removed, removedAmount, creditAmount, followUpId }: NewEdit,
  sagaId: string,
  paid: readonly { readonly minor: number }[],
): Promise<void> {
  await client.query(
    `INSERT INTO order_return (id, number, order_id, buyer_id, currency, kind, reason)
     SELECT $1, $2, id, buyer_id, currency, 'EDIT', $4 FROM orders WHERE id = $3`,
    [id, number, orderId, reason],
  );
  await client.query(
    `INSERT INTO order_return_line (id, return_id, order_id, order_line_id, position, quantity, reason,
       resaleable_quantity, damaged_quantity, paid_minor)
     SELECT l.id, $1, $2, l.line, l.position, l.quantity, 'OTHER', l.quantity, 0, l.paid
     FROM jsonb_to_recordset($3::jsonb) AS l(id TEXT, line TEXT, position INT, quantity INT, paid BIGINT)`,
    [id, orderId, JSON.stringify(removed.map((line, position) => toLine(line, position, paid[position]?.minor ?? 0)))],
  );
  await client.query(`UPDATE order_return SET status = 'APPROVED' WHERE id = $1`, [id]);
  await client.query(
    `UPDATE order_return SET status = 'RECEIVED', receipt_id = $2, refund_minor = $3, credit_minor = $4, follow_up_id = $5
     WHERE id = $1`,
    [id, sagaId, removedAmount.minor, creditAmount.minor, followUpId],
  );
}

const toLine = ({ orderLineId, quantity }: RemovedLine, position: number, paid: number) => ({
  ...{ id: newId('ReturnLine'), line: orderLineId, position, quantity, paid },
});

async function insertSaga(client: PoolClient, { id }: NewEdit, key: Key, saga: SagaStart): Promise<void> {
  const keyed = await client.query(
    `INSERT INTO idempotency_key (buyer_id, operation, key, fingerprint, saga_id, return_id)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
    [key.buyerId, key.operation, key.key, key.fingerprint, saga.id, id],
  );
  if (keyed.rowCount === 0) throw new NotBegun('key-taken');
  await client.query(
    `INSERT INTO saga (id, name, step, state, lease_owner, lease_until)
     VALUES ($1, $2, $3, $4::jsonb, $5, now() + make_interval(secs => $6))`,
    [saga.id, saga.name, saga.step, JSON.stringify(saga.state), saga.owner, saga.leaseSeconds],
  );
}

/** True when something waits to be delivered. */
const close = (pool: Pool, id: string, told: readonly NewOrderEvent[], decide: Decide): Promise<boolean> =>
  inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ orderId: string; number: string }>(
      `UPDATE order_return SET status = 'CLOSED' WHERE id = $1 AND status = 'RECEIVED'
       RETURNING order_id AS "orderId", number`,
      [id],
    );
    const [closed] = rows;
    if (!closed) return false;
    const { orderId, number } = closed;
    const facts = await lockedFacts(client, orderId, []);
    const moved = await client.query(
      `UPDATE orders SET status = $2::order_status WHERE id = $1 AND order_transition_is_legal(status, $2::order_status)
         AND status <> 'CANCELLING'`,
      [orderId, fulfilmentStatus(facts.lines, facts.shipments)],
    );
    // Who has brought an order where it is has seen to what follows.
    const events = moved.rowCount === 1 ? decide(facts) : [];
    if (events.length > 0) await client.query(send('$1'), [JSON.stringify(events)]);
    const message = `Edit ${number} is done.`;
    await tellOrders(client, [...told, { orderId, type: 'EDIT_APPLIED', message, by: 'SYSTEM', subjectId: id }]);
    return events.length > 0;
  });

/** Nothing was taken out: the pieces are the order's again. */
const giveUp = (pool: Pool, id: string): Promise<void> =>
  inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ orderId: string; number: string }>(
      `UPDATE order_return SET status = 'APPROVED', receipt_id = NULL, refund_minor = NULL, credit_minor = 0
       WHERE id = $1 AND status = 'RECEIVED' RETURNING order_id AS "orderId", number`,
      [id],
    );
    const [back] = rows;
    if (!back) return;
    await client.query(
      'UPDATE order_return_line SET resaleable_quantity = NULL, damaged_quantity = NULL, paid_minor = NULL WHERE return_id = $1',
      [id],
    );
    await client.query(`UPDATE order_return SET status = 'CANCELLED' WHERE id = $1`, [id]);
    const message = `Edit ${back.number} was given up. The order is as it was.`;
    await tellOrders(client, [{ orderId: back.orderId, type: 'EDIT_GIVEN_UP', message, by: 'SYSTEM', subjectId: id }]);
  });
