-- CreateTable
CREATE TABLE "methods" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "carrier" TEXT,
    "carrier_service" TEXT,
    "tax_class" TEXT NOT NULL,
    "active" BOOLEAN NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "methods_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "method_zones" (
    "method_id" TEXT NOT NULL,
    "zone_id" TEXT NOT NULL,
    "min_days" INTEGER NOT NULL,
    "max_days" INTEGER NOT NULL,

    CONSTRAINT "method_zones_pkey" PRIMARY KEY ("method_id","zone_id")
);

-- CreateTable
CREATE TABLE "rate_tables" (
    "method_id" TEXT NOT NULL,
    "zone_id" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "free_from_minor" BIGINT,

    CONSTRAINT "rate_tables_pkey" PRIMARY KEY ("method_id","zone_id","currency")
);

-- CreateTable
CREATE TABLE "rates" (
    "method_id" TEXT NOT NULL,
    "zone_id" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "up_to_grams" INTEGER NOT NULL,
    "price_minor" BIGINT NOT NULL,

    CONSTRAINT "rates_pkey" PRIMARY KEY ("method_id","zone_id","currency","up_to_grams")
);

-- CreateTable
CREATE TABLE "pickup_locations" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "country_code" TEXT NOT NULL,
    "postal_code" TEXT NOT NULL,
    "address" JSONB NOT NULL,
    "opening_hours" TEXT NOT NULL,
    "active" BOOLEAN NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "pickup_locations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "outbox" (
    "position" BIGSERIAL NOT NULL,
    "id" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "due_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_error" TEXT,

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("position")
);

-- CreateTable
CREATE TABLE "shipment_plans" (
    "order_id" TEXT NOT NULL,
    "planned_at" TIMESTAMPTZ(3),
    "cancelled_at" TIMESTAMPTZ(3),

    CONSTRAINT "shipment_plans_pkey" PRIMARY KEY ("order_id")
);

