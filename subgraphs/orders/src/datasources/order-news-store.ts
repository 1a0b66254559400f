import type { Database } from '@cartograph/runtime/database/connect';
import { newId } from '@cartograph/runtime/ids';
import { shipmentRank } from '../domain/order-status.ts';
import type { OrderNews } from '../ports.ts';

const PAYMENT_CHANGED = `
  WITH news AS (INSERT INTO inbox_event (id) SELECT $1 FROM orders WHERE orders.id = $2 ON CONFLICT DO NOTHING RETURNING id)
  INSERT INTO order_event (id, order_id, type, message, actor)
  SELECT $3, $2, 'PAYMENT_CHANGED', $4, 'SYSTEM' FROM news`;

// The status moves forward only: whether it does is decided on the locked row, by the database's own table.
const SHIPMENT_CHANGED = `
  WITH followed AS (SELECT id, status FROM orders WHERE id = $2 FOR UPDATE),
  news AS (INSERT INTO inbox_event (id) SELECT $1 FROM followed ON CONFLICT DO NOTHING RETURNING id),
  shipped AS (
    INSERT INTO order_shipment (shipment_id, order_id, status, rank)
    SELECT s.id, $2, s.status, s.rank FROM news, jsonb_to_recordset($3::jsonb) AS s(id TEXT, status TEXT, rank INT)
    ON CONFLICT (shipment_id) DO UPDATE SET status = EXCLUDED.status, rank = EXCLUDED.rank
    WHERE EXCLUDED.rank >= order_shipment.rank),
  told AS (
    INSERT INTO order_event (id, order_id, type, message, actor)
    SELECT $4, $2, 'SHIPMENT_CHANGED', $5, 'SYSTEM' FROM news),
  moved AS (
    UPDATE orders SET status = $6::order_status FROM followed, news
    WHERE orders.id = followed.id AND followed.status <> 'CANCELLING'
      AND order_transition_is_legal(followed.status, $6::order_status)
    RETURNING followed.status AS before)
  INSERT INTO outbox (id, topic, key, payload)
  SELECT e->>'id', e->>'topic', e->>'key', e->'payload' FROM moved, jsonb_array_elements($7::jsonb) e
  WHERE moved.before = 'CONFIRMED' ON CONFLICT (id) DO NOTHING`;

/** What neighbours tell about orders. Each is one statement, and counts once per event. */
export const createOrderNewsStore = ({ pool }: Pick<Database, 'pool'>, outboxWritten: () => void): OrderNews => ({
  async paymentChanged(eventId, orderId, message) {
    const { rowCount } = await pool.query(PAYMENT_CHANGED, [eventId, orderId, newId('OrderEvent'), message]);
    return rowCount === 1;
  },
  async shipmentChanged(eventId, orderId, shipments, { status, message }, events) {
    const rows = shipments.flatMap((shipment) => {
      const rank = shipmentRank(shipment.status);
      return rank === null ? [] : [{ ...shipment, rank }];
    });
    const { rowCount } = await pool.query(SHIPMENT_CHANGED, [
      eventId,
      orderId,
      JSON.stringify(rows),
      newId('OrderEvent'),
      message,
      status,
      JSON.stringify(events),
    ]);
    const shipped = (rowCount ?? 0) > 0;
    if (shipped) outboxWritten();
    return shipped;
  },
});
