import { toPage } from '@cartograph/kernel/page';
import { ownersOf, readableOwners, seesEverything, type Viewer } from '@cartograph/kernel/viewer';
import type { Database } from '@cartograph/runtime/database/connect';
import { newId } from '@cartograph/runtime/ids';
import type { Prisma, PrismaClient } from '../../generated/prisma/client.ts';
import type { Returns } from '../ports/returns.ts';
import { beginExchange, giveUpExchange } from './exchange-store.ts';
import { eventsJson, tell } from './order-timeline.ts';
import { closeReturn, receiveReturn, takeBackReturn } from './return-receipts.ts';
import { toReturn } from './return-rows.ts';

/** The wall: everybody but staff and neighbours reads their own returns alone. */
const readableBy = (viewer: Viewer): Prisma.OrderReturnWhereInput => ({
  kind: 'RETURN',
  ...(seesEverything(viewer) ? {} : { buyerId: { in: [...ownersOf(viewer)] } }),
});

const WITH_LINES = { lines: { orderBy: { position: 'asc' } } } as const;

const REQUEST = `
  WITH keyed AS (
    INSERT INTO idempotency_key (buyer_id, operation, key, fingerprint, order_id, return_id)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING order_id),
  asked AS (
    INSERT INTO order_return (id, number, order_id, buyer_id, currency)
    SELECT $6, $7, o.id, o.buyer_id, o.currency FROM keyed JOIN orders o ON o.id = keyed.order_id RETURNING id, order_id),
  lined AS (
    INSERT INTO order_return_line (id, return_id, order_id, order_line_id, position, quantity, reason, note)
    SELECT l.id, asked.id, asked.order_id, l.line, l.position, l.quantity, l.reason::return_reason, l.note
    FROM asked, jsonb_to_recordset($8::jsonb) AS l(id TEXT, line TEXT, position INT, quantity INT, reason TEXT, note TEXT)),
  told AS (${tell('$9', 'asked')})
  SELECT id FROM asked`;

const MOVE = `
  WITH moved AS (
    UPDATE order_return SET status = $2::return_status, refusal_reason = $3
    WHERE id = $1 AND kind = 'RETURN' AND return_transition_is_legal(status, $2::return_status) AND status <> 'RECEIVED'
      AND ($4::text[] IS NULL OR buyer_id = ANY ($4)) RETURNING order_id, number, follow_up_id),
  freed AS (
    INSERT INTO outbox (id, topic, key, payload)
    SELECT $1 || ':freed', 'abandon-exchange', follow_up_id, jsonb_build_object('orderId', follow_up_id)
    FROM moved WHERE $2 <> 'APPROVED' AND follow_up_id IS NOT NULL ON CONFLICT (id) DO NOTHING),
  told AS (
    INSERT INTO order_event (id, order_id, type, message, actor, staff_id, subject_id)
    SELECT $5, order_id, 'RETURN_' || $2, 'Return ' || number || $6, $7::order_actor, $8, $1 FROM moved)
  SELECT FROM moved`;

const WORDS = { APPROVED: 'approved', REFUSED: 'refused', CANCELLED: 'cancelled' } as const;

/** The database's own words for what an order or a line of it does not allow. */
const LIMITS = {
  order_return_line_bought: 'quantity',
  order_return_of_fulfilled: 'order',
  order_return_limit: 'too-many',
} as const;

function limitOf(error: unknown): (typeof LIMITS)[keyof typeof LIMITS] | null {
  const constraint = String((error as { constraint?: unknown } | null)?.constraint);
  return constraint in LIMITS ? LIMITS[constraint as keyof typeof LIMITS] : null;
}

/** Returns, read and changed as the viewer. */
export const createReturnStore = (
  prisma: PrismaClient,
  { pool }: Pick<Database, 'pool'>,
  outboxWritten: () => void,
): Returns => ({
  async findByIds(viewer, ids) {
    const where = { id: { in: [...ids] }, ...readableBy(viewer) };
    return (await prisma.orderReturn.findMany({ where, include: WITH_LINES })).map(toReturn);
  },
  async list(viewer, { status, orderId, buyerId }, { after, limit }) {
    const filter: Prisma.OrderReturnWhereInput = {
      ...(status && { status: { in: [...status] } }),
      ...(orderId !== null && { orderId }),
      ...(buyerId !== null && { buyerId }),
    };
    const rows = await prisma.orderReturn.findMany({
      // Ids sort by time, so the newest return has the greatest id.
      where: { AND: [readableBy(viewer), filter, after ? { id: { lt: String(after[0]) } } : {}] },
      include: WITH_LINES,
      orderBy: { id: 'desc' },
      take: limit + 1,
    });
    return toPage(rows.map(toReturn), limit);
  },
  async listByOrderIds(viewer, orderIds) {
    const where = { orderId: { in: [...orderIds] }, ...readableBy(viewer) };
    return (await prisma.orderReturn.findMany({ where, include: WITH_LINES, orderBy: { id: 'desc' } })).map(toReturn);
  },
  async returnableQuantities(orderId) {
    const { rows } = await pool.query<{ id: string; quantity: number }>(
      'SELECT id, returnable_quantity(id, NULL)::int AS quantity FROM order_line WHERE order_id = $1',
      [orderId],
    );
    return new Map(rows.map(({ id, quantity }) => [id, quantity]));
  },
  async request({ id, number, orderId, by, staffId = null, lines }, { buyerId, operation, key, fingerprint }) {
    const rows = lines.map((line, position) => ({
      ...{ id: newId('ReturnLine'), position, line: line.orderLineId },
      ...{ quantity: line.quantity, reason: line.reason, note: line.note },
    }));
    const pieces = lines.reduce((all, { quantity }) => all + quantity, 0);
    const message = `Return ${number} was asked for, ${pieces} in all.`;
    const asked = { orderId, type: 'RETURN_REQUESTED', message, by, staffId, subjectId: id } as const;
    const values = [buyerId, operation, key, fingerprint, orderId, id, number, JSON.stringify(rows)];
    try {
      const { rowCount } = await pool.query(REQUEST, [...values, eventsJson([asked])]);
      return rowCount === 1 ? 'requested' : 'key-taken';
    } catch (error) {
      const limit = limitOf(error);
      if (limit === null) throw error;
      return limit;
    }
  },
  async move(viewer, id, { to, by, staffId = null, reason }) {
    const message = ` was ${WORDS[to]}${reason === null ? '.' : `: ${reason}`}`;
    const { rowCount } = await pool.query(MOVE, [
      ...[id, to, reason, readableOwners(viewer), newId('OrderEvent'), message, by, staffId],
    ]);
    if (rowCount === 1) outboxWritten();
    return rowCount === 1;
  },
  receive: (returnId, key, saga, payBy, decide) => receiveReturn(pool, returnId, key, saga, payBy, decide),
  exchange: (returnId, followUp, key, saga, by) => beginExchange(pool, returnId, followUp, key, saga, by),
  giveUpExchange: (returnId, settled) => giveUpExchange(pool, returnId, settled),
  takeBack: (returnId, receiptId, reason) => takeBackReturn(pool, returnId, receiptId, reason),
  async close(returnId, events, told) {
    await closeReturn(pool, returnId, events, told);
    outboxWritten();
  },
});
