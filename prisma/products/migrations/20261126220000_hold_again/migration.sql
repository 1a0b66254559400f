-- A request that came twice at the same moment found its order not there yet, and then the goods gone that the first had
-- just held for it: it was told that they are sold out, and the order was undone. Nothing else has changed.

-- Holds all lines or none. Answers {outcome: HELD | SHORT | CLOSED | OTHER_QUANTITY}.
CREATE OR REPLACE FUNCTION hold_stock(p_order_id TEXT, p_variant_ids TEXT[], p_quantities INTEGER[], p_seconds INTEGER)
RETURNS JSONB LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  deadline TIMESTAMPTZ := clock_timestamp() + make_interval(secs => p_seconds);
  state stock_order;
  is_new BOOLEAN := false;
  wanted_ids TEXT[] := p_variant_ids;
  wanted_quantities INTEGER[] := p_quantities;
  differs BOOLEAN;
  shortages JSONB;
BEGIN
  SELECT * INTO state FROM stock_order WHERE order_id = p_order_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    -- A look without a lock: when it is sold out, a crowd is answered without a single write.
    shortages := stock_shortages(p_variant_ids, p_quantities);
    -- What is short may be held by this very order, in a request that has just ended.
    IF shortages IS NOT NULL AND NOT EXISTS (SELECT FROM stock_order WHERE order_id = p_order_id) THEN
      RETURN jsonb_build_object('outcome', 'SHORT', 'lines', shortages);
    END IF;
    INSERT INTO stock_order (order_id, status, expires_at) VALUES (p_order_id, 'HELD', deadline)
      ON CONFLICT DO NOTHING RETURNING * INTO state;
    is_new := FOUND;
    IF NOT is_new THEN
      SELECT * INTO STRICT state FROM stock_order WHERE order_id = p_order_id FOR NO KEY UPDATE;
    END IF;
  END IF;
  IF state.status = 'RELEASED' THEN
    RETURN jsonb_build_object('outcome', 'CLOSED');
  END IF;

  IF state.status = 'EXPIRED' THEN
    state.generation := state.generation + 1;
  ELSIF NOT is_new THEN
    SELECT array_agg(a.variant_id) FILTER (WHERE h.quantity IS NULL), array_agg(a.quantity) FILTER (WHERE h.quantity IS NULL),
      bool_or(h.quantity <> a.quantity)
    INTO wanted_ids, wanted_quantities, differs
    FROM (
      SELECT l.variant_id, sum(l.quantity)::int AS quantity
      FROM unnest(p_variant_ids, p_quantities) AS l (variant_id, quantity) GROUP BY l.variant_id
    ) a LEFT JOIN (
      SELECT variant_id, sum(quantity)::int AS quantity FROM stock_hold
      WHERE order_id = p_order_id AND generation = state.generation GROUP BY variant_id
    ) h USING (variant_id);
    IF differs THEN
      RETURN jsonb_build_object('outcome', 'OTHER_QUANTITY');
    ELSIF state.status = 'COMMITTED' THEN
      RETURN CASE WHEN wanted_ids IS NULL THEN stock_held(p_order_id) ELSE jsonb_build_object('outcome', 'CLOSED') END;
    END IF;
  END IF;

  IF wanted_ids IS NOT NULL THEN
    PERFORM FROM stock_level WHERE variant_id = ANY (wanted_ids) ORDER BY variant_id, warehouse_id FOR NO KEY UPDATE;
    shortages := take_stock(p_order_id, state.generation, wanted_ids, wanted_quantities);
    IF shortages IS NOT NULL THEN
      IF is_new THEN
        DELETE FROM stock_order WHERE order_id = p_order_id;
      END IF;
      RETURN jsonb_build_object('outcome', 'SHORT', 'lines', shortages);
    END IF;
  END IF;
  IF NOT is_new THEN
    UPDATE stock_order SET status = 'HELD', generation = state.generation, updated_at = now(),
      expires_at = greatest(CASE WHEN status = 'HELD' THEN expires_at END, deadline)
    WHERE order_id = p_order_id;
  END IF;
  RETURN stock_held(p_order_id);
END $$;
