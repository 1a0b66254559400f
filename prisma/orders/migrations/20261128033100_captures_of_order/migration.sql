-- How many captures a decision has cannot be estimated, so that all shipments there are were read for one. By their order they
-- are few. Nothing else has changed.
CREATE OR REPLACE FUNCTION receive_shipments(p_event_id TEXT, p_order_id TEXT, p_shipments JSONB, p_seen JSONB, p_decision JSONB)
RETURNS JSONB LANGUAGE plpgsql AS $$
DECLARE
  v_order orders;
  v_now JSONB;
BEGIN
  SELECT * INTO v_order FROM orders WHERE id = p_order_id FOR NO KEY UPDATE;
  IF NOT FOUND OR EXISTS (SELECT FROM inbox_event WHERE id = p_event_id) THEN RETURN '{"kind": "known"}'; END IF;

  INSERT INTO order_shipment (shipment_id, order_id, status, rank, lines)
  SELECT s.id, p_order_id, s.status, s.rank, s.lines
  FROM jsonb_to_recordset(p_shipments) AS s(id TEXT, status TEXT, rank INT, lines JSONB)
  ON CONFLICT (shipment_id) DO UPDATE SET status = EXCLUDED.status, rank = EXCLUDED.rank, lines = EXCLUDED.lines
  WHERE EXCLUDED.rank >= order_shipment.rank
    AND (EXCLUDED.status, EXCLUDED.lines) IS DISTINCT FROM (order_shipment.status, order_shipment.lines);

  IF p_seen IS NOT NULL OR p_decision IS NULL THEN
    v_now := jsonb_build_object('status', v_order.status, 'currency', v_order.currency, 'channel', v_order.channel,
      'capture', v_order.capture_policy,
      'total', v_order.total_minor - v_order.credit_minor - (
        SELECT coalesce(sum(refund_minor), 0) FROM order_return
        WHERE order_id = p_order_id AND kind = 'EDIT' AND status = 'CLOSED'),
      'lines', (
        SELECT coalesce(jsonb_agg(jsonb_build_object('id', l.id, 'quantity', l.quantity - e.quantity,
          'total', l.total_minor - e.paid, 'requiresShipping', l.requires_shipping,
          'bought', jsonb_build_object('quantity', l.quantity, 'total', l.total_minor)) ORDER BY l.position), '[]')
        FROM order_line l CROSS JOIN LATERAL (
          SELECT coalesce(sum(r.quantity), 0) AS quantity, coalesce(sum(r.paid_minor), 0) AS paid
          FROM order_return_line r JOIN order_return o ON o.id = r.return_id
          WHERE r.order_line_id = l.id AND o.kind = 'EDIT' AND o.status = 'CLOSED') e
        WHERE l.order_id = p_order_id),
      'shipments', (
        SELECT coalesce(jsonb_agg(jsonb_build_object('id', shipment_id, 'status', status, 'lines', lines,
          'captured', captured_minor) ORDER BY shipment_id), '[]')
        FROM order_shipment WHERE order_id = p_order_id));
    IF v_now IS DISTINCT FROM p_seen THEN RETURN jsonb_build_object('kind', 'changed', 'stands', v_now); END IF;
  END IF;

  INSERT INTO inbox_event (id) VALUES (p_event_id);
  UPDATE order_shipment SET captured_minor = c.amount
  FROM jsonb_to_recordset(p_decision -> 'captures') AS c(id TEXT, amount BIGINT) WHERE order_id = p_order_id AND shipment_id = c.id;
  INSERT INTO order_event (id, order_id, type, message, actor, subject_id)
  SELECT e.id, p_order_id, 'SHIPMENT_CHANGED', e.message, 'SYSTEM', e."shipmentId"
  FROM jsonb_to_record(p_decision -> 'told') AS e(id TEXT, message TEXT, "shipmentId" TEXT);
  -- The status moves forward only. A cancellation under way decides for itself.
  UPDATE orders SET status = (p_decision ->> 'status')::order_status
  WHERE id = p_order_id AND status <> 'CANCELLING' AND status <> (p_decision ->> 'status')::order_status
    AND order_transition_is_legal(status, (p_decision ->> 'status')::order_status);
  INSERT INTO outbox (id, topic, key, payload)
  SELECT e ->> 'id', e ->> 'topic', e ->> 'key', e -> 'payload' FROM jsonb_array_elements(p_decision -> 'events') e
  ON CONFLICT (id) DO NOTHING;
  RETURN '{"kind": "written"}';
END $$;
