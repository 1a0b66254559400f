import { readableOwners } from '@cartograph/kernel/viewer';
import type { Database } from '@cartograph/runtime/database/connect';
import { anyOf } from '@cartograph/runtime/database/keys';
import { isUniqueViolation } from '@cartograph/runtime/database/transaction';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import type { Effect } from '../domain/effect.ts';
import type { Payment } from '../domain/payment.ts';
import type { EffectClaim, EffectStore, ProviderAdoption, ReleaseClaim } from '../ports.ts';
import { ADOPT } from './adopt-statement.ts';
import { RELEASE } from './release-statement.ts';
import { fromPrisma, fromSql, type Row } from './rows.ts';
import { issued, movedParts, told } from './settling.ts';
import { run, type Statement } from './statement.ts';

/**
 * Writes a capture or refund and claims its amount on the payment's locked row, so that what is under way and what is
 * done never exceed the limit together. Captures take stored value first; refunds go to the card first.
 * $1 id, $2 order, $3 kind, $4 key, $5 amount or null, $6 currency or null, $7 reason, $8 who, $9 allowed states.
 */
const CLAIM: Statement = {
  name: 'claim_effect',
  text: `
WITH earlier AS (
  SELECT * FROM effects WHERE order_id = $2::text AND kind = $3::text AND key = $4::text
),
-- A shared lock, so that a capture never slips past a void that is just barring the order.
gate AS (
  SELECT barred_at IS NOT NULL AS barred FROM order_gates WHERE order_id = $2 FOR SHARE
),
locked AS (
  SELECT p.* FROM payments p CROSS JOIN gate
  WHERE p.order_id = $2 AND p.status NOT IN ('DECLINED', 'VOIDED') FOR UPDATE OF p
),
wanted AS (
  SELECT p.id, COALESCE($5::bigint, room.whole) AS amount, room.*,
    p.status = ANY ($9::text[]) AND p.currency = COALESCE($6::text, p.currency)
      AND NOT EXISTS (SELECT FROM earlier) AND NOT ($3 = 'CAPTURE' AND room.barred) AS allowed
  FROM locked p CROSS JOIN LATERAL (
    SELECT
      CASE $3 WHEN 'CAPTURE' THEN p.authorized_minor - p.captured_minor - p.capturing_minor
        ELSE p.captured_minor - p.refunded_minor - p.refunding_minor END AS whole,
      p.stored_minor - p.stored_captured_minor - p.stored_capturing_minor - p.stored_released_minor
        AS stored_capturable,
      (p.captured_minor - p.stored_captured_minor)
        - (p.refunded_minor - p.stored_refunded_minor) - (p.refunding_minor - p.stored_refunding_minor)
        AS card_refundable,
      (SELECT barred FROM gate) AS barred) room
),
parted AS (
  SELECT id, amount, CASE $3 WHEN 'CAPTURE' THEN LEAST(amount, stored_capturable)
      ELSE GREATEST(amount - card_refundable, 0) END AS stored
  FROM wanted
  -- An order that cost nothing has a capture of nothing.
  WHERE allowed AND amount <= whole AND (amount > 0 OR $3 = 'CAPTURE')
),
claimed AS (
  UPDATE payments p SET
    capturing_minor = p.capturing_minor + CASE $3 WHEN 'CAPTURE' THEN c.amount ELSE 0 END,
    stored_capturing_minor = p.stored_capturing_minor + CASE $3 WHEN 'CAPTURE' THEN c.stored ELSE 0 END,
    refunding_minor = p.refunding_minor + CASE $3 WHEN 'REFUND' THEN c.amount ELSE 0 END,
    stored_refunding_minor = p.stored_refunding_minor + CASE $3 WHEN 'REFUND' THEN c.stored ELSE 0 END,
    updated_at = now()
  FROM parted c WHERE p.id = c.id
  RETURNING p.*
),
written AS (
  INSERT INTO effects (id, payment_id, order_id, kind, key, status, currency, amount_minor, stored_minor, reason,
    requested_by, check_at)
  SELECT $1::text, p.id, $2, $3, $4, 'PENDING', p.currency, c.amount, c.stored, $7::text, $8::text,
    now() + interval '15 seconds'
  FROM parted c JOIN locked p ON p.id = c.id
  RETURNING *
)
SELECT (SELECT barred FROM wanted) AS barred, payment.*, effect.effect FROM (
  SELECT * FROM claimed UNION ALL SELECT * FROM locked WHERE NOT EXISTS (SELECT FROM claimed)
) payment LEFT JOIN (
  SELECT id, to_jsonb(written) AS effect FROM written UNION ALL SELECT id, to_jsonb(earlier) FROM earlier
) effect ON true`,
};

