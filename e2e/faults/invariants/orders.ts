import { TRANSITIONS } from '../../../subgraphs/orders/src/domain/order-status.ts';
import { SAGAS_BEGUN, SAGAS_UNDER_WAY } from '../saga-state.ts';
import { BACK, ENDED, type Invariant, PLACED } from './invariant.ts';

const LEGAL = Object.entries(TRANSITIONS)
  .flatMap(([before, afters]) => afters.map((after) => `('${before}', '${after}')`))
  .join(', ');

/** An order by the key that a buyer used for it. */
const BY_KEY = `(SELECT k.key, k.order_id, k.outcome, o.status, o.total_minor FROM orders.idempotency_key k
  LEFT JOIN orders.orders o ON o.id = k.order_id WHERE k.operation = 'placeOrder')`;

export const orders: readonly Invariant[] = [
  {
    name: 'a buyer who was told that the order is theirs has it',
    subjects: `SELECT count(*) FROM evidence.told WHERE kind = 'PlaceOrderSuccess'`,
    broken: `SELECT t.n, t.key, t.order_id AS told, t.total, o.id AS stored, o.status, o.total_minor FROM evidence.told t
      LEFT JOIN orders.orders o ON o.id = t.order_id
      WHERE t.kind = 'PlaceOrderSuccess' AND (o.id IS NULL OR o.status IN ('PENDING', 'AWAITING_PAYMENT', 'REFUSED')
        OR o.total_minor <> round(t.total * 100) OR (o.status = 'CANCELLED' AND o.confirmed_at IS NULL))`,
  },
  {
    name: 'a buyer who was refused has no order',
    subjects: `SELECT count(*) FROM evidence.told WHERE asked = 'placeOrder' AND kind IN ('OutOfStock', 'PaymentDeclined', 'CheckoutFailed')`,
    broken: `SELECT t.n, t.key, t.kind, k.order_id, k.status FROM evidence.told t JOIN ${BY_KEY} k ON k.key = t.key
      WHERE t.asked = 'placeOrder' AND t.kind IN ('OutOfStock', 'PaymentDeclined', 'CheckoutFailed')
        AND k.order_id IS NOT NULL AND k.status NOT IN ${ENDED}`,
  },
  {
    name: 'an order that was cancelled for its buyer is cancelled, and one that could not be is not',
    subjects: `SELECT count(*) FROM evidence.told WHERE asked = 'cancelOrder'`,
    broken: `SELECT t.n, t.order_id, t.kind, o.status FROM evidence.told t JOIN orders.orders o ON o.id = t.order_id
      WHERE t.asked = 'cancelOrder' AND ((t.kind = 'CancelOrderSuccess' AND o.status <> 'CANCELLED')
        OR (t.kind = 'OrderNotCancellable' AND o.status = 'CANCELLED'))`,
  },
  {
    name: 'an order can be read right after its buyer was told of it',
    subjects: 'SELECT count(*) FROM evidence.read_back',
    broken: `SELECT n, order_id, status FROM evidence.read_back
      WHERE status IS NULL OR status IN ('PENDING', 'AWAITING_PAYMENT', 'REFUSED')`,
  },
  {
    name: 'every buyer got an answer',
    subjects: 'SELECT (SELECT count(*) FROM evidence.told) + (SELECT count(*) FROM evidence.never_answered)',
    broken: 'SELECT n, asked, last FROM evidence.never_answered',
  },
  {
    name: 'every order comes to an end',
    subjects: 'SELECT count(*) FROM orders.orders',
    broken: `SELECT id, status, placed_at, status_at FROM orders.orders
      WHERE status IN ('PENDING', 'AWAITING_PAYMENT', 'CANCELLING')`,
  },
  {
    name: 'every edit, and every return that has arrived, comes to an end',
    subjects: 'SELECT count(*) FROM orders.order_return',
    broken: `SELECT id, kind, status, order_id, follow_up_id FROM orders.order_return
      WHERE status = 'RECEIVED' OR (kind = 'EDIT' AND status NOT IN ('CLOSED', 'CANCELLED'))`,
  },
  { name: 'every saga is finished or undone', subjects: SAGAS_BEGUN, broken: SAGAS_UNDER_WAY },
  {
    name: 'every payment and every capture or refund comes to an end',
    subjects: 'SELECT (SELECT count(*) FROM payments.payments) + (SELECT count(*) FROM payments.effects)',
    broken: `SELECT id, status FROM payments.payments WHERE status IN ('CREATED', 'ACTION_REQUIRED', 'PENDING', 'UNKNOWN')
      UNION ALL SELECT id, status FROM payments.effects WHERE status = 'PENDING'`,
  },
  {
    name: 'orders go from state to state as the diagram says',
    subjects: 'SELECT count(*) FROM evidence.transition',
    broken: `SELECT order_id, before, after, at FROM evidence.transition
      WHERE (before, after) NOT IN (VALUES ${LEGAL})`,
  },
  {
    name: 'the timeline tells of each change once, and ends where the order is',
    subjects: 'SELECT count(*) FROM orders.order_event',
    // What comes in the place of returned goods waits for them first, and for its buyer's money then: each has a key.
    broken: `SELECT order_id, type, key, count(*) AS times FROM orders.order_event
      WHERE type IN ('PLACED', 'CONFIRMED', 'REFUSED', 'CANCELLED', 'PAYMENT_ACTION_REQUIRED')
      GROUP BY order_id, type, key HAVING count(*) > 1
      UNION ALL
      SELECT o.id, o.status::text, NULL, 0 FROM orders.orders o WHERE o.status IN ('CONFIRMED', 'REFUSED', 'CANCELLED')
        AND NOT EXISTS (SELECT FROM orders.order_event e WHERE e.order_id = o.id AND e.type = o.status::text)`,
  },
  {
    name: 'a confirmed order has one shipment plan, for exactly what was bought and not taken out again',
    subjects: `SELECT count(*) FROM orders.orders WHERE status IN ${PLACED}`,
    broken: `SELECT o.id, l.id AS line, l.quantity AS bought, coalesce(s.units, 0) AS planned FROM orders.orders o
      JOIN orders.order_line l ON l.order_id = o.id AND l.requires_shipping
      LEFT JOIN ${BACK} b ON b.order_line_id = l.id
      LEFT JOIN (SELECT sl.order_line_id, sum(sl.quantity) AS units FROM shipping.shipment_lines sl
        JOIN shipping.shipments s ON s.id = sl.shipment_id WHERE s.status <> 'CANCELLED' GROUP BY sl.order_line_id) s
        ON s.order_line_id = l.id
      WHERE o.status IN ${PLACED} AND l.quantity - coalesce(b.removed, 0) <> coalesce(s.units, 0)`,
  },
  {
    name: 'nothing is shipped for an order that is over',
    subjects: `SELECT count(*) FROM orders.orders WHERE status IN ${ENDED}`,
    broken: `SELECT o.id, o.status, s.id AS shipment, s.status AS shipment_status FROM orders.orders o
      JOIN shipping.shipments s ON s.order_id = o.id WHERE o.status IN ${ENDED} AND s.status <> 'CANCELLED'`,
  },
];
