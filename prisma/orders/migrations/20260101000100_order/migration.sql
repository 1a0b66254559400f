-- CreateEnum
CREATE TYPE "order_status" AS ENUM ('PENDING', 'AWAITING_PAYMENT', 'CONFIRMED', 'PARTIALLY_FULFILLED', 'FULFILLED', 'DELIVERED', 'CANCELLING', 'CANCELLED', 'REFUSED');

-- CreateEnum
CREATE TYPE "order_actor" AS ENUM ('BUYER', 'STAFF', 'SYSTEM');

-- CreateTable
CREATE TABLE "orders" (
    "id" TEXT NOT NULL,
    "number" TEXT NOT NULL,
    "buyer_id" TEXT NOT NULL,
    "cart_id" TEXT,
    "status" "order_status" NOT NULL DEFAULT 'PENDING',
    "currency" TEXT NOT NULL,
    "prices_include_tax" BOOLEAN NOT NULL,
    "subtotal_minor" BIGINT NOT NULL,
    "discount_minor" BIGINT NOT NULL,
    "shipping_minor" BIGINT NOT NULL,
    "tax_minor" BIGINT NOT NULL,
    "total_minor" BIGINT NOT NULL,
    "discounts" JSONB NOT NULL,
    "tax_lines" JSONB NOT NULL,
    "email" TEXT NOT NULL,
    "locale" TEXT NOT NULL,
    "note" TEXT,
    "shipping_address" JSONB,
    "billing_address" JSONB,
    "shipping_method_id" TEXT,
    "shipping_method_name" TEXT,
    "weight_grams" INTEGER NOT NULL,
    "placed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "status_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "confirmed_at" TIMESTAMPTZ(3),
    "cancelled_at" TIMESTAMPTZ(3),
    "cancelled_by" "order_actor",
    "cancel_reason" TEXT,

    CONSTRAINT "orders_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "order_line" (
    "id" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "variant_id" TEXT NOT NULL,
    "product_id" TEXT NOT NULL,
    "sku" TEXT NOT NULL,
    "product_title" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "image_url" TEXT,
    "quantity" INTEGER NOT NULL,
    "unit_price_minor" BIGINT NOT NULL,
    "subtotal_minor" BIGINT NOT NULL,
    "discount_minor" BIGINT NOT NULL,
    "tax_minor" BIGINT NOT NULL,
    "total_minor" BIGINT NOT NULL,
    "discounts" JSONB NOT NULL,
    "tax_lines" JSONB NOT NULL,
    "requires_shipping" BOOLEAN NOT NULL,

    CONSTRAINT "order_line_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "order_event" (
    "id" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "actor" "order_actor" NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "order_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "order_shipment" (
    "shipment_id" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "rank" INTEGER NOT NULL,

    CONSTRAINT "order_shipment_pkey" PRIMARY KEY ("shipment_id")
);

-- CreateTable
CREATE TABLE "idempotency_key" (
    "buyer_id" TEXT NOT NULL,
    "operation" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "order_id" TEXT,
    "saga_id" TEXT,
    "outcome" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_key_pkey" PRIMARY KEY ("buyer_id","operation","key")
);

-- CreateTable
CREATE TABLE "saga" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'RUNNING',
    "step" TEXT NOT NULL,
    "state" JSONB NOT NULL,
    "refusal" JSONB,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,
    "lease_owner" TEXT,
    "lease_until" TIMESTAMPTZ(6),
    "version" BIGINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "saga_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "outbox" (
    "position" BIGSERIAL NOT NULL,
    "id" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "due_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_error" TEXT,

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("position")
);

