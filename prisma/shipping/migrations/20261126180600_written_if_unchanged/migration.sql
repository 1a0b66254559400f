-- A label and the first message about its parcel are written for every shipment, and what they change depends on how it stands.
-- Whoever writes says how it stood when they decided. If it still does, everything is written at once; if not, nothing is, and
-- they are told how it stands now. So no transaction stays open while a process decides.

DROP FUNCTION lock_for_label(TEXT, TEXT, TEXT, TEXT);
DROP FUNCTION receive_tracking(JSONB);

-- A shipment with its parcels, in the order of their numbers.
CREATE FUNCTION shipment_standing(p_id TEXT) RETURNS JSONB LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('id', s.id, 'orderId', s.order_id, 'status', s.status, 'problem', s.problem,
    'addressRevision', s.address_revision, 'parcels', (
      SELECT coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'status', p.status, 'lastEventAt', p.last_event_at,
        'trackingNumber', p.tracking_number) ORDER BY p.number), '[]')
      FROM parcels p WHERE p.shipment_id = s.id))
  FROM shipments s WHERE s.id = p_id
$$;

-- Nobody else changes it until the transaction ends; read after the lock was waited for.
CREATE OR REPLACE FUNCTION lock_shipment(p_id TEXT) RETURNS JSONB LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM shipments WHERE id = p_id FOR NO KEY UPDATE;
  RETURN shipment_standing(p_id);
END $$;

-- Writes parcels, their shipment and the news for orders, one move after the other; under the shipment's lock. `at` is when it
-- happened: the carrier's time for messages, ours for what staff do.
CREATE FUNCTION move_parcels(p_shipment_id TEXT, p_moves JSONB) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
  v_move JSONB;
  v_status TEXT;
  v_at TIMESTAMPTZ;
BEGIN
  FOR v_move IN SELECT value FROM jsonb_array_elements(p_moves) WITH ORDINALITY ORDER BY ordinality LOOP
    v_status := v_move ->> 'status';
    v_at := v_move ->> 'at';
    UPDATE parcels SET status = m.status, last_event_at = m."lastEventAt",
      carrier = CASE WHEN m.label IS NULL THEN parcels.carrier ELSE m.label ->> 'carrier' END,
      tracking_number = CASE WHEN m.label IS NULL THEN parcels.tracking_number ELSE m.label ->> 'trackingNumber' END,
      tracking_url = CASE WHEN m.label IS NULL THEN parcels.tracking_url ELSE m.label ->> 'trackingUrl' END
    FROM jsonb_to_recordset(v_move -> 'parcels') AS m(id TEXT, status TEXT, "lastEventAt" TIMESTAMPTZ, label JSONB)
    WHERE parcels.id = m.id;
    INSERT INTO outbox (id, topic, key, payload)
    SELECT 'event:' || gen_random_uuid(), 'orders.shipmentChanged', s.order_id,
      jsonb_build_object('orderId', s.order_id, 'shipmentId', s.id, 'status', v_status)
    FROM shipments s WHERE s.id = p_shipment_id AND s.status <> v_status;
    UPDATE shipments SET status = v_status, problem = v_move ->> 'problem',
      handed_over_at = CASE WHEN v_status IN ('PLANNED', 'LABEL_PURCHASED', 'CANCELLED') THEN handed_over_at
        ELSE coalesce(handed_over_at, v_at) END,
      delivered_at = CASE WHEN v_status = 'DELIVERED' THEN coalesce(delivered_at, v_at) END
    WHERE id = p_shipment_id;
  END LOOP;
END $$;

-- Stores a bought label. `stands` is the shipment with what the carrier has already said of it or of its other parcels, and
-- null when the label was written. One that is not wanted (`voidRequestedAt`) goes back.
CREATE FUNCTION keep_label(p_shipment_id TEXT, p_seen JSONB, p_label JSONB, p_document BYTEA, p_moves JSONB) RETURNS JSONB
LANGUAGE plpgsql AS $$
DECLARE
  v_now JSONB;
BEGIN
  PERFORM lock_tracking(p_label ->> 'carrier', p_label ->> 'trackingNumber');
  v_now := lock_shipment(p_shipment_id) || jsonb_build_object('messages', (
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
  PERFORM move_parcels(p_shipment_id, p_moves);
  RETURN '{"kind": "written"}';
END $$;

-- Stores a carrier's message once. Nothing stands while no parcel has its number.
CREATE FUNCTION receive_tracking(p_event JSONB, p_seen JSONB, p_moves JSONB) RETURNS JSONB LANGUAGE plpgsql AS $$
DECLARE
  v_event tracking_events := jsonb_populate_record(NULL::tracking_events, p_event);
  v_shipment_id TEXT;
  v_now JSONB;
BEGIN
  PERFORM lock_tracking(v_event.carrier, v_event.tracking_number);
  IF EXISTS (SELECT FROM tracking_events WHERE carrier = v_event.carrier AND reference = v_event.reference) THEN
    RETURN '{"kind": "duplicate"}';
  END IF;
  SELECT shipment_id INTO v_shipment_id FROM parcels
    WHERE carrier = v_event.carrier AND tracking_number = v_event.tracking_number;
  v_now := lock_shipment(v_shipment_id);
  IF v_now IS DISTINCT FROM p_seen THEN RETURN jsonb_build_object('kind', 'changed', 'stands', v_now); END IF;

  INSERT INTO tracking_events SELECT v_event.* ON CONFLICT (carrier, reference) DO NOTHING;
  IF NOT FOUND THEN RETURN '{"kind": "duplicate"}'; END IF;
  PERFORM move_parcels(v_shipment_id, p_moves);
  RETURN '{"kind": "written"}';
END $$;
