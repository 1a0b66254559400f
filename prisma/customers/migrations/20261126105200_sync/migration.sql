-- CreateTable
CREATE TABLE "customer_orders" (
    "id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "number" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "total_minor" BIGINT NOT NULL,
    "lines" JSONB NOT NULL,
    "placed_at" TIMESTAMPTZ(3) NOT NULL,
    "status_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "customer_orders_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sync_receivers" (
    "name" TEXT NOT NULL,
    "is_on" BOOLEAN NOT NULL,
    "backfill_after" TEXT,

    CONSTRAINT "sync_receivers_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "sync_events" (
    "position" BIGSERIAL NOT NULL,
    "customer_id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "sync_events_pkey" PRIMARY KEY ("position")
);

-- CreateTable
CREATE TABLE "sync_deliveries" (
    "id" TEXT NOT NULL,
    "event_position" BIGINT NOT NULL,
    "receiver" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'PENDING',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "tries" INTEGER NOT NULL DEFAULT 0,
    "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_error" TEXT,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "sync_deliveries_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sync_acquaintances" (
    "receiver" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,

    CONSTRAINT "sync_acquaintances_pkey" PRIMARY KEY ("receiver","customer_id")
);

-- CreateIndex
CREATE INDEX "customer_orders_customer_id_placed_at_idx" ON "customer_orders"("customer_id", "placed_at");

-- CreateIndex
CREATE INDEX "sync_events_occurred_at_idx" ON "sync_events"("occurred_at");

-- CreateIndex
CREATE INDEX "sync_deliveries_customer_id_idx" ON "sync_deliveries"("customer_id");

-- CreateIndex
CREATE UNIQUE INDEX "sync_deliveries_event_position_receiver_key" ON "sync_deliveries"("event_position", "receiver");

-- AddForeignKey
ALTER TABLE "customer_orders" ADD CONSTRAINT "customer_orders_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "customers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sync_deliveries" ADD CONSTRAINT "sync_deliveries_event_position_fkey" FOREIGN KEY ("event_position") REFERENCES "sync_events"("position") ON DELETE CASCADE ON UPDATE CASCADE;


ALTER TABLE customer_orders ADD CONSTRAINT customer_orders_lines_list CHECK (jsonb_typeof(lines) = 'array');
ALTER TABLE sync_events ADD CONSTRAINT sync_events_type
  CHECK (type IN ('CUSTOMER_CHANGED', 'CONSENT_CHANGED', 'ORDER_PLACED', 'ORDER_CHANGED', 'CUSTOMER_ERASED'));
ALTER TABLE sync_deliveries
  ADD CONSTRAINT sync_deliveries_status CHECK (status IN ('PENDING', 'DELIVERED', 'SKIPPED', 'DEAD')),
  ADD CONSTRAINT sync_deliveries_ended CHECK ((status = 'PENDING') = (ended_at IS NULL));

CREATE INDEX sync_deliveries_due ON sync_deliveries (receiver, due_at) WHERE status = 'PENDING';
CREATE INDEX sync_deliveries_in_order ON sync_deliveries (receiver, customer_id, event_position) WHERE status = 'PENDING';
CREATE INDEX sync_deliveries_ended_at ON sync_deliveries (ended_at) WHERE status <> 'PENDING';

-- The last part of a global id, as the code makes it: 48 bits of time and 80 of chance in Crockford's base 32.
CREATE FUNCTION new_ulid() RETURNS text LANGUAGE sql VOLATILE AS $$
  SELECT string_agg(substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + CASE WHEN n < 10
      THEN ((ms >> (45 - 5 * n)) & 31)::int ELSE get_byte(chance, n - 10) & 31 END, 1), '' ORDER BY n)
  FROM (SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS ms, uuid_send(gen_random_uuid()) AS chance) now,
    generate_series(0, 25) n
$$;

-- Writes an event and its deliveries in the transaction that caused it; nothing where nobody is to hear of it.
CREATE FUNCTION tell_receivers(p_customer_id TEXT, p_type TEXT, p_data JSONB, p_receiver TEXT DEFAULT NULL)
RETURNS void LANGUAGE sql AS $$
  WITH wanted AS MATERIALIZED (SELECT name FROM sync_receivers WHERE is_on AND name = coalesce(p_receiver, name)),
  written AS (
    INSERT INTO sync_events (customer_id, type, data)
    SELECT p_customer_id, p_type, p_data WHERE EXISTS (SELECT FROM wanted) RETURNING position)
  INSERT INTO sync_deliveries (id, event_position, receiver, customer_id, due_at)
  -- Rounded down: rounded up, a delivery would be due a moment after it was written.
  SELECT 'SyncDelivery:' || new_ulid(), written.position, wanted.name, p_customer_id, date_trunc('milliseconds', now())
  FROM written, wanted
$$;

CREATE FUNCTION customer_tells_receivers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.erased_at IS NULL THEN
    PERFORM tell_receivers(NEW.id, 'CUSTOMER_CHANGED', '{}');
  ELSIF TG_OP = 'UPDATE' AND OLD.erased_at IS NULL THEN
    -- Some know a customer by their address alone. It is forgotten as soon as they were told.
    PERFORM tell_receivers(NEW.id, 'CUSTOMER_ERASED', jsonb_build_object('email', OLD.email, 'phone', OLD.phone));
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER customer_new_tells_receivers AFTER INSERT ON customers FOR EACH ROW
  EXECUTE FUNCTION customer_tells_receivers();
CREATE TRIGGER customer_tells_receivers AFTER UPDATE ON customers FOR EACH ROW
  WHEN ((NEW.email, NEW.email_verified_at, NEW.name, NEW.phone, NEW.locale, NEW.tax_exempt, NEW.erased_at)
    IS DISTINCT FROM (OLD.email, OLD.email_verified_at, OLD.name, OLD.phone, OLD.locale, OLD.tax_exempt, OLD.erased_at))
  EXECUTE FUNCTION customer_tells_receivers();

CREATE FUNCTION consent_tells_receivers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tell_receivers(NEW.customer_id, 'CONSENT_CHANGED', '{}');
  RETURN NULL;
END $$;
CREATE TRIGGER consent_new_tells_receivers AFTER INSERT ON consents FOR EACH ROW
  EXECUTE FUNCTION consent_tells_receivers();
CREATE TRIGGER consent_tells_receivers AFTER UPDATE ON consents FOR EACH ROW
  WHEN (NEW.granted IS DISTINCT FROM OLD.granted) EXECUTE FUNCTION consent_tells_receivers();

CREATE FUNCTION order_tells_receivers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM tell_receivers(NEW.customer_id, 'ORDER_PLACED', jsonb_build_object('orderId', NEW.id));
  END IF;
  -- What is told late has gone further already.
  IF TG_OP = 'UPDATE' OR NEW.status <> 'CONFIRMED' THEN
    PERFORM tell_receivers(NEW.customer_id, 'ORDER_CHANGED',
      jsonb_build_object('orderId', NEW.id, 'status', NEW.status));
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER order_new_tells_receivers AFTER INSERT ON customer_orders FOR EACH ROW
  EXECUTE FUNCTION order_tells_receivers();
CREATE TRIGGER order_tells_receivers AFTER UPDATE ON customer_orders FOR EACH ROW
  WHEN (NEW.status IS DISTINCT FROM OLD.status) EXECUTE FUNCTION order_tells_receivers();