/** $1 effect, $2 status, $3 refusal, $4 provider's version, $5 event's id. */
const SETTLE: Statement = {
  name: 'settle_effect',
  text: `
WITH done AS (
  UPDATE effects SET status = $2::text, refusal = $3::text, settled_at = now(), check_at = NULL
  WHERE id = $1 AND status = 'PENDING'
  RETURNING *
),
paid AS (
  UPDATE payments p SET
    capturing_minor = p.capturing_minor - m.capture, stored_capturing_minor = p.stored_capturing_minor - m.stored_capture,
    refunding_minor = p.refunding_minor - m.refund, stored_refunding_minor = p.stored_refunding_minor - m.stored_refund,
    captured_minor = p.captured_minor + m.capture * m.ok,
    stored_captured_minor = p.stored_captured_minor + m.stored_capture * m.ok,
    refunded_minor = p.refunded_minor + m.refund * m.ok,
    stored_refunded_minor = p.stored_refunded_minor + m.stored_refund * m.ok,
    status = CASE
      WHEN m.ok = 0 THEN p.status
      WHEN p.refunded_minor + m.refund > 0 THEN
        CASE WHEN p.refunded_minor + m.refund = p.captured_minor + m.capture THEN 'REFUNDED' ELSE 'PARTIALLY_REFUNDED' END
      WHEN p.captured_minor + m.capture = p.authorized_minor THEN 'CAPTURED'
      ELSE 'PARTIALLY_CAPTURED' END,
    captured_at = CASE WHEN m.ok = 1 THEN COALESCE(p.captured_at, now()) ELSE p.captured_at END,
    provider_version = GREATEST(p.provider_version, $4::bigint),
    check_at = CASE
      WHEN m.ok = 1 AND m.refund > 0 AND p.refunded_minor + m.refund = p.captured_minor THEN NULL
      ELSE p.check_at END,
    updated_at = now()
  FROM done d CROSS JOIN LATERAL (
    SELECT CASE d.status WHEN 'SUCCEEDED' THEN 1 ELSE 0 END AS ok,
      CASE d.kind WHEN 'CAPTURE' THEN d.amount_minor ELSE 0 END AS capture,
      CASE d.kind WHEN 'CAPTURE' THEN d.stored_minor ELSE 0 END AS stored_capture,
      CASE d.kind WHEN 'REFUND' THEN d.amount_minor ELSE 0 END AS refund,
      CASE d.kind WHEN 'REFUND' THEN d.stored_minor ELSE 0 END AS stored_refund) m
  WHERE p.id = d.payment_id
  RETURNING p.*
),${movedParts},
tried AS (
  INSERT INTO attempts (payment_id, operation, outcome, currency, amount_minor, detail)
  SELECT payment_id, kind, status, currency, amount_minor, refusal FROM done
),${issued},${told('$5')}
SELECT * FROM paid`,
};

const TAKE_DUE: Statement = {
  name: 'take_due_effects',
  text: `
UPDATE effects SET check_at = now() + interval '30 seconds' WHERE id IN (
  SELECT id FROM effects WHERE status = 'PENDING' AND check_at <= now()
  ORDER BY check_at LIMIT $1::int FOR UPDATE SKIP LOCKED)
RETURNING *`,
};

/** At most this many refunds of one payment are listed. */
const MAX_REFUNDS = 100;

