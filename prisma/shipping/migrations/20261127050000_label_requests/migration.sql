-- What a carrier was asked for and has not answered, as far as we know: it may have sold the label. Written before it is
-- asked, so that whoever cancels the shipment meanwhile has it found out, whichever process has died.
CREATE TABLE "label_requests" (
    "key" TEXT NOT NULL,
    "parcel_id" TEXT NOT NULL,
    "carrier" TEXT NOT NULL,
    "address_revision" INTEGER NOT NULL,
    "request" JSONB NOT NULL,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "label_requests_pkey" PRIMARY KEY ("key")
);
CREATE INDEX "label_requests_parcel_id_idx" ON "label_requests"("parcel_id");
ALTER TABLE "label_requests" ADD CONSTRAINT "label_requests_parcel_id_fkey" FOREIGN KEY ("parcel_id") REFERENCES "parcels"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- As before, and the carrier has answered.
CREATE OR REPLACE FUNCTION keep_label(p_shipment_id TEXT, p_seen JSONB, p_label JSONB, p_document BYTEA, p_moves JSONB) RETURNS JSONB
LANGUAGE plpgsql AS $$
DECLARE
  v_now JSONB;
BEGIN
  PERFORM lock_tracking(p_label ->> 'carrier', p_label ->> 'trackingNumber');
  v_now := lock_shipment(p_shipment_id);
  v_now := v_now || jsonb_build_object('messages', (
    SELECT coalesce(jsonb_agg(jsonb_build_object('parcelId', about.parcel_id, 'status', e.status,
      'occurredAt', e.occurred_at, 'text', e.description) ORDER BY e.occurred_at, e.id), '[]')
    FROM (
      SELECT p_label ->> 'parcelId' AS parcel_id, p_label ->> 'carrier' AS carrier,
        p_label ->> 'trackingNumber' AS tracking_number
      UNION
      SELECT id, carrier, tracking_number FROM parcels
      WHERE shipment_id = p_shipment_id AND id <> p_label ->> 'parcelId') about
    JOIN tracking_events e ON e.carrier = about.carrier AND e.tracking_number = about.tracking_number));
  IF v_now IS DISTINCT FROM p_seen THEN RETURN jsonb_build_object('kind', 'changed', 'stands', v_now); END IF;

  WITH kept AS (
    INSERT INTO labels (id, parcel_id, carrier, reference, service, tracking_number, tracking_url, cost_minor,
      cost_currency, content_type, document, bought_at, void_requested_at)
    SELECT 'Label:' || gen_random_uuid(), l."parcelId", l.carrier, l.reference, l.service, l."trackingNumber",
      l."trackingUrl", l."costMinor", l."costCurrency", l."contentType", p_document, l."boughtAt", l."voidRequestedAt"
    FROM jsonb_to_record(p_label) AS l("parcelId" TEXT, carrier TEXT, reference TEXT, service TEXT,
      "trackingNumber" TEXT, "trackingUrl" TEXT, "costMinor" BIGINT, "costCurrency" TEXT, "contentType" TEXT,
      "boughtAt" TIMESTAMPTZ, "voidRequestedAt" TIMESTAMPTZ)
    ON CONFLICT (carrier, reference) DO NOTHING RETURNING id, void_requested_at)
  INSERT INTO outbox (id, topic, key, payload)
  SELECT 'void:' || id, 'carrier.voidLabel', 'void:' || id, jsonb_build_object('labelId', id) FROM kept
  WHERE void_requested_at IS NOT NULL;
  DELETE FROM label_requests WHERE key = p_label ->> 'key';
  PERFORM move_parcels(p_shipment_id, p_moves);
  RETURN '{"kind": "written"}';
END $$;
