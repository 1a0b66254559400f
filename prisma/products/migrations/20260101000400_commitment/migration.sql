-- A commitment says where the goods come from: one whose hold had expired may have found them in another warehouse.

DROP FUNCTION commit_stock(TEXT);

-- The hold becomes a sale. Answers the allocations; null when there is nothing to commit and nothing to hold again.
CREATE FUNCTION commit_stock(p_order_id TEXT) RETURNS JSONB LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  state stock_order;
  variants TEXT[];
  quantities INTEGER[];
BEGIN
  SELECT * INTO state FROM stock_order WHERE order_id = p_order_id FOR NO KEY UPDATE;
  IF NOT FOUND OR state.status = 'RELEASED' THEN
    RETURN NULL;
  ELSIF state.status = 'COMMITTED' THEN
    RETURN stock_held(p_order_id) -> 'allocations';
  ELSIF state.status = 'EXPIRED' THEN
    -- The buyer took too long: what was held may still be there.
    SELECT array_agg(variant_id), array_agg(quantity) INTO variants, quantities
    FROM stock_hold WHERE order_id = p_order_id AND generation = state.generation;
    IF hold_stock(p_order_id, variants, quantities, 60) ->> 'outcome' <> 'HELD' THEN
      RETURN NULL;
    END IF;
  END IF;
  PERFORM FROM stock_level s JOIN stock_hold h ON h.variant_id = s.variant_id AND h.warehouse_id = s.warehouse_id
  WHERE h.order_id = p_order_id AND h.status = 'HELD'
  ORDER BY s.variant_id, s.warehouse_id FOR NO KEY UPDATE OF s;
  WITH done AS (
    UPDATE stock_hold SET status = 'COMMITTED' WHERE order_id = p_order_id AND status = 'HELD' RETURNING *
  ), moved AS (
    UPDATE stock_level s SET on_hand = s.on_hand - d.quantity, held = s.held - d.quantity
    FROM done d WHERE s.variant_id = d.variant_id AND s.warehouse_id = d.warehouse_id
  )
  INSERT INTO stock_movement (kind, variant_id, warehouse_id, on_hand_delta, held_delta, order_id, key)
  SELECT 'COMMITTED', d.variant_id, d.warehouse_id, -d.quantity, -d.quantity, p_order_id,
    stock_movement_key('COMMITTED', p_order_id, d.variant_id, d.warehouse_id, d.generation::text)
  FROM done d;
  UPDATE stock_order SET status = 'COMMITTED', updated_at = now() WHERE order_id = p_order_id;
  RETURN stock_held(p_order_id) -> 'allocations';
END $$;
