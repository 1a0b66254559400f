import { type Invariant, PLACED } from './invariant.ts';

const OUTBOXES = ['orders', 'payments', 'shipping', 'customers']
  .map((schema) => `SELECT '${schema}' AS outbox, id, topic, attempts, due_at, last_error FROM ${schema}.outbox`)
  .join(' UNION ALL ');

/** Money that the provider has given back. */
const REFUNDS = `(SELECT * FROM payments.effects WHERE kind = 'REFUND' AND status = 'SUCCEEDED') e`;

export const messages: readonly Invariant[] = [
  {
    name: 'a key names one order, and an order has one key',
    subjects: `SELECT count(*) FROM orders.idempotency_key WHERE operation IN ('placeOrder', 'editOrder', 'exchangeReturn')`,
    broken: `SELECT key, count(DISTINCT order_id) AS orders FROM evidence.told
      WHERE key IS NOT NULL AND order_id IS NOT NULL GROUP BY key HAVING count(DISTINCT order_id) > 1
      UNION ALL
      SELECT o.id, count(k.key) FROM orders.orders o
      LEFT JOIN orders.idempotency_key k ON k.order_id = o.id
        AND k.operation = ANY (CASE WHEN o.parent_id IS NULL THEN '{placeOrder}' ELSE '{editOrder,exchangeReturn}'::text[] END)
      GROUP BY o.id HAVING count(k.key) <> 1`,
  },
  {
    name: 'a key is good for one input alone',
    subjects: `SELECT count(*) FROM evidence.told WHERE asked = 'reuse'`,
    broken: `SELECT n, key, kind, order_id FROM evidence.told WHERE asked = 'reuse' AND kind <> 'IdempotencyKeyReused'`,
  },
  {
    name: 'a key never changes its mind between success and refusal',
    subjects: `SELECT count(DISTINCT key) FROM evidence.told WHERE asked = 'placeOrder'`,
    broken: `SELECT key, array_agg(DISTINCT kind) AS kinds FROM evidence.told
      WHERE asked = 'placeOrder' AND kind IN ('PlaceOrderSuccess', 'OutOfStock', 'PaymentDeclined', 'CheckoutFailed')
      GROUP BY key HAVING count(DISTINCT kind) > 1`,
  },
  {
    name: 'each step of a payment is taken once, however often the provider tells of it',
    subjects: 'SELECT count(*) FROM payments.attempts',
    broken: `SELECT payment_id, operation, outcome, count(*) AS times FROM payments.attempts
      WHERE operation IN ('AUTHORIZE', 'VOID') AND outcome IN ('AUTHORIZED', 'CAPTURED', 'DECLINED', 'VOIDED', 'ACTION_REQUIRED')
      GROUP BY payment_id, operation, outcome HAVING count(*) > 1
      UNION ALL
      SELECT a.payment_id, a.operation, a.outcome, count(*) FROM payments.attempts a
      WHERE a.operation IN ('CAPTURE', 'REFUND') AND a.outcome = 'SUCCEEDED'
      GROUP BY a.payment_id, a.operation, a.outcome
      HAVING count(*) > (SELECT count(*) FROM payments.effects e WHERE e.payment_id = a.payment_id AND e.kind = a.operation
        AND e.status = 'SUCCEEDED')`,
  },
  {
    name: 'each of the provider’s events is stored once and applied',
    subjects: 'SELECT count(*) FROM payments.provider_events',
    broken: 'SELECT id, type, reference, deliveries FROM payments.provider_events WHERE applied_at IS NULL',
  },
  {
    name: 'an old event never overwrites newer state',
    subjects: 'SELECT count(*) FROM evidence.provider_payment',
    broken: `SELECT b.payment_id, b.before, b.after FROM evidence.version_step b WHERE b.after < b.before`,
  },
  {
    name: 'everything that was to be told has been told',
    subjects: `SELECT (SELECT count(*) FROM orders.orders)`,
    broken: `${OUTBOXES} UNION ALL
      SELECT 'messages', id, template, attempts, due_at, last_error FROM customers.notifications WHERE status = 'QUEUED'`,
  },
  {
    name: 'every confirmed order’s buyer got one mail that says so',
    subjects: `SELECT count(*) FROM orders.orders WHERE status IN ${PLACED}`,
    broken: `SELECT o.id, o.status, count(m.reference) AS mails FROM orders.orders o
      LEFT JOIN customers.notifications n ON n.key = o.id || ':order-confirmed'
      LEFT JOIN evidence.mail m ON m.reference = n.id
      WHERE o.status IN ${PLACED} GROUP BY o.id HAVING count(m.reference) <> 1`,
  },
  {
    name: 'nobody gets a mail about something that did not happen',
    subjects: 'SELECT count(*) FROM evidence.mail',
    broken: `SELECT n.key, o.status::text FROM evidence.mail m JOIN customers.notifications n ON n.id = m.reference
      JOIN orders.orders o ON o.id = replace(n.key, ':' || n.template, '')
      WHERE (n.template = 'order-confirmed' AND o.confirmed_at IS NULL)
        OR (n.template = 'order-cancelled' AND o.status <> 'CANCELLED')
      UNION ALL
      SELECT n.key, r.status::text FROM evidence.mail m JOIN customers.notifications n ON n.id = m.reference
      LEFT JOIN orders.order_return r ON n.key = r.id || ':return-received'
      WHERE n.template = 'return-received' AND r.status IS DISTINCT FROM 'CLOSED'
      UNION ALL
      SELECT n.key, s.status::text FROM evidence.mail m JOIN customers.notifications n ON n.id = m.reference
      LEFT JOIN shipping.shipments s ON n.key = s.id || ':shipment-sent'
      WHERE n.template = 'shipment-sent' AND (s.id IS NULL OR s.status IN ('PLANNED', 'LABEL_PURCHASED', 'CANCELLED'))`,
  },
  {
    name: 'each refund is told to its buyer by exactly one mail, of what was given back',
    subjects: `SELECT count(*) FROM ${REFUNDS}`,
    broken: `SELECT e.id, e.order_id, e.amount_minor, count(m.reference) AS mails FROM ${REFUNDS}
      LEFT JOIN customers.notifications n ON n.key = e.id || ':refund-issued'
        AND (n.data->'refund'->>'amount')::numeric * 100 = e.amount_minor AND n.data->'refund'->>'currencyCode' = e.currency
      LEFT JOIN evidence.mail m ON m.reference = n.id
      GROUP BY e.id, e.order_id, e.amount_minor HAVING count(m.reference) <> 1
      UNION ALL
      SELECT n.key, NULL, NULL, 1 FROM evidence.mail m JOIN customers.notifications n ON n.id = m.reference
      WHERE n.template = 'refund-issued' AND NOT EXISTS (SELECT FROM ${REFUNDS} WHERE n.key = e.id || ':refund-issued')`,
  },
  {
    name: 'no mail reaches anybody twice',
    subjects: 'SELECT count(*) FROM evidence.mail',
    broken: `SELECT n.key, count(*) AS times FROM evidence.mail m LEFT JOIN customers.notifications n ON n.id = m.reference
      GROUP BY n.key, m.reference HAVING count(*) > 1 OR n.key IS NULL`,
  },
  {
    name: 'no label is paid for twice',
    subjects: 'SELECT count(*) FROM evidence.label',
    broken: `SELECT key, count(*) AS labels FROM evidence.label WHERE NOT voided GROUP BY key HAVING count(*) > 1
      UNION ALL
      SELECT l.tracking_number, 0 FROM evidence.label l
      WHERE NOT l.voided AND NOT EXISTS (SELECT FROM shipping.parcels p WHERE p.tracking_number = l.tracking_number)`,
  },
];
