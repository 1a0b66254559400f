-- How many parcels a move tells of cannot be estimated, so that all parcels there are were read for one. By their shipment they
-- are few. Nothing else has changed.
CREATE OR REPLACE FUNCTION move_parcels(p_shipment_id TEXT, p_moves JSONB) RETURNS VOID LANGUAGE plpgsql AS $$
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
    WHERE parcels.shipment_id = p_shipment_id AND parcels.id = m.id;
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
