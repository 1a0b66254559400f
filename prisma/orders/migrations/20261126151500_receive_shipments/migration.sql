-- Takes in how the shipments of an order stand, and says how the order stands then; null when the event was known, or the order
-- is not. Nobody else changes the order until the transaction ends. One call, for every order hears of its shipments several
-- times; every statement of a function sees what was committed before it, so also what the lock waited for.
CREATE FUNCTION receive_shipments(p_event_id TEXT, p_order_id TEXT, p_shipments JSONB) RETURNS JSONB LANGUAGE plpgsql AS $$
DECLARE
  v_order orders;
BEGIN
  SELECT * INTO v_order FROM orders WHERE id = p_order_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;
  INSERT INTO inbox_event (id) VALUES (p_event_id) ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN RETURN NULL; END IF;

  INSERT INTO order_shipment (shipment_id, order_id, status, rank, lines)
  SELECT s.id, p_order_id, s.status, s.rank, s.lines
  FROM jsonb_to_recordset(p_shipments) AS s(id TEXT, status TEXT, rank INT, lines JSONB)
  ON CONFLICT (shipment_id) DO UPDATE SET status = EXCLUDED.status, rank = EXCLUDED.rank, lines = EXCLUDED.lines
  WHERE EXCLUDED.rank >= order_shipment.rank;

  RETURN jsonb_build_object('status', v_order.status, 'currency', v_order.currency, 'channel', v_order.channel,
    'total', v_order.total_minor - v_order.credit_minor - (
      SELECT coalesce(sum(refund_minor), 0) FROM order_return
      WHERE order_id = p_order_id AND kind = 'EDIT' AND status = 'CLOSED'),
    'lines', (
      SELECT coalesce(jsonb_agg(jsonb_build_object('id', l.id, 'quantity', l.quantity - e.quantity,
        'total', l.total_minor - e.paid, 'requiresShipping', l.requires_shipping) ORDER BY l.position), '[]')
      FROM order_line l CROSS JOIN LATERAL (
        SELECT coalesce(sum(r.quantity), 0) AS quantity, coalesce(sum(r.paid_minor), 0) AS paid
        FROM order_return_line r JOIN order_return o ON o.id = r.return_id
        WHERE r.order_line_id = l.id AND o.kind = 'EDIT' AND o.status = 'CLOSED') e
      WHERE l.order_id = p_order_id),
    'shipments', (
      SELECT coalesce(jsonb_agg(jsonb_build_object('id', shipment_id, 'status', status, 'lines', lines,
        'captured', captured_minor) ORDER BY shipment_id), '[]')
      FROM order_shipment WHERE order_id = p_order_id));
END $$;
