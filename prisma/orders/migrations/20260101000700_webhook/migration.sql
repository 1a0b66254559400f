-- CreateEnum
CREATE TYPE "webhook_endpoint_status" AS ENUM ('ENABLED', 'DISABLED');

-- CreateEnum
CREATE TYPE "webhook_disabled_reason" AS ENUM ('BY_STAFF', 'GONE', 'FAILING');

-- CreateEnum
CREATE TYPE "webhook_delivery_status" AS ENUM ('PENDING', 'DELIVERED', 'DEAD');

-- CreateTable
CREATE TABLE "webhook_endpoint" (
    "id" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "description" TEXT,
    "event_types" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "status" "webhook_endpoint_status" NOT NULL DEFAULT 'ENABLED',
    "disabled_at" TIMESTAMPTZ(3),
    "disabled_reason" "webhook_disabled_reason",
    "failing_since" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "webhook_endpoint_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_secret" (
    "endpoint_id" TEXT NOT NULL,
    "secret" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3),

    CONSTRAINT "webhook_secret_pkey" PRIMARY KEY ("endpoint_id","secret")
);

-- CreateTable
CREATE TABLE "webhook_event" (
    "id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "webhook_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_delivery" (
    "id" TEXT NOT NULL,
    "event_id" TEXT NOT NULL,
    "endpoint_id" TEXT NOT NULL,
    "status" "webhook_delivery_status" NOT NULL DEFAULT 'PENDING',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "tries" INTEGER NOT NULL DEFAULT 0,
    "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "status_code" INTEGER,
    "last_error" TEXT,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "webhook_delivery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_attempt" (
    "delivery_id" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "status_code" INTEGER,
    "error" TEXT,
    "response" TEXT,

    CONSTRAINT "webhook_attempt_pkey" PRIMARY KEY ("delivery_id","number")
);

-- CreateIndex
CREATE UNIQUE INDEX "webhook_endpoint_url_key" ON "webhook_endpoint"("url");

-- CreateIndex
CREATE INDEX "webhook_event_occurred_at_idx" ON "webhook_event"("occurred_at");

-- CreateIndex
CREATE INDEX "webhook_delivery_endpoint_id_id_idx" ON "webhook_delivery"("endpoint_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "webhook_delivery_event_id_endpoint_id_key" ON "webhook_delivery"("event_id", "endpoint_id");

-- AddForeignKey
ALTER TABLE "webhook_secret" ADD CONSTRAINT "webhook_secret_endpoint_id_fkey" FOREIGN KEY ("endpoint_id") REFERENCES "webhook_endpoint"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "webhook_delivery" ADD CONSTRAINT "webhook_delivery_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "webhook_event"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "webhook_attempt" ADD CONSTRAINT "webhook_attempt_delivery_id_fkey" FOREIGN KEY ("delivery_id") REFERENCES "webhook_delivery"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Written by hand: what the database can hold on its own.

ALTER TABLE webhook_endpoint
  ADD CONSTRAINT webhook_endpoint_url_form CHECK (url ~ '^https?://' AND length(url) <= 2048),
  ADD CONSTRAINT webhook_endpoint_disabled CHECK ((status = 'DISABLED') = (disabled_at IS NOT NULL)
    AND (disabled_at IS NULL) = (disabled_reason IS NULL));
-- One secret is the newest.
CREATE UNIQUE INDEX webhook_secret_newest ON webhook_secret (endpoint_id) WHERE expires_at IS NULL;
ALTER TABLE webhook_delivery
  ADD CONSTRAINT webhook_delivery_ended CHECK ((status = 'PENDING') = (ended_at IS NULL));
CREATE INDEX webhook_delivery_due ON webhook_delivery (endpoint_id, due_at) WHERE status = 'PENDING';
CREATE INDEX webhook_delivery_ended ON webhook_delivery (ended_at) WHERE status <> 'PENDING';

-- The last part of a global id, as the code makes it: 48 bits of time and 80 of chance in Crockford's base 32.
CREATE FUNCTION new_ulid() RETURNS text LANGUAGE sql VOLATILE AS $$
  SELECT string_agg(substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + CASE WHEN n < 10
      THEN ((ms >> (45 - 5 * n)) & 31)::int ELSE get_byte(chance, n - 10) & 31 END, 1), '' ORDER BY n)
  FROM (SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS ms, uuid_send(gen_random_uuid()) AS chance) now,
    generate_series(0, 25) n
$$;

-- Writes an event and its deliveries in the transaction that caused it; nothing where nobody wants to hear of it. What
-- happens while an endpoint is disabled waits as a dead letter for a month, so that it can be replayed.
CREATE FUNCTION tell_webhooks(p_type TEXT, p_subject_id TEXT, p_data JSONB) RETURNS void LANGUAGE sql AS $$
  WITH wanted AS MATERIALIZED (
    SELECT id, status = 'ENABLED' AS enabled FROM webhook_endpoint
    WHERE (event_types = '{}' OR p_type = ANY (event_types)) AND id <> p_subject_id
      AND (status = 'ENABLED' OR disabled_at > now() - interval '30 days')),
  written AS (
    INSERT INTO webhook_event (id, type, subject_id, data)
    SELECT 'WebhookEvent:' || new_ulid(), p_type, p_subject_id, p_data WHERE EXISTS (SELECT FROM wanted)
    RETURNING id)
  INSERT INTO webhook_delivery (id, event_id, endpoint_id, status, ended_at, last_error)
  SELECT 'WebhookDelivery:' || new_ulid(), written.id, wanted.id,
    CASE WHEN enabled THEN 'PENDING' ELSE 'DEAD' END::webhook_delivery_status,
    CASE WHEN NOT enabled THEN now() END, CASE WHEN NOT enabled THEN 'The endpoint was disabled.' END
  FROM written, wanted
$$;

CREATE FUNCTION order_tells_webhooks() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  -- As text: a status that is not in this list yet tells nothing. Back from CANCELLING is no news.
  type TEXT := CASE NEW.status::text
    WHEN 'AWAITING_PAYMENT' THEN 'order.payment_required'
    WHEN 'CONFIRMED' THEN CASE WHEN OLD.status::text IN ('PENDING', 'AWAITING_PAYMENT') THEN 'order.confirmed' END
    WHEN 'PARTIALLY_FULFILLED' THEN 'order.partially_shipped'
    WHEN 'FULFILLED' THEN 'order.shipped'
    WHEN 'DELIVERED' THEN 'order.delivered'
    WHEN 'CANCELLED' THEN 'order.cancelled'
    WHEN 'REFUSED' THEN 'order.refused' END;
BEGIN
  IF type IS NOT NULL THEN
    PERFORM tell_webhooks(type, NEW.id, jsonb_build_object('id', NEW.id, 'number', NEW.number, 'status', NEW.status));
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER order_tells_webhooks AFTER UPDATE ON orders FOR EACH ROW
  WHEN (NEW.status IS DISTINCT FROM OLD.status) EXECUTE FUNCTION order_tells_webhooks();

CREATE FUNCTION return_tells_webhooks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Back to APPROVED, because it could not be refunded, is no news.
  IF TG_OP = 'UPDATE' AND NEW.status = 'APPROVED' AND OLD.status <> 'REQUESTED' THEN
    RETURN NULL;
  END IF;
  PERFORM tell_webhooks('return.' || lower(NEW.status::text), NEW.id,
    jsonb_build_object('id', NEW.id, 'number', NEW.number, 'status', NEW.status, 'orderId', NEW.order_id));
  RETURN NULL;
END $$;
CREATE TRIGGER return_asked_tells_webhooks AFTER INSERT ON order_return FOR EACH ROW
  EXECUTE FUNCTION return_tells_webhooks();
CREATE TRIGGER return_tells_webhooks AFTER UPDATE ON order_return FOR EACH ROW
  WHEN (NEW.status IS DISTINCT FROM OLD.status) EXECUTE FUNCTION return_tells_webhooks();

-- What the timeline tells that no status does. `subject_id` is what it is about besides the order.
CREATE FUNCTION timeline_tells_webhooks() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  type TEXT := CASE NEW.type
    WHEN 'PAYMENT_AUTHORIZED' THEN 'payment.authorized'
    WHEN 'PAYMENT_CAPTURED' THEN 'payment.captured'
    WHEN 'PAYMENT_VOIDED' THEN 'payment.voided'
    WHEN 'PAYMENT_REFUNDED' THEN 'payment.refunded'
    WHEN 'PAYMENT_CHANGED' THEN 'payment.changed'
    WHEN 'SHIPMENT_CHANGED' THEN 'shipment.changed'
    WHEN 'STEP_STUCK' THEN 'order.stuck' END;
BEGIN
  PERFORM tell_webhooks(type, o.id, jsonb_build_object('orderId', o.id, 'orderNumber', o.number)
    || CASE WHEN NEW.subject_id IS NULL THEN '{}' ELSE jsonb_build_object('subjectId', NEW.subject_id) END)
  FROM orders o WHERE o.id = NEW.order_id AND type IS NOT NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER timeline_tells_webhooks AFTER INSERT ON order_event FOR EACH ROW
  WHEN (NEW.type LIKE 'PAYMENT\_%' OR NEW.type IN ('SHIPMENT_CHANGED', 'STEP_STUCK'))
  EXECUTE FUNCTION timeline_tells_webhooks();

-- Staff hear of a dead endpoint through the ones that live. Its URL is left out: it may hold a secret of its receiver.
CREATE FUNCTION endpoint_tells_webhooks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tell_webhooks('webhook.disabled', NEW.id,
    jsonb_build_object('endpointId', NEW.id, 'reason', NEW.disabled_reason));
  RETURN NULL;
END $$;
CREATE TRIGGER endpoint_tells_webhooks AFTER UPDATE ON webhook_endpoint FOR EACH ROW
  WHEN (NEW.status = 'DISABLED' AND OLD.status = 'ENABLED' AND NEW.disabled_reason <> 'BY_STAFF')
  EXECUTE FUNCTION endpoint_tells_webhooks();
