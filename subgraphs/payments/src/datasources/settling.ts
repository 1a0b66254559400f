/**
 * The tail that every settling statement shares. Before it stand two CTEs: `done`, the effect that has just become
 * final (or nothing), and `paid`, the payment's row after the change (or nothing, when it may not change any more).
 * Because `paid` holds the row's lock, each part below happens once.
 *
 * A payment's stored part fills its redemptions in order, so how far each one moved follows from the totals alone.
 *
 * `stored` locks what was paid with in the order of their ids, as whoever pays with them does: the order in which a buyer
 * named them would be another one for each payment.
 */
export const movedParts = `
stored AS (
  SELECT v.id, v.kind FROM paid p JOIN redemptions r ON r.payment_id = p.id JOIN stored_values v ON v.id = r.stored_value_id
  WHERE p.status IN ('VOIDED', 'DECLINED') OR EXISTS (SELECT FROM done WHERE status = 'SUCCEEDED' AND stored_minor > 0)
  ORDER BY v.id FOR NO KEY UPDATE OF v
),
deltas AS (
  SELECT r.stored_value_id, v.kind AS stored_kind, d.kind,
    LEAST(GREATEST(t.total - r.offset_minor, 0), r.amount_minor)
      - LEAST(GREATEST(t.total - d.stored_minor - r.offset_minor, 0), r.amount_minor) AS minor
  FROM done d
  JOIN paid p ON p.id = d.payment_id
  JOIN redemptions r ON r.payment_id = p.id
  JOIN stored v ON v.id = r.stored_value_id
  CROSS JOIN LATERAL (
    SELECT CASE d.kind WHEN 'CAPTURE' THEN p.stored_captured_minor ELSE p.stored_refunded_minor END AS total) t
  WHERE d.status = 'SUCCEEDED' AND d.stored_minor > 0
),
moved AS (
  UPDATE stored_values s SET
    balance_minor = s.balance_minor - CASE d.kind WHEN 'CAPTURE' THEN d.minor ELSE -d.minor END,
    reserved_minor = s.reserved_minor - CASE d.kind WHEN 'CAPTURE' THEN d.minor ELSE 0 END
  FROM deltas d WHERE s.id = d.stored_value_id AND d.minor > 0
),
entries AS (
  INSERT INTO ledger_entries (transaction_id, account_id, kind, payment_id, currency, amount_minor, adopted_by)
  SELECT d.id, side.account_id, d.kind, d.payment_id, d.currency,
    side.minor * CASE d.kind WHEN 'CAPTURE' THEN 1 ELSE -1 END,
    CASE WHEN d.key LIKE 'adopt:%' THEN d.requested_by END
  FROM done d JOIN paid p ON p.id = d.payment_id CROSS JOIN LATERAL (
    SELECT 'ORDERS' AS account_id, -d.amount_minor AS minor
    UNION ALL SELECT 'PROVIDER', d.amount_minor - d.stored_minor
    UNION ALL SELECT 'CHANNELS', d.stored_minor WHERE p.channel IS NOT NULL
    UNION ALL SELECT CASE stored_kind WHEN 'GIFT_CARD' THEN 'GIFT_CARDS' ELSE 'STORE_CREDIT' END, sum(minor)::bigint
      FROM deltas GROUP BY 1) side
  WHERE d.status = 'SUCCEEDED' AND side.minor <> 0
)`;

/** What is left reserved of gift cards and store credit when nothing of the payment will ever be taken. */
export const releasedParts = `
released AS (
  UPDATE stored_values s SET reserved_minor = s.reserved_minor
    - LEAST(GREATEST(p.stored_minor - p.stored_released_minor - r.offset_minor, 0), r.amount_minor)
  FROM paid p JOIN redemptions r ON r.payment_id = p.id JOIN stored v ON v.id = r.stored_value_id
  WHERE p.status IN ('VOIDED', 'DECLINED') AND s.id = v.id
)`;

/**
 * The buyer hears of money that went back, whoever asked for it. A key of its own: what an order waits for must not wait for
 * a mail. Only what staff wrote is for the buyer to read.
 */
export const issued = `
issued AS (
  INSERT INTO outbox (id, topic, key, payload)
  SELECT d.id || ':issued', 'refundIssued', d.order_id || ':refunds',
    jsonb_build_object('orderId', d.order_id, 'refundId', d.id, 'minor', d.amount_minor, 'currency', d.currency,
      'reason', CASE WHEN d.key LIKE 'staff:%' THEN d.reason END,
      'staffId', CASE WHEN d.key LIKE 'staff:%' THEN d.requested_by END)
  FROM done d JOIN paid p ON p.id = d.payment_id
  WHERE d.kind = 'REFUND' AND d.status = 'SUCCEEDED'
)`;

/** The event for orders, when one is asked for: `$n` is its id or null. */
export const told = (parameter: string): string => `
told AS (
  INSERT INTO outbox (id, topic, key, payload)
  SELECT ${parameter}, 'paymentChanged', order_id,
    jsonb_build_object('orderId', order_id, 'paymentId', id, 'status', status)
  FROM paid WHERE ${parameter}::text IS NOT NULL
)`;
