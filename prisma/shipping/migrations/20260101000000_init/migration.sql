
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
