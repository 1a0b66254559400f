import { movedParts, releasedParts, told } from './settling.ts';
import type { Statement } from './statement.ts';

/** More tries than this on one order is somebody testing stolen cards. */
const MAX_TRIES = 20;

/**
 * The whole beginning of a payment in one statement, because a buyer waits for it: pass the order's gate (its row
 * lock keeps a void and an authorisation apart), look for an earlier payment, lock and reserve stored values, insert.
 * $1 id, $2 order, $3 buyer, $4 key, $5 fingerprint, $6 capture mode, $7 currency, $8 amount, $9 provider,
 * $10 saved method, $11 has a token; with stored values $12 code hashes, $13 use store credit; through a channel $12 which.
 */
const begin = (
  name: string,
  parts: string,
  codesFound: string,
  codesWanted: string,
  reserve: string,
  channel = 'NULL',
): Statement => ({
  name,
  text: `
WITH gate AS (
  INSERT INTO order_gates (order_id, buyer_id) VALUES ($2::text, $3::text)
  ON CONFLICT (order_id) DO UPDATE SET buyer_id = EXCLUDED.buyer_id
  RETURNING barred_at, (xmax = 0) AS is_first
),
earlier AS (
  SELECT * FROM payments WHERE order_id = $2 AND (key = $4::text OR status NOT IN ('DECLINED', 'VOIDED'))
),
${parts}
facts AS (
  SELECT gate.barred_at IS NOT NULL AS barred, gate.is_first,
    (SELECT count(*) FROM payments WHERE order_id = $2) AS tries,
    ${codesFound} AS codes_found,
    (SELECT coalesce(sum(amount_minor), 0)::bigint FROM parts) AS stored_part,
    (SELECT provider_token FROM saved_methods WHERE id = $10::text AND customer_id = $3 AND provider = $9::text)
      AS saved_token
  FROM gate
),
created AS (
  INSERT INTO payments (id, order_id, buyer_id, key, fingerprint, capture_mode, currency, amount_minor, stored_minor,
    status, authorized_minor, authorized_at, provider, channel, check_at)
  SELECT $1::text, $2, $3, $4, $5::text, $6::text, $7::text, $8::bigint, stored_part,
    CASE WHEN stored_part = $8 THEN 'AUTHORIZED' ELSE 'CREATED' END,
    CASE WHEN stored_part = $8 THEN $8 ELSE 0 END,
    CASE WHEN stored_part = $8 THEN now() END,
    CASE WHEN stored_part < $8 THEN $9::text END,
    ${channel},
    CASE WHEN stored_part < $8 OR $6 = 'AUTOMATIC' THEN now() + interval '30 seconds' END
  FROM facts
  WHERE NOT barred AND tries < ${MAX_TRIES} AND NOT EXISTS (SELECT FROM earlier)
    AND codes_found = ${codesWanted}
    AND (stored_part = $8 OR $11::boolean OR saved_token IS NOT NULL)
  ON CONFLICT DO NOTHING
  RETURNING *
)${reserve},
tried AS (
  INSERT INTO attempts (payment_id, operation, outcome, currency, amount_minor)
  SELECT id, 'AUTHORIZE', status, currency, amount_minor FROM created WHERE status = 'AUTHORIZED'
)
SELECT facts.*, found.*
FROM facts LEFT JOIN (
  SELECT true AS is_new, created.* FROM created UNION ALL SELECT false, earlier.* FROM earlier
) found ON true
-- The payment of this very key before a live one of another key.
ORDER BY found.key = $4 DESC LIMIT 1`,
});

export const BEGIN_BY_CARD = begin(
  'begin_by_card',
  'parts AS (SELECT 0::bigint AS amount_minor WHERE false),',
  '0',
  '0',
  '',
);

/** The channel has collected all of it: it is taken for authorised, and nobody is asked. */
export const BEGIN_BY_CHANNEL = begin(
  'begin_by_channel',
  'parts AS (SELECT $8::bigint AS amount_minor),',
  '0',
  '0',
  '',
  '$12::text',
);

/** Locked in the order of their ids, so that two buyers who share gift cards never wait for each other in a circle. */
export const BEGIN_WITH_STORED = begin(
  'begin_with_stored',
  `locked AS (
  SELECT id, kind, code_hash, balance_minor - reserved_minor AS available FROM stored_values
  WHERE currency = $7::text AND disabled_at IS NULL AND (expires_at IS NULL OR expires_at > now())
    AND (customer_id IS NULL OR customer_id = $3)
    AND (code_hash = ANY ($12::text[]) OR ($13::boolean AND kind = 'STORE_CREDIT' AND customer_id = $3))
  ORDER BY id FOR UPDATE
),
running AS (
  SELECT id, available,
    (coalesce(sum(available) OVER (ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0))::bigint
      AS offset_minor,
    (row_number() OVER (ORDER BY place))::int AS position
  FROM (SELECT id, available, coalesce(array_position($12::text[], code_hash), 1000) AS place
        FROM locked WHERE available > 0) ordered
),
parts AS (
  SELECT id, position, offset_minor, LEAST(available, $8::bigint - offset_minor) AS amount_minor
  FROM running WHERE offset_minor < $8::bigint
),`,
  "(SELECT count(*) FROM locked WHERE kind = 'GIFT_CARD')",
  'cardinality($12::text[])',
  `,
reserved AS (
  UPDATE stored_values s SET reserved_minor = s.reserved_minor + parts.amount_minor
  FROM parts, created WHERE s.id = parts.id
),
redeemed AS (
  INSERT INTO redemptions (payment_id, position, stored_value_id, offset_minor, amount_minor)
  SELECT created.id, parts.position, parts.id, parts.offset_minor, parts.amount_minor FROM parts, created
)`,
);