export const createEffectStore = (db: Database, prisma: PrismaClient): EffectStore => ({
  claim: (claim) => claimEffect(db, claim),
  release: (claim) => release(db, claim),
  async settle({ effectId, status, refusal, version, eventId }) {
    const [row] = await run(db, SETTLE, [effectId, status, refusal, version, eventId]);
    return row ? fromSql<Payment>(row) : null;
  },
  adopt: (adoption) => adopt(db, adoption),
  async findByKey(orderId, key) {
    const rows = await prisma.effect.findMany({ where: { orderId, key }, orderBy: { id: 'asc' } });
    return rows.map((row) => fromPrisma<Effect>(row));
  },
  async findPending(paymentId) {
    const rows = await prisma.effect.findMany({ where: { paymentId, status: 'PENDING' }, orderBy: { id: 'asc' } });
    return rows.map((row) => fromPrisma<Effect>(row));
  },
  async takeDue(limit) {
    return (await run(db, TAKE_DUE, [limit])).map((row) => fromSql<Effect>(row));
  },
  async findRefunds(viewer, ids) {
    const owned = readableOwners(viewer);
    const rows = await prisma.effect.findMany({
      where: { id: { in: [...ids] }, kind: 'REFUND', ...(owned && { payment: { buyerId: { in: [...owned] } } }) },
    });
    return rows.map((row) => fromPrisma<Effect>(row));
  },
  async findRefundsByPaymentIds(paymentIds) {
    const { rows } = await db.pool.query(
      `SELECT * FROM (
         SELECT *, row_number() OVER (PARTITION BY payment_id ORDER BY created_at DESC, id DESC) AS place
         FROM effects WHERE payment_id = ${anyOf(1)} AND kind = 'REFUND') ranked
       WHERE place <= ${MAX_REFUNDS} ORDER BY payment_id, place`,
      [paymentIds],
    );
    return rows.map((row) => fromSql<Effect>(row));
  },
});

async function claimEffect(db: Database, claim: EffectClaim) {
  const { id, orderId, kind, key, amount, reason, requestedBy, from } = claim;
  const values = [id, orderId, kind, key, amount?.minor ?? null, amount?.currency ?? null, reason, requestedBy, from];
  const found = await runKeyed(db, CLAIM, values);
  if (!found) return null;
  const { barred, ...payment } = found.payment;
  return { payment: fromSql<Payment>(payment), effect: found.effect, barred: barred === true };
}

async function adopt(db: Database, given: ProviderAdoption): Promise<Payment | null> {
  const { payment, adoption, version, key, adoptedBy, ids, eventId } = given;
  const { id, orderId, currency, status, authorizedMinor, capturedMinor, refundedMinor } = payment;
  const { capturedMinor: captured, refundedMinor: refunded, releasedMinor: released } = adoption;
  const [row] = await run(db, ADOPT, [
    ...[id, orderId, key, adoptedBy, status, authorizedMinor, capturedMinor, refundedMinor],
    ...[adoption.status, adoption.authorizedMinor, captured, refunded, released],
    ...[ids.capture, ids.refund, ids.release, version, eventId],
    JSON.stringify({ staffId: adoptedBy, currency, captured, refunded, released }),
  ]);
  return row ? fromSql<Payment>(row) : null;
}

async function release(db: Database, { id, orderId, key, amount, requestedBy }: ReleaseClaim) {
  const values = [id, orderId, key, amount?.minor ?? null, amount?.currency ?? null, requestedBy];
  const found = await runKeyed(db, RELEASE, values);
  return found && { payment: fromSql<Payment>(found.payment), effect: found.effect };
}

/** Runs a statement that writes an effect of a key once, and gives it from then on; no effect where it may not be written. */
async function runKeyed(
  db: Database,
  statement: Statement,
  values: readonly unknown[],
  isRepeated = false,
): Promise<{ readonly payment: Row; readonly effect: Effect | null } | null> {
  try {
    const [row] = await run(db, statement, values);
    if (!row) return null;
    const { effect, ...payment } = row;
    // It may have waited for one of the same key that took all there was, and did not see what that wrote.
    if (!effect && !isRepeated) return await runKeyed(db, statement, values, true);
    return { payment, effect: effect ? fromJson(effect as Row) : null };
  } catch (error) {
    // The same key at the same moment: the other one wrote the effect, and now it can be seen.
    if (isUniqueViolation(error)) return runKeyed(db, statement, values, isRepeated);
    throw error;
  }
}

/** JSON writes moments as texts. */
function fromJson(row: Row): Effect {
  const effect = fromSql<Effect>(row);
  return {
    ...effect,
    createdAt: new Date(effect.createdAt),
    settledAt: effect.settledAt === null ? null : new Date(effect.settledAt),
  };
}