-- CreateTable
CREATE TABLE "shipments" (
    "id" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "buyer_id" TEXT NOT NULL,
    "method_id" TEXT NOT NULL,
    "warehouse_id" TEXT NOT NULL,
    "pickup_location_id" TEXT,
    "status" TEXT NOT NULL,
    "address" JSONB NOT NULL,
    "address_revision" INTEGER NOT NULL DEFAULT 0,
    "weight_grams" INTEGER NOT NULL,
    "earliest_delivery" DATE,
    "latest_delivery" DATE,
    "problem" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "handed_over_at" TIMESTAMPTZ(3),
    "delivered_at" TIMESTAMPTZ(3),

    CONSTRAINT "shipments_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shipment_lines" (
    "shipment_id" TEXT NOT NULL,
    "order_line_id" TEXT NOT NULL,
    "variant_id" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,

    CONSTRAINT "shipment_lines_pkey" PRIMARY KEY ("shipment_id","order_line_id")
);

-- CreateTable
CREATE TABLE "parcels" (
    "id" TEXT NOT NULL,
    "shipment_id" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "weight_grams" INTEGER NOT NULL,
    "status" TEXT NOT NULL,
    "carrier" TEXT,
    "tracking_number" TEXT,
    "tracking_url" TEXT,
    "last_event_at" TIMESTAMPTZ(3),
    "asked_at" TIMESTAMPTZ(3),

    CONSTRAINT "parcels_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "labels" (
    "id" TEXT NOT NULL,
    "parcel_id" TEXT NOT NULL,
    "carrier" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    "service" TEXT NOT NULL,
    "tracking_number" TEXT NOT NULL,
    "tracking_url" TEXT NOT NULL,
    "cost_minor" BIGINT,
    "cost_currency" TEXT,
    "content_type" TEXT NOT NULL,
    "document" BYTEA NOT NULL,
    "bought_at" TIMESTAMPTZ(3) NOT NULL,
    "void_requested_at" TIMESTAMPTZ(3),
    "voided_at" TIMESTAMPTZ(3),
    "void_problem" TEXT,

    CONSTRAINT "labels_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "tracking_events" (
    "id" TEXT NOT NULL,
    "carrier" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    "tracking_number" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "location" TEXT,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "tracking_events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "request_keys" (
    "actor" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "request_keys_pkey" PRIMARY KEY ("actor","key")
);

-- CreateTable
CREATE TABLE "zones" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "zones_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "zone_areas" (
    "id" BIGSERIAL NOT NULL,
    "zone_id" TEXT NOT NULL,
    "country_code" TEXT NOT NULL,
    "region" TEXT,
    "postal_prefix" TEXT,

    CONSTRAINT "zone_areas_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "method_zones_zone_id_idx" ON "method_zones"("zone_id");

-- CreateIndex
CREATE INDEX "pickup_locations_country_code_idx" ON "pickup_locations"("country_code");

-- CreateIndex
CREATE UNIQUE INDEX "outbox_id_key" ON "outbox"("id");

-- CreateIndex
CREATE INDEX "outbox_due_at_idx" ON "outbox"("due_at");

-- CreateIndex
CREATE INDEX "outbox_key_position_idx" ON "outbox"("key", "position");

-- CreateIndex
CREATE INDEX "shipments_buyer_id_idx" ON "shipments"("buyer_id");

-- CreateIndex
CREATE INDEX "shipments_status_id_idx" ON "shipments"("status", "id");

-- CreateIndex
CREATE UNIQUE INDEX "shipments_order_id_warehouse_id_key" ON "shipments"("order_id", "warehouse_id");

-- CreateIndex
CREATE INDEX "parcels_tracking_number_idx" ON "parcels"("tracking_number");

-- CreateIndex
CREATE UNIQUE INDEX "parcels_shipment_id_number_key" ON "parcels"("shipment_id", "number");

-- CreateIndex
CREATE UNIQUE INDEX "parcels_carrier_tracking_number_key" ON "parcels"("carrier", "tracking_number");

-- CreateIndex
CREATE INDEX "labels_parcel_id_idx" ON "labels"("parcel_id");

-- CreateIndex
CREATE UNIQUE INDEX "labels_carrier_reference_key" ON "labels"("carrier", "reference");

-- CreateIndex
CREATE INDEX "tracking_events_tracking_number_occurred_at_idx" ON "tracking_events"("tracking_number", "occurred_at");

-- CreateIndex
CREATE UNIQUE INDEX "tracking_events_carrier_reference_key" ON "tracking_events"("carrier", "reference");

-- CreateIndex
CREATE UNIQUE INDEX "zones_name_key" ON "zones"("name");

-- CreateIndex
CREATE INDEX "zone_areas_zone_id_idx" ON "zone_areas"("zone_id");

-- AddForeignKey
ALTER TABLE "method_zones" ADD CONSTRAINT "method_zones_method_id_fkey" FOREIGN KEY ("method_id") REFERENCES "methods"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "method_zones" ADD CONSTRAINT "method_zones_zone_id_fkey" FOREIGN KEY ("zone_id") REFERENCES "zones"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "rate_tables" ADD CONSTRAINT "rate_tables_method_id_zone_id_fkey" FOREIGN KEY ("method_id", "zone_id") REFERENCES "method_zones"("method_id", "zone_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "rates" ADD CONSTRAINT "rates_method_id_zone_id_currency_fkey" FOREIGN KEY ("method_id", "zone_id", "currency") REFERENCES "rate_tables"("method_id", "zone_id", "currency") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "shipments" ADD CONSTRAINT "shipments_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "shipment_plans"("order_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "shipments" ADD CONSTRAINT "shipments_method_id_fkey" FOREIGN KEY ("method_id") REFERENCES "methods"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "shipments" ADD CONSTRAINT "shipments_pickup_location_id_fkey" FOREIGN KEY ("pickup_location_id") REFERENCES "pickup_locations"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "shipment_lines" ADD CONSTRAINT "shipment_lines_shipment_id_fkey" FOREIGN KEY ("shipment_id") REFERENCES "shipments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "parcels" ADD CONSTRAINT "parcels_shipment_id_fkey" FOREIGN KEY ("shipment_id") REFERENCES "shipments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "labels" ADD CONSTRAINT "labels_parcel_id_fkey" FOREIGN KEY ("parcel_id") REFERENCES "parcels"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "zone_areas" ADD CONSTRAINT "zone_areas_zone_id_fkey" FOREIGN KEY ("zone_id") REFERENCES "zones"("id") ON DELETE CASCADE ON UPDATE CASCADE;



-- What Prisma's language cannot say.

-- No area belongs to two zones: the zone of an address is never a matter of chance.
CREATE UNIQUE INDEX "zone_areas_once" ON "zone_areas" ("country_code", "region", "postal_prefix") NULLS NOT DISTINCT;

ALTER TABLE "zone_areas"
  ADD CONSTRAINT "zone_areas_country" CHECK ("country_code" = '*' OR "country_code" ~ '^[A-Z]{2}$'),
  ADD CONSTRAINT "zone_areas_parts" CHECK ("country_code" <> '*' OR ("region" IS NULL AND "postal_prefix" IS NULL)),
  ADD CONSTRAINT "zone_areas_prefix" CHECK ("postal_prefix" ~ '^[A-Z0-9]{1,10}$');

ALTER TABLE "methods"
  ADD CONSTRAINT "methods_kind" CHECK ("kind" IN ('DELIVERY', 'PICKUP')),
  ADD CONSTRAINT "methods_carrier" CHECK (
    ("kind" = 'DELIVERY') = ("carrier" IS NOT NULL) AND ("kind" = 'DELIVERY') = ("carrier_service" IS NOT NULL));

ALTER TABLE "method_zones"
  ADD CONSTRAINT "method_zones_days" CHECK (0 <= "min_days" AND "min_days" <= "max_days" AND "max_days" <= 60);

ALTER TABLE "rate_tables"
  ADD CONSTRAINT "rate_tables_currency" CHECK ("currency" ~ '^[A-Z]{3}$'),
  ADD CONSTRAINT "rate_tables_free_from" CHECK ("free_from_minor" >= 0);

ALTER TABLE "rates"
  ADD CONSTRAINT "rates_weight" CHECK ("up_to_grams" > 0),
  ADD CONSTRAINT "rates_price" CHECK ("price_minor" >= 0);

ALTER TABLE "pickup_locations"
  ADD CONSTRAINT "pickup_locations_country" CHECK ("country_code" = "address" ->> 'countryCode');

ALTER TABLE "shipment_plans"
  ADD CONSTRAINT "shipment_plans_something" CHECK ("planned_at" IS NOT NULL OR "cancelled_at" IS NOT NULL);

ALTER TABLE "shipments"
  ADD CONSTRAINT "shipments_known_status" CHECK ("status" IN ('PLANNED', 'LABEL_PURCHASED', 'HANDED_OVER',
    'IN_TRANSIT', 'OUT_FOR_DELIVERY', 'DELIVERED', 'EXCEPTION', 'CANCELLED', 'RETURNED')),
  ADD CONSTRAINT "shipments_weight" CHECK ("weight_grams" >= 0),
  ADD CONSTRAINT "shipments_promise" CHECK ("earliest_delivery" <= "latest_delivery"),
  ADD CONSTRAINT "shipments_delivered" CHECK (("status" = 'DELIVERED') = ("delivered_at" IS NOT NULL));

ALTER TABLE "shipment_lines" ADD CONSTRAINT "shipment_lines_quantity" CHECK ("quantity" > 0);

ALTER TABLE "parcels"
  ADD CONSTRAINT "parcels_known_status" CHECK ("status" IN ('PLANNED', 'LABEL_PURCHASED', 'HANDED_OVER',
    'IN_TRANSIT', 'OUT_FOR_DELIVERY', 'DELIVERED', 'EXCEPTION', 'CANCELLED', 'RETURNED')),
  ADD CONSTRAINT "parcels_weight" CHECK ("weight_grams" >= 0),
  ADD CONSTRAINT "parcels_number" CHECK ("number" BETWEEN 1 AND 100),
  ADD CONSTRAINT "parcels_tracking" CHECK (("carrier" IS NULL) = ("tracking_number" IS NULL));

ALTER TABLE "labels"
  ADD CONSTRAINT "labels_cost" CHECK ("cost_minor" >= 0 AND ("cost_minor" IS NULL) = ("cost_currency" IS NULL)),
  ADD CONSTRAINT "labels_void" CHECK ("voided_at" IS NULL OR "void_requested_at" IS NOT NULL);

-- A parcel carries one label. Others for it, bought in a race, are on their way back to the carrier.
CREATE UNIQUE INDEX "labels_one_per_parcel" ON "labels" ("parcel_id") WHERE "void_requested_at" IS NULL;

-- The parcels that the carrier is asked about when no message came for a while.
CREATE INDEX "parcels_moving" ON "parcels" ("asked_at")
  WHERE "status" IN ('LABEL_PURCHASED', 'HANDED_OVER', 'IN_TRANSIT', 'OUT_FOR_DELIVERY', 'EXCEPTION');

-- The table in src/domain/shipment-status.ts, held by the database too. A test keeps the two equal.
CREATE FUNCTION legal_status_move(was TEXT, becomes TEXT) RETURNS BOOLEAN LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE was
    WHEN 'PLANNED' THEN becomes IN ('LABEL_PURCHASED', 'DELIVERED', 'CANCELLED')
    WHEN 'LABEL_PURCHASED' THEN becomes IN
      ('HANDED_OVER', 'IN_TRANSIT', 'OUT_FOR_DELIVERY', 'DELIVERED', 'EXCEPTION', 'RETURNED', 'CANCELLED')
    WHEN 'HANDED_OVER' THEN becomes IN ('IN_TRANSIT', 'OUT_FOR_DELIVERY', 'DELIVERED', 'EXCEPTION', 'RETURNED')
    WHEN 'IN_TRANSIT' THEN becomes IN ('OUT_FOR_DELIVERY', 'DELIVERED', 'EXCEPTION', 'RETURNED')
    WHEN 'OUT_FOR_DELIVERY' THEN becomes IN ('IN_TRANSIT', 'DELIVERED', 'EXCEPTION', 'RETURNED')
    WHEN 'EXCEPTION' THEN becomes IN ('HANDED_OVER', 'IN_TRANSIT', 'OUT_FOR_DELIVERY', 'DELIVERED', 'RETURNED')
    ELSE FALSE
  END
$$;

CREATE FUNCTION guard_status() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  IF legal_status_move(OLD.status, NEW.status) THEN RETURN NEW; END IF;
  RAISE EXCEPTION '%: % cannot become %', NEW.id, OLD.status, NEW.status USING ERRCODE = 'check_violation';
END
$$;

CREATE TRIGGER "shipments_status" BEFORE UPDATE OF "status" ON "shipments"
  FOR EACH ROW WHEN (OLD."status" <> NEW."status") EXECUTE FUNCTION guard_status();
CREATE TRIGGER "parcels_status" BEFORE UPDATE OF "status" ON "parcels"
  FOR EACH ROW WHEN (OLD."status" <> NEW."status") EXECUTE FUNCTION guard_status();

CREATE FUNCTION refuse_change() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER "tracking_events_append_only" BEFORE UPDATE OR DELETE ON "tracking_events"
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