/**
 * One step of the authorisation. An older picture than the one applied last changes nothing (`provider_version`), nor
 * does a step that the payment's state does not allow. The gate's shared lock makes it see a void that came first.
 * $1 payment, $2 status, $3 allowed states, $4 operation, $5 provider's id, $6 version (0: our own decision),
 * $7-$10 card, $11 decline reason, $12 redirect URL, $13 client secret, $14 capture's id, $15 event's id.
 */
export const SETTLE: Statement = {
  name: 'settle_authorization',
  text: `
WITH gate AS (
  SELECT g.order_id, g.barred_at FROM payments p JOIN order_gates g ON g.order_id = p.order_id WHERE p.id = $1::text
  FOR SHARE OF g
),
paid AS (
  UPDATE payments p SET
    status = $2::text,
    provider_id = COALESCE($5::text, p.provider_id),
    provider_version = GREATEST(p.provider_version, $6::bigint),
    card_brand = COALESCE($7::text, p.card_brand), card_last4 = COALESCE($8::text, p.card_last4),
    card_exp_month = COALESCE($9::int, p.card_exp_month), card_exp_year = COALESCE($10::int, p.card_exp_year),
    decline_reason = $11::text, redirect_url = $12::text, client_secret = $13::text,
    authorized_minor = CASE WHEN $2 IN ('AUTHORIZED', 'CAPTURED') THEN p.amount_minor ELSE 0 END,
    captured_minor = CASE WHEN $2 = 'CAPTURED' THEN p.amount_minor ELSE 0 END,
    stored_captured_minor = CASE WHEN $2 = 'CAPTURED' THEN p.stored_minor ELSE 0 END,
    authorized_at = CASE WHEN $2 IN ('AUTHORIZED', 'CAPTURED') THEN now() ELSE p.authorized_at END,
    captured_at = CASE WHEN $2 = 'CAPTURED' THEN now() END,
    updated_at = now(),
    check_at = CASE
      WHEN $2 IN ('VOIDED', 'DECLINED') THEN NULL
      WHEN g.barred_at IS NOT NULL THEN now() + interval '10 seconds'
      WHEN $2 IN ('AUTHORIZED', 'CAPTURED') AND ($2 = 'CAPTURED' OR p.capture_mode = 'MANUAL') THEN NULL
      ELSE now() + interval '30 seconds' END
  FROM gate g
  WHERE p.id = $1 AND g.order_id = p.order_id AND p.status = ANY ($3::text[]) AND p.capturing_minor = 0
    AND ($6 = 0 OR p.provider_version < $6)
  RETURNING p.*, g.barred_at IS NOT NULL AS barred
),
done AS (
  INSERT INTO effects (id, payment_id, order_id, kind, key, status, currency, amount_minor, stored_minor, requested_by,
    settled_at)
  SELECT $14::text, id, order_id, 'CAPTURE', 'automatic', 'SUCCEEDED', currency, captured_minor, stored_captured_minor,
    'automatic', now()
  FROM paid WHERE status = 'CAPTURED'
  RETURNING *
),${movedParts},${releasedParts},
tried AS (
  INSERT INTO attempts (payment_id, operation, outcome, currency, amount_minor, detail)
  SELECT id, $4::text, status, currency, amount_minor, decline_reason FROM paid
),${told('$15')}
SELECT * FROM paid`,
};

/** `is_first` is false when the gate was there before: then a payment may have been written that this did not see. */
export const BAR: Statement = {
  name: 'bar_order',
  text: `
WITH gate AS (
  INSERT INTO order_gates (order_id, barred_at) VALUES ($1::text, now())
  ON CONFLICT (order_id) DO UPDATE SET barred_at = COALESCE(order_gates.barred_at, now())
  RETURNING (xmax = 0) AS is_first
),
live AS (
  UPDATE payments SET check_at = now() + interval '10 seconds'
  WHERE order_id = $1 AND status NOT IN ('DECLINED', 'VOIDED', 'REFUNDED')
  RETURNING *
)
SELECT gate.is_first, found.* FROM gate LEFT JOIN (
  SELECT true AS is_live, live.* FROM live
  UNION ALL
  SELECT false, ended.* FROM payments ended WHERE order_id = $1 AND status IN ('DECLINED', 'VOIDED', 'REFUNDED')
) found ON true
ORDER BY found.is_live DESC, found.id DESC LIMIT 1`,
};

/** The lease keeps a second process off for half a minute; SKIP LOCKED keeps it from waiting. */
export const TAKE_DUE: Statement = {
  name: 'take_due_payments',
  text: `
UPDATE payments p SET check_at = now() + interval '30 seconds' FROM order_gates g
WHERE g.order_id = p.order_id AND p.id IN (
  SELECT id FROM payments WHERE check_at <= now() ORDER BY check_at LIMIT $1::int FOR UPDATE SKIP LOCKED)
RETURNING p.*, g.barred_at IS NOT NULL AS barred`,
};

/** The gate's shared lock waits for a void that is just barring the order, which wants its look. */
export const REST: Statement = {
  name: 'rest_payment',
  text: `
WITH gate AS (SELECT barred_at FROM order_gates WHERE order_id = $2::text FOR SHARE)
UPDATE payments SET check_at = NULL FROM gate
WHERE id = $1::text AND status NOT IN ('CREATED', 'ACTION_REQUIRED', 'PENDING', 'UNKNOWN')
  AND (gate.barred_at IS NULL OR (status <> 'AUTHORIZED' AND captured_minor = refunded_minor))`,
};
