import { issued, movedParts, releasedParts } from './settling.ts';
import type { Statement } from './statement.ts';

/**
 * Writes what the provider has done beyond what we know, each part as an effect that is done already, if the payment still
 * stands as it did before the provider was asked: amounts only grow, so what is the same has not moved meanwhile. The card's
 * part alone moves; gift cards and store credit are let go of when nothing was ever taken.
 * $1 payment, $2 order, $3 key, $4 who; as it stood: $5 status, $6 authorised, $7 captured, $8 refunded; as it will stand:
 * $9 status, $10 authorised; $11 captured, $12 refunded, $13 released by this; $14-$16 ids of the three, $17 provider's
 * version, $18 event's id, $19 what orders is told of it.
 */
export const ADOPT: Statement = {
  name: 'adopt_provider_state',
  text: `
WITH gate AS (
  SELECT order_id, barred_at IS NOT NULL AS barred FROM order_gates WHERE order_id = $2::text FOR SHARE
),
paid AS (
  UPDATE payments p SET
    status = $9::text, authorized_minor = $10::bigint,
    captured_minor = p.captured_minor + $11::bigint, refunded_minor = p.refunded_minor + $12::bigint,
    captured_at = CASE WHEN $11 > 0 THEN COALESCE(p.captured_at, now()) ELSE p.captured_at END,
    decline_reason = CASE WHEN $9 = 'VOIDED' THEN 'VOIDED' ELSE p.decline_reason END,
    provider_version = GREATEST(p.provider_version, $17::bigint),
    -- A void has barred the order: the recovery job gives back what was taken all the same.
    check_at = CASE
      WHEN $9 = 'VOIDED' THEN NULL
      WHEN gate.barred AND p.captured_minor + $11 > p.refunded_minor + $12 THEN now() + interval '10 seconds'
      ELSE p.check_at END,
    updated_at = now()
  FROM gate
  WHERE p.id = $1::text AND p.order_id = gate.order_id AND p.status = $5::text AND p.authorized_minor = $6::bigint
    AND p.captured_minor = $7::bigint AND p.refunded_minor = $8::bigint AND p.capturing_minor + p.refunding_minor = 0
  RETURNING p.*
),
done AS (
  INSERT INTO effects (id, payment_id, order_id, kind, key, status, currency, amount_minor, stored_minor, requested_by,
    settled_at)
  SELECT one.id, p.id, p.order_id, one.kind, $3::text, 'SUCCEEDED', p.currency, one.minor, 0, $4::text, now()
  FROM paid p CROSS JOIN (VALUES ($14::text, 'CAPTURE', $11), ($15::text, 'REFUND', $12)) one(id, kind, minor)
  WHERE one.minor > 0
  RETURNING *
),${movedParts},${releasedParts},
let_go AS (
  INSERT INTO effects (id, payment_id, order_id, kind, key, status, currency, amount_minor, stored_minor, requested_by,
    settled_at)
  SELECT $16::text, id, order_id, 'RELEASE', $3, 'SUCCEEDED', currency, $13::bigint,
    CASE status WHEN 'VOIDED' THEN LEAST(stored_minor - stored_released_minor, $13) ELSE 0 END, $4, now()
  FROM paid WHERE $13 > 0 OR status = 'VOIDED'
  RETURNING *
),
tried AS (
  INSERT INTO attempts (payment_id, operation, outcome, currency, amount_minor)
  SELECT payment_id, kind, 'ADOPTED', currency, amount_minor FROM done
  UNION ALL SELECT payment_id, 'VOID', 'ADOPTED', currency, amount_minor FROM let_go
),${issued},
told AS (
  INSERT INTO outbox (id, topic, key, payload)
  SELECT $18::text, 'paymentChanged', order_id,
    jsonb_build_object('orderId', order_id, 'paymentId', id, 'status', status, 'adopted', $19::jsonb)
  FROM paid
)
SELECT * FROM paid`,
};