-- CreateTable
CREATE TABLE "inbox_event" (
    "id" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "inbox_event_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "orders_number_key" ON "orders"("number");

-- CreateIndex
CREATE INDEX "orders_buyer_id_id_idx" ON "orders"("buyer_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "order_line_order_id_position_key" ON "order_line"("order_id", "position");

-- CreateIndex
CREATE UNIQUE INDEX "order_line_order_id_variant_id_key" ON "order_line"("order_id", "variant_id");

-- CreateIndex
CREATE INDEX "order_event_order_id_id_idx" ON "order_event"("order_id", "id");

-- CreateIndex
CREATE INDEX "order_shipment_order_id_idx" ON "order_shipment"("order_id");

-- CreateIndex
CREATE INDEX "idempotency_key_created_at_idx" ON "idempotency_key"("created_at");

-- CreateIndex
CREATE UNIQUE INDEX "outbox_id_key" ON "outbox"("id");

-- CreateIndex
CREATE INDEX "outbox_due" ON "outbox"("due_at");

-- CreateIndex
CREATE INDEX "inbox_event_received_at_idx" ON "inbox_event"("received_at");

-- AddForeignKey
ALTER TABLE "order_line" ADD CONSTRAINT "order_line_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "order_event" ADD CONSTRAINT "order_event_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "order_shipment" ADD CONSTRAINT "order_shipment_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Written by hand: what the database can hold on its own.

ALTER TABLE orders
  ADD CONSTRAINT orders_number_form CHECK (number ~ '^[0-9A-HJKMNP-TV-Z]{8}$'),
  ADD CONSTRAINT orders_currency_form CHECK (currency ~ '^[A-Z]{3}$'),
  ADD CONSTRAINT orders_amounts CHECK (subtotal_minor >= 0 AND discount_minor >= 0 AND shipping_minor >= 0
    AND tax_minor >= 0 AND total_minor >= 0),
  ADD CONSTRAINT orders_total CHECK (total_minor = subtotal_minor - discount_minor + shipping_minor
    + CASE WHEN prices_include_tax THEN 0 ELSE tax_minor END),
  ADD CONSTRAINT orders_cancelled CHECK ((status = 'CANCELLED') = (cancelled_at IS NOT NULL)
    AND (cancelled_at IS NULL OR (cancelled_by IS NOT NULL AND cancel_reason IS NOT NULL)));

-- One checkout per cart at a time, and one order per cart.
CREATE UNIQUE INDEX orders_live_cart ON orders (cart_id) WHERE status NOT IN ('REFUSED', 'CANCELLED');
-- For the sweep that ends payments nobody confirms.
CREATE INDEX orders_awaiting ON orders (status_at) WHERE status = 'AWAITING_PAYMENT';
CREATE INDEX orders_email ON orders (lower(email), id);

ALTER TABLE order_line
  ADD CONSTRAINT order_line_quantity CHECK (quantity BETWEEN 1 AND 9999),
  ADD CONSTRAINT order_line_position CHECK (position BETWEEN 0 AND 99),
  ADD CONSTRAINT order_line_amounts CHECK (unit_price_minor >= 0 AND discount_minor BETWEEN 0 AND subtotal_minor
    AND tax_minor >= 0 AND total_minor >= 0),
  ADD CONSTRAINT order_line_subtotal CHECK (subtotal_minor = unit_price_minor * quantity);

ALTER TABLE saga
  ADD CONSTRAINT saga_status CHECK (status IN ('RUNNING', 'PAUSED', 'UNDOING', 'DONE', 'REFUSED')),
  ADD CONSTRAINT saga_refusal CHECK ((status IN ('UNDOING', 'REFUSED')) = (refusal IS NOT NULL));
CREATE INDEX saga_due ON saga (lease_until) WHERE status IN ('RUNNING', 'UNDOING');

-- The same table of legal transitions as in domain/order-status.ts; a test compares the two.
CREATE FUNCTION order_transition_is_legal(before order_status, after order_status) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT after::text = ANY (CASE before
    WHEN 'PENDING' THEN ARRAY['AWAITING_PAYMENT', 'CONFIRMED', 'REFUSED']
    WHEN 'AWAITING_PAYMENT' THEN ARRAY['CONFIRMED', 'REFUSED', 'CANCELLED']
    WHEN 'CONFIRMED' THEN ARRAY['PARTIALLY_FULFILLED', 'FULFILLED', 'DELIVERED', 'CANCELLING']
    WHEN 'PARTIALLY_FULFILLED' THEN ARRAY['FULFILLED', 'DELIVERED']
    WHEN 'FULFILLED' THEN ARRAY['DELIVERED']
    WHEN 'CANCELLING' THEN ARRAY['CONFIRMED', 'PARTIALLY_FULFILLED', 'FULFILLED', 'DELIVERED', 'CANCELLED']
    ELSE ARRAY[]::text[] END)
$$;

CREATE FUNCTION guard_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status <> OLD.status THEN
    IF NOT order_transition_is_legal(OLD.status, NEW.status) THEN
      RAISE EXCEPTION 'order % cannot go from % to %', OLD.id, OLD.status, NEW.status
        USING ERRCODE = 'check_violation', CONSTRAINT = 'orders_transition';
    END IF;
    NEW.status_at := now();
  END IF;
  IF (NEW.id, NEW.number, NEW.buyer_id, NEW.cart_id, NEW.currency, NEW.prices_include_tax, NEW.subtotal_minor,
      NEW.discount_minor, NEW.shipping_minor, NEW.tax_minor, NEW.total_minor, NEW.discounts, NEW.tax_lines, NEW.placed_at)
     IS DISTINCT FROM
     (OLD.id, OLD.number, OLD.buyer_id, OLD.cart_id, OLD.currency, OLD.prices_include_tax, OLD.subtotal_minor,
      OLD.discount_minor, OLD.shipping_minor, OLD.tax_minor, OLD.total_minor, OLD.discounts, OLD.tax_lines, OLD.placed_at)
  THEN
    RAISE EXCEPTION 'what order % was placed for never changes', OLD.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'orders_snapshot';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER order_guarded BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION guard_order();

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'check_violation', CONSTRAINT = 'append_only';
END $$;
CREATE TRIGGER order_line_append_only BEFORE UPDATE ON order_line FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER order_event_append_only BEFORE UPDATE ON order_event FOR EACH ROW EXECUTE FUNCTION refuse_change();
