import type { Statement } from './statement.ts';

/**
 * Lets go of reserved money that will never be taken, in one statement with the effect that names it. Captures take stored
 * value first, so what is left over is the card's before it is theirs. Nobody is asked: a card's hold ends by itself.
 * $1 id, $2 order, $3 key, $4 amount or null for all that is left, $5 currency or null, $6 who.
 */
export const RELEASE: Statement = {
  name: 'release_reserved',
  text: `
WITH earlier AS (
  SELECT * FROM effects WHERE order_id = $2::text AND kind = 'RELEASE' AND key = $3::text
),
locked AS (
  SELECT * FROM payments WHERE order_id = $2 AND status NOT IN ('DECLINED', 'VOIDED') FOR NO KEY UPDATE
),
parted AS (
  SELECT p.id, wanted.amount, GREATEST(wanted.amount - (room.whole - room.stored), 0) AS stored
  FROM locked p CROSS JOIN LATERAL (
    SELECT p.authorized_minor - p.captured_minor - p.capturing_minor AS whole,
      p.stored_minor - p.stored_captured_minor - p.stored_capturing_minor - p.stored_released_minor AS stored) room
  CROSS JOIN LATERAL (SELECT COALESCE($4::bigint, room.whole) AS amount) wanted
  WHERE NOT EXISTS (SELECT FROM earlier) AND p.currency = COALESCE($5::text, p.currency)
    AND wanted.amount BETWEEN 1 AND room.whole
),
paid AS (
  UPDATE payments p SET
    authorized_minor = p.authorized_minor - c.amount,
    stored_released_minor = p.stored_released_minor + c.stored,
    status = CASE WHEN p.status = 'PARTIALLY_CAPTURED' AND p.captured_minor = p.authorized_minor - c.amount
      THEN 'CAPTURED' ELSE p.status END,
    -- Nothing of it is wanted any more: should this process end now, the recovery job tells the provider.
    check_at = CASE WHEN p.authorized_minor = c.amount THEN now() + interval '10 seconds' ELSE p.check_at END,
    updated_at = now()
  FROM parted c WHERE p.id = c.id
  RETURNING p.*
),
written AS (
  INSERT INTO effects (id, payment_id, order_id, kind, key, status, currency, amount_minor, stored_minor, requested_by,
    settled_at)
  SELECT $1::text, p.id, $2, 'RELEASE', $3, 'SUCCEEDED', p.currency, c.amount, c.stored, $6::text, now()
  FROM parted c JOIN paid p ON p.id = c.id
  RETURNING *
),
stored AS (
  SELECT v.id, r.offset_minor, r.amount_minor FROM paid p JOIN parted c ON c.id = p.id AND c.stored > 0
  JOIN redemptions r ON r.payment_id = p.id JOIN stored_values v ON v.id = r.stored_value_id
  ORDER BY v.id FOR NO KEY UPDATE OF v
),
-- From the last redemption on: what was taken, and what still may be, fills them from the first.
released AS (
  UPDATE stored_values s SET reserved_minor = s.reserved_minor
    - LEAST(GREATEST(kept.total + c.stored - v.offset_minor, 0), v.amount_minor)
    + LEAST(GREATEST(kept.total - v.offset_minor, 0), v.amount_minor)
  FROM stored v, parted c, (SELECT stored_minor - stored_released_minor AS total FROM paid) kept
  WHERE s.id = v.id AND kept.total < v.offset_minor + v.amount_minor
),
tried AS (
  INSERT INTO attempts (payment_id, operation, outcome, currency, amount_minor)
  SELECT payment_id, 'VOID', 'RELEASED', currency, amount_minor FROM written
)
SELECT payment.*, effect.effect FROM (
  SELECT * FROM paid UNION ALL SELECT * FROM locked WHERE NOT EXISTS (SELECT FROM paid)
) payment LEFT JOIN (
  SELECT payment_id, to_jsonb(written) AS effect FROM written
  UNION ALL SELECT payment_id, to_jsonb(earlier) FROM earlier
) effect ON true`,
};
