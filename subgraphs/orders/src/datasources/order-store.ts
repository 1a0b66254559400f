import { type PageRequest, toPage } from '@cartograph/kernel/page';
import { ownersOf, readableOwners, seesEverything, type Viewer } from '@cartograph/kernel/viewer';
import type { Database } from '@cartograph/runtime/database/connect';
import { anyOf } from '@cartograph/runtime/database/keys';
import type { Pool } from 'pg';
import type { Prisma, PrismaClient } from '../../generated/prisma/client.ts';
import type { OrderFilter } from '../domain/order.ts';
import { ORDER_STATUSES, shipmentRank } from '../domain/order-status.ts';
import type { ReservedFor } from '../domain/reservation.ts';
import type { Orders } from '../ports.ts';
import { type LineRow, ORDER_COLUMNS, type OrderRow, toOrder, toOrderLine } from './order-rows.ts';

/** The wall: everybody but staff and neighbours reads their own orders alone. */
const readableBy = (viewer: Viewer): Prisma.OrderWhereInput =>
  seesEverything(viewer) ? {} : { buyerId: { in: [...ownersOf(viewer)] } };

const PLACED = ORDER_STATUSES.filter((status) => status !== 'PENDING' && status !== 'REFUSED');

const LEFT = shipmentRank('HANDED_OVER');

const afterCursor = ({ after }: PageRequest): Prisma.OrderWhereInput =>
  after === null ? {} : { id: { lt: String(after[0]) } };

function matching({ status, placedFrom, placedBefore, buyerId, email, channel }: OrderFilter): Prisma.OrderWhereInput {
  return {
    status: { in: [...(status ?? PLACED)] },
    ...((placedFrom ?? placedBefore) && {
      placedAt: { ...(placedFrom && { gte: placedFrom }), ...(placedBefore && { lt: placedBefore }) },
    }),
    ...(buyerId !== null && { buyerId }),
    ...(channel !== null && { channel }),
    ...(email !== null && { email: { equals: email, mode: 'insensitive' as const } }),
  };
}

/** By hand: every checkout reads its order, and what follows from it does so again. */
async function readOrders<Row extends OrderRow>(pool: Pool, more: string, viewer: Viewer, ids: readonly string[]) {
  const { rows } = await pool.query<Row>(
    `SELECT ${ORDER_COLUMNS}${more} FROM orders o
     WHERE o.id = ${anyOf(1)} AND ($2::text[] IS NULL OR o.buyer_id = ANY ($2))`,
    [ids, readableOwners(viewer)],
  );
  return rows;
}

const LINES = `, (SELECT jsonb_agg(to_jsonb(l) ORDER BY l.position) FROM order_line l WHERE l.order_id = o.id) AS lines`;

type RowWithLines = OrderRow & { readonly lines: readonly Omit<LineRow, 'currency'>[] | null };

/** By hand: lines, their order's currency and whether the viewer may read it in one statement. */
async function readLines(pool: Pool, column: 'l.order_id' | 'l.id', viewer: Viewer, ids: readonly string[]) {
  const { rows } = await pool.query<LineRow>({
    name: `order-lines by ${column}`,
    text: `SELECT l.*, o.currency FROM order_line l JOIN orders o ON o.id = l.order_id
           WHERE ${column} = ${anyOf(1)} AND ($2::text[] IS NULL OR o.buyer_id = ANY ($2))
           ORDER BY l.order_id, l.position`,
    values: [ids, readableOwners(viewer)],
  });
  return rows.map(toOrderLine);
}

