import type { Page, PageRequest } from '@cartograph/kernel/page';
import { toPage } from '@cartograph/kernel/page';
import { seesEverything, type Viewer } from '@cartograph/kernel/viewer';
import type { Database } from '@cartograph/runtime/database/connect';
import { newId } from '@cartograph/runtime/ids';
import type { Notes } from '@cartograph/runtime/outbox';
import type { Pool, PoolClient } from 'pg';
import type { OrderEvent as OrderEventRecord } from '../../generated/prisma/client.ts';
import type { NewOrderEvent, OrderEvent, OrderEventType } from '../domain/order-event.ts';
import type { Timeline } from '../ports/order-timeline.ts';

/**
 * The part of a statement that appends events, given as JSON by `eventsJson`. `source` is a row set that has one row
 * when they are to be told, and none otherwise.
 */
export const tell = (parameter: string, source = '(SELECT) told_when') => `
    INSERT INTO order_event (id, order_id, type, message, actor, staff_id, subject_id, is_public, key, at)
    SELECT n.id, n.order_id, n.type, n.message, n.actor::order_actor, n.staff_id, n.subject_id, n.is_public, n.key,
      coalesce(n.at, now())
    FROM ${source}, jsonb_to_recordset(${parameter}::jsonb) AS n(id TEXT, order_id TEXT, type TEXT, message TEXT,
      actor TEXT, staff_id TEXT, subject_id TEXT, is_public BOOLEAN, key TEXT, at TIMESTAMPTZ)
    ON CONFLICT (order_id, key) DO NOTHING`;

export const eventsJson = (events: readonly NewOrderEvent[]): string =>
  JSON.stringify(
    events.map(({ orderId, type, message, by, staffId, subjectId, isPrivate, key, at }) => ({
      id: newId('OrderEvent'),
      order_id: orderId,
      ...{ type, message, actor: by, key, at },
      staff_id: staffId,
      subject_id: subjectId,
      is_public: isPrivate !== true,
    })),
  );

/** How what deliveries tell is told, when they end. */
export const TOLD: Notes<NewOrderEvent> = { write: tell, toJson: eventsJson };

/** Appends to timelines, in the transaction of the client. */
export async function tellOrders(client: Pool | PoolClient, events: readonly NewOrderEvent[]): Promise<void> {
  if (events.length > 0) await client.query(tell('$1'), [eventsJson(events)]);
}

/** By hand: the first rows of each of several lists in one statement. Reached only through orders read as the viewer. */
async function readEvents(
  pool: Pool,
  viewer: Viewer,
  orderIds: readonly string[],
  page: PageRequest,
): Promise<readonly Page<OrderEvent>[]> {
  const { rows } = await pool.query<OrderEventRecord>(
    `SELECT e.id, e.order_id AS "orderId", e.type, e.message, e.actor, e.staff_id AS "staffId",
       e.subject_id AS "subjectId", e.is_public AS "isPublic", e.at
     FROM unnest($1::text[]) o(id) CROSS JOIN LATERAL (
       SELECT * FROM order_event WHERE order_id = o.id AND ($2::text IS NULL OR id < $2) AND ($4 OR is_public)
       ORDER BY id DESC LIMIT $3) e
     ORDER BY e.id DESC`,
    [orderIds, page.after?.[0] ?? null, page.limit + 1, seesEverything(viewer)],
  );
  const events = rows.map((row) => toOrderEvent(row, viewer));
  return orderIds.map((id) =>
    toPage(
      events.filter(({ orderId }) => orderId === id),
      page.limit,
    ),
  );
}

/** A buyer learns that it was one of the staff, and not which. */
const toOrderEvent = ({ actor, type, key: _, staffId, ...row }: OrderEventRecord, viewer: Viewer): OrderEvent => ({
  ...row,
  type: type as OrderEventType,
  by: actor,
  staffId: seesEverything(viewer) ? staffId : null,
});

export const createTimeline = ({ pool }: Pick<Database, 'pool'>): Timeline => ({
  tell: (events) => tellOrders(pool, events),
  eventsByOrderIds: (viewer, orderIds, page) => readEvents(pool, viewer, orderIds, page),
});
