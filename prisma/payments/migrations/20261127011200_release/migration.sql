-- What was reserved and will never be taken is let go: of gift cards and store credit that part is counted here, and
-- `authorized_minor` is what is left of both parts.
ALTER TABLE "payments" ADD COLUMN "stored_released_minor" BIGINT NOT NULL DEFAULT 0;



-- What Prisma's language cannot say.

ALTER TABLE payments
  DROP CONSTRAINT payments_stored_within_limits,
  ADD CONSTRAINT payments_stored_within_limits CHECK (
    stored_released_minor >= 0
    AND stored_captured_minor + stored_capturing_minor + stored_released_minor <= stored_minor
    AND stored_refunded_minor + stored_refunding_minor <= stored_captured_minor),
  DROP CONSTRAINT payments_status_fits_amounts,
  ADD CONSTRAINT payments_status_fits_amounts CHECK (CASE status
    WHEN 'AUTHORIZED' THEN captured_minor = 0
    WHEN 'PARTIALLY_CAPTURED' THEN captured_minor BETWEEN 1 AND authorized_minor - 1 AND refunded_minor = 0
    WHEN 'CAPTURED' THEN captured_minor = authorized_minor AND refunded_minor = 0
    WHEN 'PARTIALLY_REFUNDED' THEN refunded_minor BETWEEN 1 AND captured_minor - 1
    WHEN 'REFUNDED' THEN refunded_minor = captured_minor AND captured_minor > 0
    ELSE authorized_minor = 0 END);

ALTER TABLE effects
  DROP CONSTRAINT effects_kind_known,
  ADD CONSTRAINT effects_kind_known CHECK (kind IN ('CAPTURE', 'REFUND', 'RELEASE'));

-- One more way in which our own books could contradict themselves. A payment's stored part fills its redemptions in
-- order, and is let go from the last one on.
CREATE VIEW reserved_drift AS
  SELECT 'gift cards and store credit hold back what payments may still take of them' AS rule, v.id AS subject,
    coalesce(r.held, 0) AS expected, v.reserved_minor::numeric AS actual
  FROM stored_values v LEFT JOIN (
    SELECT r.stored_value_id, sum(
      LEAST(GREATEST(p.stored_minor - p.stored_released_minor - r.offset_minor, 0), r.amount_minor)
        - LEAST(GREATEST(p.stored_captured_minor - r.offset_minor, 0), r.amount_minor)) AS held
    FROM redemptions r JOIN payments p ON p.id = r.payment_id WHERE p.status NOT IN ('VOIDED', 'DECLINED')
    GROUP BY r.stored_value_id) r ON r.stored_value_id = v.id
  WHERE coalesce(r.held, 0) <> v.reserved_minor;
