-- CreateTable
CREATE TABLE "customers" (
    "id" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "email_verified_at" TIMESTAMPTZ(3),
    "name" TEXT,
    "phone" TEXT,
    "locale" TEXT NOT NULL,
    "tax_exempt" BOOLEAN NOT NULL DEFAULT false,
    "search" TEXT NOT NULL,
    "address_count" INTEGER NOT NULL DEFAULT 0,
    "default_shipping_address_id" TEXT,
    "default_billing_address_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "erased_at" TIMESTAMPTZ(3),

    CONSTRAINT "customers_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "addresses" (
    "id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "input_digest" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "company" TEXT,
    "line1" TEXT NOT NULL,
    "line2" TEXT,
    "city" TEXT NOT NULL,
    "region" TEXT,
    "postal_code" TEXT,
    "country_code" CHAR(2) NOT NULL,
    "phone" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "addresses_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "staff" (
    "id" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "roles" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "staff_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "customer_groups" (
    "id" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "customer_groups_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "group_members" (
    "group_id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "group_members_pkey" PRIMARY KEY ("group_id","customer_id")
);

-- CreateTable
CREATE TABLE "segments" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "consent_to" TEXT,
    "country_code" CHAR(2),
    "created_from" TIMESTAMPTZ(3),
    "created_before" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "segments_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "consents" (
    "customer_id" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "granted" BOOLEAN NOT NULL,
    "source" TEXT NOT NULL,
    "decided_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "consents_pkey" PRIMARY KEY ("customer_id","topic")
);