// In one statement: how an order ends, what takes its money then, and that an edit has begun before that, are each written
// with what they follow from. A dead letter may be asked for again; a release that waits is in nobody's way.
const RESERVED_FOR = `
  SELECT CASE
    WHEN o.status NOT IN ('FULFILLED', 'DELIVERED', 'CANCELLED', 'REFUSED') THEN 'NOT_FINISHED'
    WHEN EXISTS (SELECT FROM saga s WHERE s.id = o.id AND s.status NOT IN ('DONE', 'REFUSED'))
      OR EXISTS (SELECT FROM order_return r WHERE r.order_id = o.id AND r.status = 'RECEIVED') THEN 'UNDER_WAY'
    WHEN EXISTS (SELECT FROM outbox b WHERE b.topic = 'capture-payment' AND b.payload->>'orderId' = o.id)
      OR o.status IN ('FULFILLED', 'DELIVERED') AND o.channel IS NULL AND coalesce(o.capture_policy, $2) = 'on_shipment'
        AND EXISTS (SELECT FROM order_shipment s WHERE s.order_id = o.id AND s.status <> 'CANCELLED' AND s.rank >= $3
          AND s.captured_minor IS NULL) THEN 'CAPTURE_DUE'
    END AS "reservedFor"
  FROM orders o WHERE o.id = $1`;

/** Orders, read as the viewer. */
export const createOrderStore = (prisma: PrismaClient, { pool }: Pick<Database, 'pool'>): Orders => ({
  async findByIds(viewer, ids) {
    return (await readOrders(pool, '', viewer, ids)).map(toOrder);
  },
  async findWithLines(viewer, ids) {
    return (await readOrders<RowWithLines>(pool, LINES, viewer, ids)).map(({ lines, ...row }) => ({
      order: toOrder(row),
      lines: (lines ?? []).map((line) => toOrderLine({ ...line, currency: row.currency })),
    }));
  },
  async findByNumber(viewer, number) {
    const found = await prisma.order.findFirst({ where: { number, ...readableBy(viewer) } });
    return found && toOrder(found);
  },
  async list(viewer, filter, page) {
    const rows = await prisma.order.findMany({
      // Ids sort by time, so the newest order has the greatest id.
      where: { AND: [readableBy(viewer), matching(filter), afterCursor(page)] },
      orderBy: { id: 'desc' },
      take: page.limit + 1,
    });
    return toPage(rows.map(toOrder), page.limit);
  },
  async listByCustomer(viewer, customerIds, page) {
    // A customer also owns what they ordered as a guest; nobody but staff reads another customer's.
    const owners = customerIds.map((id) =>
      seesEverything(viewer) ? [id] : id === ownersOf(viewer)[0] ? ownersOf(viewer) : [],
    );
    // By hand: the first rows of each of several lists in one statement.
    const { rows } = await pool.query<{ position: number; ids: string[] }>(
      `SELECT c.position, ARRAY(SELECT o.id FROM orders o
         WHERE o.buyer_id = ANY (ARRAY(SELECT jsonb_array_elements_text(c.owners)))
           AND o.status <> ALL ('{PENDING,REFUSED}') AND ($2::text IS NULL OR o.id < $2)
         ORDER BY o.id DESC LIMIT $3) AS ids
       FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS c(owners, position) ORDER BY c.position`,
      [JSON.stringify(owners), page.after?.[0] ?? null, page.limit + 1],
    );
    const all = await prisma.order.findMany({ where: { id: { in: rows.flatMap(({ ids }) => ids) } } });
    const byId = new Map(all.map((row) => [row.id, toOrder(row)]));
    return rows.map(({ ids }) =>
      toPage(
        ids.flatMap((id) => byId.get(id) ?? []),
        page.limit,
      ),
    );
  },
  linesByOrderIds: (viewer, orderIds) => readLines(pool, 'l.order_id', viewer, orderIds),
  linesByIds: (viewer, ids) => readLines(pool, 'l.id', viewer, ids),
  async awaitsCapture(id) {
    // A dead letter waits for staff, and for nothing else.
    const { rowCount } = await pool.query(
      `SELECT FROM outbox WHERE topic = 'capture-payment' AND payload->>'orderId' = $1 AND key NOT LIKE 'dead:%' LIMIT 1`,
      [id],
    );
    return rowCount === 1;
  },
  async reservedFor(id, setting) {
    const { rows } = await pool.query<{ reservedFor: ReservedFor | null }>(RESERVED_FOR, [id, setting, LEFT]);
    if (!rows[0]) throw new Error(`order ${id} is gone`);
    return rows[0].reservedFor;
  },
});
