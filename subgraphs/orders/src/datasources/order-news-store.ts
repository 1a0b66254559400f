import { money } from '@cartograph/kernel/money';
import type { Database } from '@cartograph/runtime/database/connect';
import { inTransaction } from '@cartograph/runtime/database/transaction';
import { newId } from '@cartograph/runtime/ids';
import { writeOutbox } from '@cartograph/runtime/outbox';
import type { PoolClient } from 'pg';
import { type OrderStatus, shipmentRank } from '../domain/order-status.ts';
import type { ShipmentState } from '../domain/shipment.ts';
import type { OrderNews, ShipmentDecision, ShipmentFacts, ShipmentNews } from '../ports/order-news.ts';
import { tellOrders } from './order-timeline.ts';

const PAYMENT_CHANGED = `
  WITH news AS (INSERT INTO inbox_event (id) SELECT $1 FROM orders WHERE orders.id = $2 ON CONFLICT DO NOTHING RETURNING id)
  INSERT INTO order_event (id, order_id, type, message, actor)
  SELECT $3, $2, 'PAYMENT_CHANGED', $4, 'SYSTEM' FROM news`;

const REFUND_ISSUED = `
  WITH news AS (INSERT INTO inbox_event (id) SELECT $1 FROM orders WHERE orders.id = $2 ON CONFLICT DO NOTHING RETURNING id)
  INSERT INTO outbox (id, topic, key, payload)
  SELECT id, 'refund-mail', $2 || ':mail', $3::jsonb FROM news ON CONFLICT (id) DO NOTHING`;

/** What neighbours tell about orders. Each event counts once. */
export const createOrderNewsStore = ({ pool }: Pick<Database, 'pool'>, outboxWritten: () => void): OrderNews => ({
  async paymentChanged(eventId, orderId, message) {
    const { rowCount } = await pool.query(PAYMENT_CHANGED, [eventId, orderId, newId('OrderEvent'), message]);
    return rowCount === 1;
  },
  async refundIssued(refund) {
    const values = [`${refund.refundId}:issued-mail`, refund.orderId, JSON.stringify(refund)];
    const { rowCount } = await pool.query(REFUND_ISSUED, values);
    if (rowCount === 1) outboxWritten();
    return rowCount === 1;
  },
  async shipmentChanged(news, decide) {
    const written = await inTransaction(pool, (client) => shipmentChanged(client, news, decide));
    if (written > 0) outboxWritten();
    return written >= 0;
  },
});

const UPSERT = `
  INSERT INTO order_shipment (shipment_id, order_id, status, rank, lines)
  SELECT s.id, $1, s.status, s.rank, s.lines
  FROM jsonb_to_recordset($2::jsonb) AS s(id TEXT, status TEXT, rank INT, lines JSONB)
  ON CONFLICT (shipment_id) DO UPDATE SET status = EXCLUDED.status, rank = EXCLUDED.rank, lines = EXCLUDED.lines
  WHERE EXCLUDED.rank >= order_shipment.rank`;

/**
 * In a transaction, since what is taken for a shipment depends on what others have taken, which must stand still.
 * Gives how many events were written to the outbox; -1 when this one was known.
 */
async function shipmentChanged(
  client: PoolClient,
  { eventId, orderId, shipmentId, shipments, message }: ShipmentNews,
  decide: (facts: ShipmentFacts) => ShipmentDecision,
): Promise<number> {
  const found = await client.query<OrderRow>(
    `SELECT status, currency, channel, total_minor - credit_minor - (SELECT coalesce(sum(refund_minor), 0)::bigint FROM order_return
       WHERE order_id = $1 AND kind = 'EDIT' AND status = 'CLOSED') AS total
     FROM orders WHERE id = $1 FOR NO KEY UPDATE`,
    [orderId],
  );
  const [order] = found.rows;
  if (!order) return -1;
  const inbox = await client.query('INSERT INTO inbox_event (id) VALUES ($1) ON CONFLICT DO NOTHING', [eventId]);
  if (inbox.rowCount === 0) return -1;
  const ranked = shipments.flatMap((shipment) => {
    const rank = shipmentRank(shipment.status);
    return rank === null ? [] : [{ ...shipment, rank }];
  });
  await client.query(UPSERT, [orderId, JSON.stringify(ranked)]);
  const { status, captures, events } = decide(await readFacts(client, orderId, order));
  for (const { shipmentId: id, amount } of captures)
    await client.query('UPDATE order_shipment SET captured_minor = $2 WHERE shipment_id = $1', [id, amount.minor]);
  await tellOrders(client, [{ orderId, type: 'SHIPMENT_CHANGED', message, by: 'SYSTEM', subjectId: shipmentId }]);
  // The status moves forward only, by the database's own table. A cancellation under way decides for itself.
  await client.query(
    `UPDATE orders SET status = $2::order_status
     WHERE id = $1 AND status <> 'CANCELLING' AND order_transition_is_legal(status, $2::order_status)`,
    [orderId, status],
  );
  await writeOutbox(client, events);
  return events.length;
}

interface OrderRow {
  readonly channel: string | null;
  readonly status: OrderStatus;
  readonly currency: string;
  readonly total: number;
}

interface LineRow {
  readonly id: string;
  readonly quantity: number;
  readonly total: number;
  readonly requiresShipping: boolean;
}

async function readFacts(client: PoolClient, orderId: string, order: OrderRow): Promise<ShipmentFacts> {
  const lines = await client.query<LineRow>(
    `SELECT l.id, l.quantity - e.quantity AS quantity, l.total_minor - e.paid AS total,
       l.requires_shipping AS "requiresShipping"
     FROM order_line l CROSS JOIN LATERAL (
       SELECT coalesce(sum(r.quantity), 0)::int AS quantity, coalesce(sum(r.paid_minor), 0)::bigint AS paid
       FROM order_return_line r JOIN order_return o ON o.id = r.return_id
       WHERE r.order_line_id = l.id AND o.kind = 'EDIT' AND o.status = 'CLOSED') e
     WHERE l.order_id = $1 ORDER BY l.position`,
    [orderId],
  );
  const shipments = await client.query<ShipmentState & { readonly captured: number | null }>(
    `SELECT shipment_id AS id, status, lines, captured_minor AS captured
     FROM order_shipment WHERE order_id = $1 ORDER BY shipment_id`,
    [orderId],
  );
  return {
    isFromChannel: order.channel !== null,
    isAlive: order.status !== 'CANCELLED' && order.status !== 'REFUSED',
    total: money(order.total, order.currency),
    lines: lines.rows.map(({ total, ...line }) => ({ ...line, total: money(total, order.currency) })),
    shipments: shipments.rows,
    captured: new Map(
      shipments.rows.flatMap(({ id, captured }) => (captured === null ? [] : [[id, captured] as const])),
    ),
  };
}