-- CreateTable
CREATE TABLE "consent_records" (
    "id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "granted" BOOLEAN NOT NULL,
    "source" TEXT NOT NULL,
    "decided_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "consent_records_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "notifications" (
    "id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "template" TEXT NOT NULL,
    "channel" TEXT NOT NULL,
    "recipient" TEXT NOT NULL,
    "customer_id" TEXT,
    "locale" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "subject" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'QUEUED',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "provider_id" TEXT,
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "sent_at" TIMESTAMPTZ(3),

    CONSTRAINT "notifications_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "provider_events" (
    "id" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "provider_events_pkey" PRIMARY KEY ("id")
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
CREATE TABLE "credentials" (
    "account_id" TEXT NOT NULL,
    "password_hash" TEXT NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "credentials_pkey" PRIMARY KEY ("account_id")
);

-- CreateTable
CREATE TABLE "sessions" (
    "id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "guest_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_used_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "end_reason" TEXT,

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "refresh_tokens" (
    "hash" TEXT NOT NULL,
    "session_id" TEXT NOT NULL,
    "salt" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "refresh_tokens_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "one_time_tokens" (
    "id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "one_time_tokens_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "attempts" (
    "subject" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "window_end" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "attempts_pkey" PRIMARY KEY ("subject")
);

-- CreateIndex
CREATE UNIQUE INDEX "customers_email_key" ON "customers"("email");

-- CreateIndex
CREATE INDEX "customers_search_idx" ON "customers" USING GIN ("search" extensions.gin_trgm_ops);

-- CreateIndex
CREATE INDEX "customers_default_shipping_address_id_idx" ON "customers"("default_shipping_address_id");

-- CreateIndex
CREATE INDEX "customers_default_billing_address_id_idx" ON "customers"("default_billing_address_id");

-- CreateIndex
CREATE INDEX "customers_created_at_idx" ON "customers"("created_at");

-- CreateIndex
CREATE INDEX "addresses_customer_id_created_at_id_idx" ON "addresses"("customer_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "addresses_country_code_customer_id_idx" ON "addresses"("country_code", "customer_id");

-- CreateIndex
CREATE UNIQUE INDEX "staff_email_key" ON "staff"("email");

-- CreateIndex
CREATE UNIQUE INDEX "customer_groups_code_key" ON "customer_groups"("code");

-- CreateIndex
CREATE INDEX "group_members_customer_id_idx" ON "group_members"("customer_id");

-- CreateIndex
CREATE INDEX "consent_records_customer_id_id_idx" ON "consent_records"("customer_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "notifications_key_key" ON "notifications"("key");

-- CreateIndex
CREATE INDEX "notifications_customer_id_id_idx" ON "notifications"("customer_id", "id");

-- CreateIndex
CREATE INDEX "notifications_status_due_at_idx" ON "notifications"("status", "due_at");

-- CreateIndex
CREATE INDEX "provider_events_received_at_idx" ON "provider_events"("received_at");

-- CreateIndex
CREATE UNIQUE INDEX "outbox_id_key" ON "outbox"("id");

-- CreateIndex
CREATE INDEX "outbox_due" ON "outbox"("due_at");

-- CreateIndex
CREATE INDEX "sessions_account_id_idx" ON "sessions"("account_id");

-- CreateIndex
CREATE INDEX "sessions_expires_at_idx" ON "sessions"("expires_at");

-- CreateIndex
CREATE INDEX "refresh_tokens_session_id_idx" ON "refresh_tokens"("session_id");

-- CreateIndex
CREATE INDEX "one_time_tokens_account_id_purpose_created_at_idx" ON "one_time_tokens"("account_id", "purpose", "created_at");

-- CreateIndex
CREATE INDEX "one_time_tokens_expires_at_idx" ON "one_time_tokens"("expires_at");

-- CreateIndex
CREATE INDEX "attempts_window_end_idx" ON "attempts"("window_end");

-- AddForeignKey
ALTER TABLE "customers" ADD CONSTRAINT "customers_default_shipping_address_id_fkey" FOREIGN KEY ("default_shipping_address_id") REFERENCES "addresses"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "customers" ADD CONSTRAINT "customers_default_billing_address_id_fkey" FOREIGN KEY ("default_billing_address_id") REFERENCES "addresses"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "addresses" ADD CONSTRAINT "addresses_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "customers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "group_members" ADD CONSTRAINT "group_members_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "customer_groups"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "group_members" ADD CONSTRAINT "group_members_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "customers"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "consents" ADD CONSTRAINT "consents_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "customers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "consent_records" ADD CONSTRAINT "consent_records_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "customers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "refresh_tokens" ADD CONSTRAINT "refresh_tokens_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "sessions"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma's language cannot say.

ALTER TABLE "customers"
  ADD CONSTRAINT "customers_id_form" CHECK ("id" LIKE 'Customer:%'),
  ADD CONSTRAINT "customers_email_lower" CHECK ("erased_at" IS NOT NULL OR "email" = lower("email")),
  ADD CONSTRAINT "customers_address_limit" CHECK ("address_count" BETWEEN 0 AND 100),
  ADD CONSTRAINT "customers_erased_is_empty" CHECK (
    "erased_at" IS NULL
    OR ("email" = 'erased:' || "id" AND "name" IS NULL AND "phone" IS NULL AND "search" = '' AND "address_count" = 0)
  );

ALTER TABLE "addresses"
  ADD CONSTRAINT "addresses_id_form" CHECK ("id" LIKE 'Address:%'),
  ADD CONSTRAINT "addresses_country_form" CHECK ("country_code" ~ '^[A-Z]{2}$');

ALTER TABLE "staff"
  ADD CONSTRAINT "staff_id_form" CHECK ("id" LIKE 'Staff:%'),
  ADD CONSTRAINT "staff_email_lower" CHECK ("email" = lower("email")),
  ADD CONSTRAINT "staff_roles_known" CHECK (
    "roles" IS NOT NULL AND "roles" <@ ARRAY['ADMIN', 'CATALOGUE', 'FULFILMENT', 'FINANCE', 'SUPPORT']
  );

ALTER TABLE "credentials"
  ADD CONSTRAINT "credentials_is_hash" CHECK ("password_hash" LIKE '$scrypt$%');

ALTER TABLE "sessions"
  ADD CONSTRAINT "sessions_end" CHECK (
    ("ended_at" IS NULL) = ("end_reason" IS NULL)
    AND "end_reason" IN ('SIGNED_OUT', 'REUSED', 'PASSWORD', 'ROLES', 'ERASED')
  );

ALTER TABLE "refresh_tokens"
  ADD CONSTRAINT "refresh_tokens_hash_form" CHECK ("hash" ~ '^[0-9a-f]{64}$');
-- One live token per session: a rotation that would leave two fails.
CREATE UNIQUE INDEX "refresh_tokens_one_live" ON "refresh_tokens" ("session_id") WHERE "used_at" IS NULL;

ALTER TABLE "one_time_tokens"
  ADD CONSTRAINT "one_time_tokens_purpose" CHECK ("purpose" IN ('RESET_PASSWORD', 'VERIFY_EMAIL', 'ACCEPT_INVITATION'));

ALTER TABLE "attempts" ADD CONSTRAINT "attempts_count" CHECK ("count" > 0);

ALTER TABLE "customer_groups" ADD CONSTRAINT "customer_groups_code_form" CHECK ("code" ~ '^[A-Z][A-Z0-9_]{0,39}$');

ALTER TABLE "segments"
  ADD CONSTRAINT "segments_has_rule" CHECK (num_nonnulls("consent_to", "country_code", "created_from", "created_before") > 0),
  ADD CONSTRAINT "segments_topic" CHECK ("consent_to" IN ('EMAIL', 'SMS', 'MARKETING'));

ALTER TABLE "consents" ADD CONSTRAINT "consents_topic" CHECK ("topic" IN ('EMAIL', 'SMS', 'MARKETING'));
ALTER TABLE "consent_records" ADD CONSTRAINT "consent_records_topic" CHECK ("topic" IN ('EMAIL', 'SMS', 'MARKETING'));

ALTER TABLE "notifications"
  ADD CONSTRAINT "notifications_channel" CHECK ("channel" IN ('EMAIL', 'SMS')),
  ADD CONSTRAINT "notifications_status"
    CHECK ("status" IN ('QUEUED', 'SENT', 'DELIVERED', 'BOUNCED', 'FAILED', 'CANCELLED'));

-- Counts a book's addresses in the row that bounds them, so that two inserts at once meet there.
CREATE FUNCTION count_addresses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    UPDATE customers SET address_count = address_count + 1 WHERE id = NEW.customer_id;
  ELSE
    UPDATE customers SET address_count = address_count - 1 WHERE id = OLD.customer_id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER "addresses_counted" AFTER INSERT OR DELETE ON "addresses"
  FOR EACH ROW EXECUTE FUNCTION count_addresses();

-- A default address is one of the customer's own.
CREATE FUNCTION check_default_addresses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM addresses
    WHERE id IN (NEW.default_shipping_address_id, NEW.default_billing_address_id) AND customer_id <> NEW.id
  ) THEN
    RAISE EXCEPTION 'a default address belongs to another customer' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "customers_own_defaults"
  BEFORE INSERT OR UPDATE OF "default_shipping_address_id", "default_billing_address_id" ON "customers"
  FOR EACH ROW EXECUTE FUNCTION check_default_addresses();

-- An address stays with its customer, so that the check above holds for good.
CREATE FUNCTION keep_address_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'an address does not change its customer' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER "addresses_keep_owner" BEFORE UPDATE OF "customer_id" ON "addresses"
  FOR EACH ROW WHEN (NEW."customer_id" <> OLD."customer_id") EXECUTE FUNCTION keep_address_owner();

-- History is added to and never changed.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER "consent_records_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "consent_records"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Groups and segments are listed whole at each customer, so a shop has at most 100 of each.
CREATE FUNCTION limit_rows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  present INTEGER;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext(TG_TABLE_NAME));
  EXECUTE format('SELECT count(*) FROM %I', TG_TABLE_NAME) INTO present;
  IF present > 100 THEN
    RAISE EXCEPTION '% holds 100 rows at most', TG_TABLE_NAME
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_limit';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER "customer_groups_limited" AFTER INSERT ON "customer_groups"
  FOR EACH STATEMENT EXECUTE FUNCTION limit_rows();
CREATE TRIGGER "segments_limited" AFTER INSERT ON "segments"
  FOR EACH STATEMENT EXECUTE FUNCTION limit_rows();
