import { type PageRequest, toPage } from '@cartograph/kernel/page';
import { ownersOf, seesEverything, type Viewer } from '@cartograph/kernel/viewer';
import type { Database } from '@cartograph/runtime/database/connect';
import type { OrderEvent as OrderEventRecord, Prisma, PrismaClient } from '../../generated/prisma/client.ts';
import { ORDER_STATUSES } from '../domain/order-status.ts';
import type { OrderFilter, Orders } from '../ports.ts';
import { toOrder, toOrderEvent, toOrderLine } from './order-rows.ts';

/** The wall: everybody but staff and neighbours reads their own orders alone. */
const readableBy = (viewer: Viewer): Prisma.OrderWhereInput =>
  seesEverything(viewer) ? {} : { buyerId: { in: [...ownersOf(viewer)] } };

const PLACED = ORDER_STATUSES.filter((status) => status !== 'PENDING' && status !== 'REFUSED');

const afterCursor = ({ after }: PageRequest): Prisma.OrderWhereInput =>
  after === null ? {} : { id: { lt: String(after[0]) } };

function matching({ status, placedFrom, placedBefore, buyerId, email }: OrderFilter): Prisma.OrderWhereInput {
  return {
    status: { in: [...(status ?? PLACED)] },
    ...((placedFrom ?? placedBefore) && {
      placedAt: { ...(placedFrom && { gte: placedFrom }), ...(placedBefore && { lt: placedBefore }) },
    }),
    ...(buyerId !== null && { buyerId }),
    ...(email !== null && { email: { equals: email, mode: 'insensitive' as const } }),
  };
}

const LINE_WITH_CURRENCY = { order: { select: { currency: true } } } as const;

/** Orders, read as the viewer. */
export const createOrderStore = (prisma: PrismaClient, { pool }: Pick<Database, 'pool'>): Orders => ({
  async findByIds(viewer, ids) {
    const where: Prisma.OrderWhereInput = { id: { in: [...ids] }, ...readableBy(viewer) };
    return (await prisma.order.findMany({ where })).map(toOrder);
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
  async linesByOrderIds(viewer, orderIds) {
    const rows = await prisma.orderLine.findMany({
      where: { order: { id: { in: [...orderIds] }, ...readableBy(viewer) } },
      include: LINE_WITH_CURRENCY,
      orderBy: [{ orderId: 'asc' }, { position: 'asc' }],
    });
    return rows.map(toOrderLine);
  },
  async linesByIds(viewer, ids) {
    const rows = await prisma.orderLine.findMany({
      where: { id: { in: [...ids] }, order: readableBy(viewer) },
      include: LINE_WITH_CURRENCY,
    });
    return rows.map(toOrderLine);
  },
  async eventsByOrderIds(orderIds, page) {
    // By hand: the first rows of each of several lists in one statement. Reached only through orders read as the viewer.
    const { rows } = await pool.query<OrderEventRecord>(
      `SELECT e.id, e.order_id AS "orderId", e.type, e.message, e.actor, e.at
       FROM unnest($1::text[]) o(id) CROSS JOIN LATERAL (
         SELECT * FROM order_event WHERE order_id = o.id AND ($2::text IS NULL OR id < $2)
         ORDER BY id DESC LIMIT $3) e
       ORDER BY e.id DESC`,
      [orderIds, page.after?.[0] ?? null, page.limit + 1],
    );
    const events = rows.map(toOrderEvent);
    return orderIds.map((id) =>
      toPage(
        events.filter(({ orderId }) => orderId === id),
        page.limit,
      ),
    );
  },
});
