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

/**
 * In a transaction, since what is taken for a shipment depends on what others have taken, which must stand still.
 * Gives how many events were written to the outbox; -1 when this one was known.
 */
async function shipmentChanged(
  client: PoolClient,
  { eventId, orderId, shipmentId, shipments, message }: ShipmentNews,
  decide: (facts: ShipmentFacts) => ShipmentDecision,
): Promise<number> {
  const ranked = shipments.flatMap((shipment) => {
    const rank = shipmentRank(shipment.status);
    return rank === null ? [] : [{ ...shipment, rank }];
  });
  const { rows } = await client.query<{ order: OrderRow | null }>('SELECT receive_shipments($1, $2, $3) AS order', [
    eventId,
    orderId,
    JSON.stringify(ranked),
  ]);
  const order = rows[0]?.order;
  if (!order) return -1;
  const { status, captures, events } = decide(factsOf(order));
  for (const { shipmentId: id, amount } of captures)
    await client.query('UPDATE order_shipment SET captured_minor = $2 WHERE shipment_id = $1', [id, amount.minor]);
  await tellOrders(client, [{ orderId, type: 'SHIPMENT_CHANGED', message, by: 'SYSTEM', subjectId: shipmentId }]);
  // The status moves forward only, by the database's own table. A cancellation under way decides for itself.
  if (status !== order.status)
    await client.query(
      `UPDATE orders SET status = $2::order_status
       WHERE id = $1 AND status <> 'CANCELLING' AND order_transition_is_legal(status, $2::order_status)`,
      [orderId, status],
    );
  await writeOutbox(client, events);
  return events.length;
}

interface OrderRow {
  readonly status: OrderStatus;
  readonly currency: string;
  readonly channel: string | null;
  readonly total: number;
  readonly lines: readonly {
    readonly id: string;
    readonly quantity: number;
    readonly total: number;
    readonly requiresShipping: boolean;
  }[];
  readonly shipments: readonly (ShipmentState & { readonly captured: number | null })[];
}

const factsOf = ({ status, currency, channel, total, lines, shipments }: OrderRow): ShipmentFacts => ({
  isFromChannel: channel !== null,
  isAlive: status !== 'CANCELLED' && status !== 'REFUSED',
  total: money(total, currency),
  lines: lines.map((line) => ({ ...line, total: money(line.total, currency) })),
  shipments,
  captured: new Map(shipments.flatMap(({ id, captured }) => (captured === null ? [] : [[id, captured] as const]))),
});
