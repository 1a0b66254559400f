import { ENDED, type Invariant, PLACED } from './invariant.ts';

/** What the provider's own accounts say of each order, in minor units. */
const CHARGED = `(SELECT p.order_id, sum(CASE l.type WHEN 'charge' THEN l.amount ELSE -l.amount END) AS net
  FROM evidence.provider_line l JOIN evidence.provider_payment p ON p.id = l.payment GROUP BY p.order_id)`;

/** What gift cards and store credit paid of each order, and what staff gave back of it on purpose. */
const STORED = `(SELECT order_id, sum(stored_captured_minor - stored_refunded_minor) AS net FROM payments.payments GROUP BY order_id)`;
const GIVEN_BACK = `(SELECT order_id, sum(amount_minor) AS amount FROM payments.effects
  WHERE kind = 'REFUND' AND status = 'SUCCEEDED' AND requested_by LIKE 'Staff:%' GROUP BY order_id)`;

/** Every order with the one that all before it began with. */
const FAMILY = `(WITH RECURSIVE family AS (
    SELECT id, id AS root FROM orders.orders WHERE parent_id IS NULL
    UNION ALL SELECT o.id, f.root FROM orders.orders o JOIN family f ON o.parent_id = f.id)
  SELECT id, root FROM family)`;

/** What was paid for all that was taken out of an order or came back, whether it was given back or pays for another. */
const CAME_BACK = `(SELECT order_id, sum(refund_minor) AS amount FROM orders.order_return WHERE status = 'CLOSED' GROUP BY order_id)`;

/** What orders pay of those that follow them. */
const CREDITED = `(SELECT parent_id, sum(credit_minor) AS amount FROM orders.orders WHERE status IN ${PLACED} GROUP BY parent_id)`;

const CARD = `(SELECT id, order_id, status, captured_minor - stored_captured_minor AS captured,
  refunded_minor - stored_refunded_minor AS refunded FROM payments.payments WHERE provider IS NOT NULL)`;

