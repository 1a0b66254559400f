-- CreateTable
CREATE TABLE "stored_values" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "code_hash" TEXT,
    "last4" TEXT,
    "customer_id" TEXT,
    "currency" CHAR(3) NOT NULL,
    "initial_minor" BIGINT NOT NULL,
    "balance_minor" BIGINT NOT NULL,
    "reserved_minor" BIGINT NOT NULL DEFAULT 0,
    "expires_at" TIMESTAMPTZ(3),
    "disabled_at" TIMESTAMPTZ(3),
    "issue_key" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "stored_values_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "redemptions" (
    "payment_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "stored_value_id" TEXT NOT NULL,
    "offset_minor" BIGINT NOT NULL,
    "amount_minor" BIGINT NOT NULL,

    CONSTRAINT "redemptions_pkey" PRIMARY KEY ("payment_id","position")
);

-- CreateTable
CREATE TABLE "ledger_accounts" (
    "id" TEXT NOT NULL,

    CONSTRAINT "ledger_accounts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ledger_entries" (
    "position" BIGSERIAL NOT NULL,
    "transaction_id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "payment_id" TEXT,
    "currency" CHAR(3) NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ledger_entries_pkey" PRIMARY KEY ("position")
);

-- CreateTable
CREATE TABLE "lookup_budgets" (
    "viewer_id" TEXT NOT NULL,
    "window_start" TIMESTAMPTZ(3) NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "lookup_budgets_pkey" PRIMARY KEY ("viewer_id")
);

-- CreateTable
CREATE TABLE "outbox" (
    "position" BIGSERIAL NOT NULL,
    "id" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_error" TEXT,

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("position")
);

-- CreateTable
CREATE TABLE "order_gates" (
    "order_id" TEXT NOT NULL,
    "buyer_id" TEXT,
    "barred_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "order_gates_pkey" PRIMARY KEY ("order_id")
);

-- CreateTable
CREATE TABLE "payments" (
    "id" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "buyer_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "decline_reason" TEXT,
    "capture_mode" TEXT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "stored_minor" BIGINT NOT NULL DEFAULT 0,
    "authorized_minor" BIGINT NOT NULL DEFAULT 0,
    "captured_minor" BIGINT NOT NULL DEFAULT 0,
    "stored_captured_minor" BIGINT NOT NULL DEFAULT 0,
    "capturing_minor" BIGINT NOT NULL DEFAULT 0,
    "stored_capturing_minor" BIGINT NOT NULL DEFAULT 0,
    "refunded_minor" BIGINT NOT NULL DEFAULT 0,
    "stored_refunded_minor" BIGINT NOT NULL DEFAULT 0,
    "refunding_minor" BIGINT NOT NULL DEFAULT 0,
    "stored_refunding_minor" BIGINT NOT NULL DEFAULT 0,
    "provider" TEXT,
    "provider_id" TEXT,
    "provider_version" BIGINT NOT NULL DEFAULT 0,
    "card_brand" TEXT,
    "card_last4" TEXT,
    "card_exp_month" INTEGER,
    "card_exp_year" INTEGER,
    "redirect_url" TEXT,
    "client_secret" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "authorized_at" TIMESTAMPTZ(3),
    "captured_at" TIMESTAMPTZ(3),
    "check_at" TIMESTAMPTZ(3),

    CONSTRAINT "payments_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "effects" (
    "id" TEXT NOT NULL,
    "payment_id" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "stored_minor" BIGINT NOT NULL,
    "reason" TEXT,
    "refusal" TEXT,
    "requested_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "settled_at" TIMESTAMPTZ(3),
    "check_at" TIMESTAMPTZ(3),

    CONSTRAINT "effects_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "attempts" (
    "position" BIGSERIAL NOT NULL,
    "payment_id" TEXT NOT NULL,
    "operation" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "detail" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "attempts_pkey" PRIMARY KEY ("position")
);

-- CreateTable
CREATE TABLE "saved_methods" (
    "id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "provider_token" TEXT NOT NULL,
    "brand" TEXT NOT NULL,
    "last4" TEXT NOT NULL,
    "exp_month" INTEGER NOT NULL,
    "exp_year" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "saved_methods_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "provider_events" (
    "id" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    "version" BIGINT NOT NULL,
    "payload" JSONB NOT NULL,
    "deliveries" INTEGER NOT NULL DEFAULT 1,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "applied_at" TIMESTAMPTZ(3),

    CONSTRAINT "provider_events_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "stored_values_code_hash_key" ON "stored_values"("code_hash");

-- CreateIndex
CREATE UNIQUE INDEX "stored_values_issue_key_key" ON "stored_values"("issue_key");

-- CreateIndex
CREATE INDEX "stored_values_customer_id_idx" ON "stored_values"("customer_id");

-- CreateIndex
CREATE INDEX "redemptions_stored_value_id_idx" ON "redemptions"("stored_value_id");

-- CreateIndex
CREATE INDEX "ledger_entries_payment_id_idx" ON "ledger_entries"("payment_id");

-- CreateIndex
CREATE UNIQUE INDEX "ledger_entries_transaction_id_account_id_currency_key" ON "ledger_entries"("transaction_id", "account_id", "currency");

-- CreateIndex
CREATE UNIQUE INDEX "outbox_id_key" ON "outbox"("id");

-- CreateIndex
CREATE INDEX "outbox_due" ON "outbox"("due_at");

-- CreateIndex
CREATE INDEX "outbox_key_position_idx" ON "outbox"("key", "position");

-- CreateIndex
CREATE INDEX "payments_buyer_id_idx" ON "payments"("buyer_id");

-- CreateIndex
CREATE UNIQUE INDEX "payments_order_id_key_key" ON "payments"("order_id", "key");

-- CreateIndex
CREATE INDEX "effects_payment_id_idx" ON "effects"("payment_id");

-- CreateIndex
CREATE UNIQUE INDEX "effects_order_id_kind_key_key" ON "effects"("order_id", "kind", "key");

-- CreateIndex
CREATE INDEX "attempts_payment_id_position_idx" ON "attempts"("payment_id", "position");

-- CreateIndex
CREATE UNIQUE INDEX "saved_methods_customer_id_provider_provider_token_key" ON "saved_methods"("customer_id", "provider", "provider_token");

-- AddForeignKey
ALTER TABLE "redemptions" ADD CONSTRAINT "redemptions_payment_id_fkey" FOREIGN KEY ("payment_id") REFERENCES "payments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "redemptions" ADD CONSTRAINT "redemptions_stored_value_id_fkey" FOREIGN KEY ("stored_value_id") REFERENCES "stored_values"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ledger_entries" ADD CONSTRAINT "ledger_entries_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "ledger_accounts"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ledger_entries" ADD CONSTRAINT "ledger_entries_payment_id_fkey" FOREIGN KEY ("payment_id") REFERENCES "payments"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "payments" ADD CONSTRAINT "payments_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "order_gates"("order_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "effects" ADD CONSTRAINT "effects_payment_id_fkey" FOREIGN KEY ("payment_id") REFERENCES "payments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attempts" ADD CONSTRAINT "attempts_payment_id_fkey" FOREIGN KEY ("payment_id") REFERENCES "payments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;



-- What Prisma's language cannot say.

ALTER TABLE payments
  ADD CONSTRAINT payments_status_known CHECK (status IN ('CREATED', 'ACTION_REQUIRED', 'PENDING', 'UNKNOWN', 'AUTHORIZED',
    'PARTIALLY_CAPTURED', 'CAPTURED', 'PARTIALLY_REFUNDED', 'REFUNDED', 'VOIDED', 'DECLINED')),
  ADD CONSTRAINT payments_capture_mode_known CHECK (capture_mode IN ('AUTOMATIC', 'MANUAL')),
  ADD CONSTRAINT payments_currency_form CHECK (currency ~ '^[A-Z]{3}$'),
  ADD CONSTRAINT payments_not_negative CHECK (LEAST(amount_minor, stored_minor, authorized_minor, captured_minor,
    capturing_minor, refunded_minor, refunding_minor, stored_captured_minor, stored_capturing_minor,
    stored_refunded_minor, stored_refunding_minor) >= 0),
  ADD CONSTRAINT payments_authorized_within_amount CHECK (authorized_minor <= amount_minor AND stored_minor <= amount_minor),
  ADD CONSTRAINT payments_captured_within_authorized CHECK (captured_minor + capturing_minor <= authorized_minor),
  ADD CONSTRAINT payments_refunded_within_captured CHECK (refunded_minor + refunding_minor <= captured_minor),
  -- The same two rules for the stored part and for the card's part, each by itself.
  ADD CONSTRAINT payments_stored_within_limits CHECK (
    stored_captured_minor + stored_capturing_minor <= stored_minor
    AND stored_refunded_minor + stored_refunding_minor <= stored_captured_minor),
  ADD CONSTRAINT payments_card_within_limits CHECK (
    (captured_minor - stored_captured_minor) + (capturing_minor - stored_capturing_minor) <= amount_minor - stored_minor
    AND (refunded_minor - stored_refunded_minor) + (refunding_minor - stored_refunding_minor)
      <= captured_minor - stored_captured_minor),
  ADD CONSTRAINT payments_status_fits_amounts CHECK (CASE status
    WHEN 'AUTHORIZED' THEN authorized_minor = amount_minor AND captured_minor = 0
    WHEN 'PARTIALLY_CAPTURED' THEN captured_minor BETWEEN 1 AND authorized_minor - 1 AND refunded_minor = 0
    WHEN 'CAPTURED' THEN captured_minor = authorized_minor AND refunded_minor = 0
    WHEN 'PARTIALLY_REFUNDED' THEN refunded_minor BETWEEN 1 AND captured_minor - 1
    WHEN 'REFUNDED' THEN refunded_minor = captured_minor AND captured_minor > 0
    ELSE authorized_minor = 0 END);

-- At most one payment of an order is under way or successful.
CREATE UNIQUE INDEX payments_one_live_per_order ON payments (order_id) WHERE status NOT IN ('DECLINED', 'VOIDED');
CREATE INDEX payments_open ON payments (check_at) WHERE check_at IS NOT NULL;
CREATE INDEX payments_newest ON payments (id DESC);

ALTER TABLE effects
  ADD CONSTRAINT effects_kind_known CHECK (kind IN ('CAPTURE', 'REFUND')),
  ADD CONSTRAINT effects_status_known CHECK (status IN ('PENDING', 'SUCCEEDED', 'REFUSED')),
  ADD CONSTRAINT effects_amounts CHECK (amount_minor >= 0 AND stored_minor BETWEEN 0 AND amount_minor);
CREATE INDEX effects_open ON effects (check_at) WHERE status = 'PENDING';

ALTER TABLE attempts
  ADD CONSTRAINT attempts_operation_known CHECK (operation IN ('AUTHORIZE', 'CAPTURE', 'VOID', 'REFUND'));

ALTER TABLE saved_methods
  ADD CONSTRAINT saved_methods_last4_form CHECK (last4 ~ '^[0-9]{4}$'),
  ADD CONSTRAINT saved_methods_month CHECK (exp_month BETWEEN 1 AND 12);

ALTER TABLE stored_values
  ADD CONSTRAINT stored_values_amounts CHECK (initial_minor >= 0 AND reserved_minor BETWEEN 0 AND balance_minor),
  ADD CONSTRAINT stored_values_kind CHECK (
    (kind = 'GIFT_CARD' AND code_hash IS NOT NULL AND last4 IS NOT NULL)
    OR (kind = 'STORE_CREDIT' AND code_hash IS NULL AND customer_id IS NOT NULL));
CREATE UNIQUE INDEX stored_values_one_credit_per_currency ON stored_values (customer_id, currency) WHERE kind = 'STORE_CREDIT';

ALTER TABLE redemptions ADD CONSTRAINT redemptions_amounts CHECK (amount_minor > 0 AND offset_minor >= 0);

CREATE INDEX provider_events_unapplied ON provider_events (received_at) WHERE applied_at IS NULL;
CREATE INDEX provider_events_applied ON provider_events (applied_at) WHERE applied_at IS NOT NULL;

ALTER TABLE ledger_entries
  ADD CONSTRAINT ledger_entries_not_zero CHECK (amount_minor <> 0),
  ADD CONSTRAINT ledger_entries_kind_known CHECK (kind IN ('CAPTURE', 'REFUND', 'GIFT_CARD_ISSUED', 'STORE_CREDIT_GRANTED'));

INSERT INTO ledger_accounts (id) VALUES ('PROVIDER'), ('ORDERS'), ('GIFT_CARDS'), ('STORE_CREDIT'), ('ISSUED');

-- Debits equal credits in every transaction and currency; checked when the database transaction commits.
CREATE FUNCTION assert_ledger_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM ledger_entries WHERE transaction_id = NEW.transaction_id GROUP BY currency HAVING sum(amount_minor) <> 0
  ) THEN
    RAISE EXCEPTION 'ledger transaction % does not sum to zero', NEW.transaction_id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_entries_balanced AFTER INSERT ON ledger_entries
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION assert_ledger_balanced();

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER ledger_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entries
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER attempts_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON attempts
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
