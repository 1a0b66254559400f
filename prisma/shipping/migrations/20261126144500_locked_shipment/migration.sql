-- A label and the first message about its parcel are written for every shipment. What both must lock and read before they can
-- decide is one statement each; every statement of a function sees what was committed before it, so also what a lock waited for.

-- Until the transaction ends, nobody else stores a label or a message of this tracking number. Without it a message and its
-- label could be written side by side, and neither would see the other.
CREATE FUNCTION lock_tracking(p_carrier TEXT, p_tracking_number TEXT) RETURNS VOID LANGUAGE sql AS $$
  SELECT pg_advisory_xact_lock(hashtextextended(p_carrier || ' ' || p_tracking_number, 0))
$$;

-- The shipment with its parcels, in the order of their numbers. Nobody else changes them until the transaction ends.
CREATE FUNCTION lock_shipment(p_id TEXT) RETURNS JSONB LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM shipments WHERE id = p_id FOR NO KEY UPDATE;
  RETURN (
    SELECT jsonb_build_object('id', s.id, 'orderId', s.order_id, 'status', s.status, 'problem', s.problem,
      'addressRevision', s.address_revision, 'parcels', (
        SELECT coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'status', p.status, 'lastEventAt', p.last_event_at,
          'trackingNumber', p.tracking_number) ORDER BY p.number), '[]')
        FROM parcels p WHERE p.shipment_id = s.id))
    FROM shipments s WHERE s.id = p_id);
END $$;

-- What a new label changes, and what the carrier has already said of it or of its shipment's other parcels.
CREATE FUNCTION lock_for_label(p_carrier TEXT, p_tracking_number TEXT, p_parcel_id TEXT, p_shipment_id TEXT) RETURNS JSONB
LANGUAGE plpgsql AS $$
DECLARE
  v_shipment JSONB;
BEGIN
  PERFORM lock_tracking(p_carrier, p_tracking_number);
  v_shipment := lock_shipment(p_shipment_id);
  RETURN v_shipment || jsonb_build_object('messages', (
    SELECT coalesce(jsonb_agg(jsonb_build_object('parcelId', about.parcel_id, 'status', e.status,
      'occurredAt', e.occurred_at, 'text', e.description) ORDER BY e.occurred_at, e.id), '[]')
    FROM (
      SELECT p_parcel_id AS parcel_id, p_carrier AS carrier, p_tracking_number AS tracking_number
      UNION
      SELECT id, carrier, tracking_number FROM parcels WHERE shipment_id = p_shipment_id AND id <> p_parcel_id) about
    JOIN tracking_events e ON e.carrier = about.carrier AND e.tracking_number = about.tracking_number));
END $$;

-- Stores a carrier's message. Null when it was stored before; without an id when no parcel has its number yet.
CREATE FUNCTION receive_tracking(p_event JSONB) RETURNS JSONB LANGUAGE plpgsql AS $$
DECLARE
  v_event tracking_events := jsonb_populate_record(NULL::tracking_events, p_event);
  v_shipment_id TEXT;
BEGIN
  PERFORM lock_tracking(v_event.carrier, v_event.tracking_number);
  INSERT INTO tracking_events SELECT v_event.* ON CONFLICT (carrier, reference) DO NOTHING;
  IF NOT FOUND THEN RETURN NULL; END IF;
  SELECT shipment_id INTO v_shipment_id FROM parcels
    WHERE carrier = v_event.carrier AND tracking_number = v_event.tracking_number;
  RETURN coalesce(lock_shipment(v_shipment_id), '{}');
END $$;