export const money: readonly Invariant[] = [
  {
    name: 'a buyer has paid what they keep of an order and all that follow it, less what staff gave back',
    subjects: `SELECT count(*) FROM orders.orders WHERE status IN ${PLACED}`,
    broken: `SELECT f.root, sum(CASE WHEN o.status IN ${PLACED} THEN o.total_minor - coalesce(b.amount, 0) ELSE 0 END) AS keeps,
        sum(coalesce(c.net, 0)) AS by_card, sum(coalesce(s.net, 0)) AS stored, sum(coalesce(g.amount, 0)) AS given_back,
        string_agg(o.id || ' ' || o.status, ', ') AS orders
      FROM ${FAMILY} f JOIN orders.orders o ON o.id = f.id
      LEFT JOIN ${CAME_BACK} b ON b.order_id = o.id LEFT JOIN ${CHARGED} c ON c.order_id = o.id
      LEFT JOIN ${STORED} s ON s.order_id = o.id LEFT JOIN ${GIVEN_BACK} g ON g.order_id = o.id
      GROUP BY f.root HAVING sum(CASE WHEN o.status IN ${PLACED} THEN o.total_minor - coalesce(b.amount, 0) ELSE 0 END)
        - sum(coalesce(g.amount, 0)) <> sum(coalesce(c.net, 0) + coalesce(s.net, 0))`,
  },
  {
    name: 'a confirmed order is charged its total, less what another order pays of it',
    subjects: `SELECT count(*) FROM orders.orders WHERE status IN ${PLACED}`,
    broken: `SELECT o.id, o.status, o.total_minor, o.credit_minor, coalesce(p.captured_minor, 0) AS captured
      FROM orders.orders o LEFT JOIN payments.payments p ON p.order_id = o.id AND p.status NOT IN ('DECLINED', 'VOIDED')
      WHERE o.status IN ${PLACED} AND o.total_minor - o.credit_minor <> coalesce(p.captured_minor, 0)`,
  },
  {
    name: 'an order has at most one payment that took or holds money, and was charged at most once',
    subjects: 'SELECT count(DISTINCT order_id) FROM evidence.provider_payment',
    broken: `SELECT order_id, count(*) AS payments FROM evidence.provider_payment
      WHERE status = 'authorized' OR captured > 0 GROUP BY order_id HAVING count(*) > 1
      UNION ALL
      SELECT p.order_id, count(*) FROM evidence.provider_line l JOIN evidence.provider_payment p ON p.id = l.payment
      WHERE l.type = 'charge' GROUP BY p.order_id HAVING count(*) > 1`,
  },
  {
    name: 'nobody is charged for an order that is not confirmed, but for what it pays of another',
    subjects: 'SELECT count(DISTINCT payment) FROM evidence.provider_line',
    broken: `SELECT c.order_id, o.status, c.net FROM ${CHARGED} c LEFT JOIN orders.orders o ON o.id = c.order_id
      LEFT JOIN ${CREDITED} t ON t.parent_id = c.order_id
      WHERE c.net <> coalesce(t.amount, 0) AND (o.id IS NULL OR o.status NOT IN ${PLACED})`,
  },
  {
    name: 'an order that is over keeps no money reserved on a card',
    subjects: `SELECT count(*) FROM orders.orders WHERE status IN ${ENDED}`,
    broken: `SELECT o.id, o.status, p.id AS payment FROM orders.orders o
      JOIN evidence.provider_payment p ON p.order_id = o.id
      WHERE o.status IN ${ENDED} AND p.status IN ('authorized', 'requires_action', 'processing')`,
  },
  {
    name: 'no more is captured than was authorised, and no more refunded than was captured',
    subjects: 'SELECT (SELECT count(*) FROM evidence.provider_payment) + (SELECT count(*) FROM payments.payments)',
    broken: `SELECT id, amount, captured, refunded FROM evidence.provider_payment
      WHERE captured > amount OR refunded > captured
      UNION ALL
      SELECT id, authorized_minor, captured_minor, refunded_minor FROM payments.payments
      WHERE captured_minor > authorized_minor OR refunded_minor > captured_minor
      UNION ALL
      SELECT p.id, p.authorized_minor, e.captured, e.refunded FROM payments.payments p JOIN (
        SELECT payment_id, sum(amount_minor) FILTER (WHERE kind = 'CAPTURE') AS captured,
          coalesce(sum(amount_minor) FILTER (WHERE kind = 'REFUND'), 0) AS refunded
        FROM payments.effects WHERE status <> 'REFUSED' GROUP BY payment_id) e ON e.payment_id = p.id
      WHERE e.captured > p.authorized_minor OR e.refunded > e.captured`,
  },
  {
    name: 'debits equal credits in every transaction and currency',
    subjects: 'SELECT count(DISTINCT transaction_id) FROM payments.ledger_entries',
    broken: `SELECT transaction_id, currency, sum(amount_minor) FROM payments.ledger_entries
      GROUP BY transaction_id, currency HAVING sum(amount_minor) <> 0`,
  },
  {
    name: 'the ledger says of each payment what its row says',
    subjects: 'SELECT count(*) FROM payments.payments',
    broken: `SELECT p.id, p.captured_minor - p.refunded_minor AS net, coalesce(l.net, 0) AS in_ledger FROM payments.payments p
      LEFT JOIN (SELECT payment_id, -sum(amount_minor) AS net FROM payments.ledger_entries
        WHERE account_id = 'ORDERS' GROUP BY payment_id) l ON l.payment_id = p.id
      WHERE p.captured_minor - p.refunded_minor <> coalesce(l.net, 0)`,
  },
  {
    name: 'gift cards and store credit hold back what payments may still take of them',
    subjects: 'SELECT count(*) FROM payments.stored_values',
    broken: 'SELECT subject, expected, actual FROM payments.reserved_drift',
  },
  {
    name: 'entries of the ledgers are only ever added',
    subjects: `SELECT (SELECT count(*) FROM payments.ledger_entries) + (SELECT count(*) FROM products.stock_movement)`,
    broken: `SELECT wanted.name FROM (VALUES ('ledger_entries_append_only'), ('attempts_append_only'),
        ('stock_movement_append_only'), ('order_event_append_only')) AS wanted (name)
      LEFT JOIN pg_trigger t ON t.tgname = wanted.name AND t.tgenabled <> 'D' WHERE t.oid IS NULL`,
  },
  {
    name: 'our payments are the provider’s own ledger',
    subjects: 'SELECT count(*) FROM evidence.provider_payment WHERE order_id IS NOT NULL',
    broken: `SELECT coalesce(o.id, p.reference) AS payment, o.status AS ours, p.status AS theirs, o.captured, p.captured AS their_captured,
        o.refunded, p.refunded AS their_refunded
      FROM ${CARD} o FULL JOIN evidence.provider_payment p ON p.reference = o.id
      WHERE (o.id IS NULL AND p.status NOT IN ('declined', 'voided') AND p.captured - p.refunded > 0)
        OR (p.id IS NULL AND o.captured <> 0)
        OR o.captured <> p.captured OR o.refunded <> p.refunded
        OR (p.status = 'authorized') <> (o.status = 'AUTHORIZED')
        OR (p.status = 'declined' AND o.status <> 'DECLINED')
        OR (p.status = 'voided' AND o.status <> 'VOIDED')`,
  },
];
