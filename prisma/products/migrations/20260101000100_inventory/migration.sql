-- Inventory: warehouses, stock levels, holds of orders, and the ledger that explains every level.

CREATE TYPE stock_order_status AS ENUM ('HELD', 'COMMITTED', 'RELEASED', 'EXPIRED');
CREATE TYPE stock_hold_status AS ENUM ('HELD', 'COMMITTED', 'RELEASED');
CREATE TYPE stock_movement_kind AS ENUM ('RECEIVED', 'ADJUSTED', 'HELD', 'RELEASED', 'COMMITTED', 'RESTOCKED');

CREATE TABLE warehouse (
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  priority INTEGER NOT NULL DEFAULT 100,
  active BOOLEAN NOT NULL DEFAULT true,
  contact_name TEXT NOT NULL,
  company TEXT,
  line1 TEXT NOT NULL,
  line2 TEXT,
  city TEXT NOT NULL,
  region TEXT,
  postal_code TEXT,
  country_code CHAR(2) NOT NULL,
  phone TEXT,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT warehouse_pkey PRIMARY KEY (id),
  CONSTRAINT warehouse_priority CHECK (priority BETWEEN 0 AND 1000000)
);
CREATE INDEX warehouse_priority_id_idx ON warehouse (priority, id);

-- Room is left in each page, so that a level which changes often stays where it is.
CREATE TABLE stock_level (
  variant_id TEXT NOT NULL,
  warehouse_id TEXT NOT NULL,
  on_hand INTEGER NOT NULL DEFAULT 0,
  held INTEGER NOT NULL DEFAULT 0,
  oversold BOOLEAN NOT NULL DEFAULT false,
  CONSTRAINT stock_level_pkey PRIMARY KEY (variant_id, warehouse_id),
  CONSTRAINT stock_level_held CHECK (held >= 0),
  -- With the one above: on hand is never below zero either, unless somebody may wait for the goods.
  CONSTRAINT stock_level_available CHECK (held <= on_hand OR oversold)
) WITH (fillfactor = 70);
CREATE INDEX stock_level_warehouse_id_variant_id_idx ON stock_level (warehouse_id, variant_id);

CREATE TABLE stock_order (
  order_id TEXT NOT NULL,
  status stock_order_status NOT NULL,
  generation INTEGER NOT NULL DEFAULT 1,
  expires_at TIMESTAMPTZ(3) NOT NULL,
  updated_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT stock_order_pkey PRIMARY KEY (order_id)
);
CREATE INDEX stock_order_due ON stock_order (expires_at) WHERE status = 'HELD';

CREATE TABLE stock_hold (
  order_id TEXT NOT NULL,
  variant_id TEXT NOT NULL,
  warehouse_id TEXT NOT NULL,
  quantity INTEGER NOT NULL,
  restocked INTEGER NOT NULL DEFAULT 0,
  status stock_hold_status NOT NULL,
  generation INTEGER NOT NULL,
  CONSTRAINT stock_hold_pkey PRIMARY KEY (order_id, variant_id, warehouse_id),
  CONSTRAINT stock_hold_quantity CHECK (quantity > 0),
  CONSTRAINT stock_hold_restocked CHECK (restocked = 0 OR (status = 'COMMITTED' AND restocked BETWEEN 0 AND quantity))
);

CREATE TABLE stock_movement (
  position BIGSERIAL NOT NULL,
  kind stock_movement_kind NOT NULL,
  variant_id TEXT NOT NULL,
  warehouse_id TEXT NOT NULL,
  on_hand_delta INTEGER NOT NULL,
  held_delta INTEGER NOT NULL,
  key TEXT NOT NULL,
  order_id TEXT,
  reference TEXT,
  reason TEXT,
  actor TEXT,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT stock_movement_pkey PRIMARY KEY (position),
  CONSTRAINT stock_movement_kinds CHECK (CASE kind
    WHEN 'RECEIVED' THEN on_hand_delta > 0 AND held_delta = 0
    WHEN 'ADJUSTED' THEN held_delta = 0
    WHEN 'HELD' THEN on_hand_delta = 0 AND held_delta > 0
    WHEN 'RELEASED' THEN on_hand_delta = 0 AND held_delta < 0
    WHEN 'COMMITTED' THEN on_hand_delta < 0 AND held_delta = on_hand_delta
    WHEN 'RESTOCKED' THEN on_hand_delta > 0 AND held_delta = 0
  END),
  CONSTRAINT stock_movement_order CHECK ((order_id IS NULL) = (kind IN ('RECEIVED', 'ADJUSTED')))
);
CREATE UNIQUE INDEX stock_movement_key_key ON stock_movement (key);
CREATE INDEX stock_movement_variant_id_position_idx ON stock_movement (variant_id, position DESC);
CREATE INDEX stock_movement_restocked ON stock_movement (order_id, reference) WHERE kind = 'RESTOCKED';

CREATE TABLE inventory_command (
  actor TEXT NOT NULL,
  key TEXT NOT NULL,
  digest TEXT NOT NULL,
  result TEXT,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT inventory_command_pkey PRIMARY KEY (actor, key)
);

ALTER TABLE stock_level ADD CONSTRAINT stock_level_variant_id_fkey
  FOREIGN KEY (variant_id) REFERENCES variant (id) ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE stock_level ADD CONSTRAINT stock_level_warehouse_id_fkey
  FOREIGN KEY (warehouse_id) REFERENCES warehouse (id) ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE stock_hold ADD CONSTRAINT stock_hold_order_id_fkey
  FOREIGN KEY (order_id) REFERENCES stock_order (order_id) ON DELETE RESTRICT ON UPDATE RESTRICT;
-- To the level and not to the variant: the level is locked anyway, the variant is shared by all of its buyers.
ALTER TABLE stock_hold ADD CONSTRAINT stock_hold_variant_id_warehouse_id_fkey
  FOREIGN KEY (variant_id, warehouse_id) REFERENCES stock_level (variant_id, warehouse_id) ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE stock_movement ADD CONSTRAINT stock_movement_variant_id_warehouse_id_fkey
  FOREIGN KEY (variant_id, warehouse_id) REFERENCES stock_level (variant_id, warehouse_id) ON DELETE RESTRICT ON UPDATE RESTRICT;

-- The ledger is only ever added to.
CREATE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'stock_movement is append-only: write a movement that corrects it' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER stock_movement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON stock_movement
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();

CREATE FUNCTION refuse_stock_order_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the stock of order % is %: that is final', OLD.order_id, OLD.status USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER stock_order_final BEFORE UPDATE ON stock_order
  FOR EACH ROW WHEN (OLD.status IN ('COMMITTED', 'RELEASED') AND NEW.status <> OLD.status)
  EXECUTE FUNCTION refuse_stock_order_change();

-- Every function below takes its locks in this order: the order's row (or the command's), then the levels by
-- (variant_id, warehouse_id), then levels that are new. Nothing waits for an earlier lock while it holds a later one.
-- Those on the way of a checkout keep one plan per connection: to plan anew for each order's lines costs several times
-- as much as to run it, and buyers of the same variant would wait for that too.

-- Where the lines would come from. One warehouse that has the whole line is best; then by priority; then the fullest.
-- A line that does not fit is `short`, unless its variant may be ordered back: then the best warehouse owes the rest.
CREATE FUNCTION plan_stock(p_variant_ids TEXT[], p_quantities INTEGER[])
RETURNS TABLE (variant_id TEXT, warehouse_id TEXT, quantity INTEGER, need INTEGER, available INTEGER, owed BOOLEAN, short BOOLEAN)
LANGUAGE sql STABLE AS $$
  WITH line AS (
    SELECT l.variant_id, sum(l.quantity)::int AS need
    FROM unnest(p_variant_ids, p_quantities) AS l (variant_id, quantity)
    GROUP BY l.variant_id
  ), choice AS (
    SELECT line.variant_id, line.need, coalesce(v.backorder, false) AS backorder, s.warehouse_id, s.priority,
      coalesce(s.free, 0) AS free
    FROM line
    LEFT JOIN variant v ON v.id = line.variant_id
    LEFT JOIN LATERAL (
      SELECT w.id AS warehouse_id, w.priority, greatest(coalesce(l.on_hand - l.held, 0), 0) AS free
      FROM warehouse w
      LEFT JOIN stock_level l ON l.variant_id = v.id AND l.warehouse_id = w.id
      -- A warehouse that has never had the variant can only owe it.
      WHERE w.active AND (l.variant_id IS NOT NULL OR v.backorder)
    ) s ON true
  ), ranked AS (
    SELECT c.*, row_number() OVER best AS rank,
      (sum(c.free) OVER (best ROWS UNBOUNDED PRECEDING) - c.free)::int AS before,
      (sum(c.free) OVER (PARTITION BY c.variant_id))::int AS total
    FROM choice c
    WINDOW best AS (PARTITION BY c.variant_id ORDER BY (c.free >= c.need) DESC, c.priority, c.free DESC, c.warehouse_id)
  ), taken AS (
    SELECT r.*, r.total < r.need AND NOT (r.backorder AND r.warehouse_id IS NOT NULL) AS short,
      least(r.free, greatest(r.need - r.before, 0))
        + CASE WHEN r.rank = 1 AND r.backorder THEN greatest(r.need - r.total, 0) ELSE 0 END AS quantity
    FROM ranked r
  )
  SELECT t.variant_id, t.warehouse_id, t.quantity, t.need, t.total, t.quantity > t.free, t.short
  FROM taken t
  WHERE t.quantity > 0 OR (t.short AND t.rank = 1)
$$;

-- The lines that do not fit, as JSON; null when all do.
CREATE FUNCTION stock_shortages(p_variant_ids TEXT[], p_quantities INTEGER[]) RETURNS JSONB LANGUAGE sql STABLE AS $$
  SELECT jsonb_agg(jsonb_build_object('variantId', s.variant_id, 'requested', s.need, 'available', s.available) ORDER BY s.variant_id)
  FROM (SELECT DISTINCT p.variant_id, p.need, p.available FROM plan_stock(p_variant_ids, p_quantities) p WHERE p.short) s
$$;

-- What an order holds or has committed now, as JSON.
CREATE FUNCTION stock_held(p_order_id TEXT) RETURNS JSONB LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('outcome', 'HELD', 'expiresAt', o.expires_at, 'allocations', coalesce((
    SELECT jsonb_agg(
      jsonb_build_object('variantId', h.variant_id, 'warehouseId', h.warehouse_id, 'quantity', h.quantity)
      ORDER BY h.variant_id, h.warehouse_id)
    FROM stock_hold h
    WHERE h.order_id = o.order_id AND h.generation = o.generation AND h.status <> 'RELEASED'), '[]'))
  FROM stock_order o WHERE o.order_id = p_order_id
$$;

-- Holds all lines or none. Answers {outcome: HELD | SHORT | CLOSED | OTHER_QUANTITY}.
CREATE FUNCTION hold_stock(p_order_id TEXT, p_variant_ids TEXT[], p_quantities INTEGER[], p_seconds INTEGER)
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
    IF shortages IS NOT NULL THEN
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

-- Writes holds over levels that the caller has locked. Answers the shortages, having written nothing, or null.
CREATE FUNCTION take_stock(p_order_id TEXT, p_generation INTEGER, p_variant_ids TEXT[], p_quantities INTEGER[])
RETURNS JSONB LANGUAGE plpgsql AS $$
DECLARE
  variants TEXT[];
  warehouses TEXT[];
  quantities INTEGER[];
  debts BOOLEAN[];
  is_short BOOLEAN;
BEGIN
  SELECT array_agg(p.variant_id ORDER BY p.variant_id, p.warehouse_id), array_agg(p.warehouse_id ORDER BY p.variant_id, p.warehouse_id),
    array_agg(p.quantity ORDER BY p.variant_id, p.warehouse_id), array_agg(p.owed ORDER BY p.variant_id, p.warehouse_id), bool_or(p.short)
  INTO variants, warehouses, quantities, debts, is_short
  FROM plan_stock(p_variant_ids, p_quantities) p;
  IF is_short THEN
    RETURN stock_shortages(p_variant_ids, p_quantities);
  END IF;
  IF true = ANY (debts) THEN
    INSERT INTO stock_level (variant_id, warehouse_id)
    SELECT t.variant_id, t.warehouse_id FROM unnest(variants, warehouses, debts) AS t (variant_id, warehouse_id, owed)
    WHERE t.owed ORDER BY t.variant_id, t.warehouse_id
    ON CONFLICT DO NOTHING;
  END IF;
  WITH taken AS (
    SELECT * FROM unnest(variants, warehouses, quantities, debts) AS t (variant_id, warehouse_id, quantity, owed)
  ), moved AS (
    UPDATE stock_level s SET held = s.held + t.quantity, oversold = s.oversold OR (t.owed AND s.held + t.quantity > s.on_hand)
    FROM taken t WHERE s.variant_id = t.variant_id AND s.warehouse_id = t.warehouse_id
  ), kept AS (
    INSERT INTO stock_hold (order_id, variant_id, warehouse_id, quantity, status, generation)
    SELECT p_order_id, t.variant_id, t.warehouse_id, t.quantity, 'HELD', p_generation FROM taken t
    ON CONFLICT (order_id, variant_id, warehouse_id)
      DO UPDATE SET quantity = excluded.quantity, status = 'HELD', generation = excluded.generation
  )
  INSERT INTO stock_movement (kind, variant_id, warehouse_id, on_hand_delta, held_delta, order_id, key)
  SELECT 'HELD', t.variant_id, t.warehouse_id, 0, t.quantity, p_order_id,
    stock_movement_key('HELD', p_order_id, t.variant_id, t.warehouse_id, p_generation::text)
  FROM taken t;
  RETURN NULL;
END $$;

CREATE FUNCTION stock_movement_key(p_kind TEXT, p_cause TEXT, p_variant_id TEXT, p_warehouse_id TEXT, p_part TEXT)
RETURNS TEXT LANGUAGE sql IMMUTABLE AS $$
  SELECT p_kind || '/' || p_cause || '/' || p_variant_id || '/' || p_warehouse_id || '/' || p_part
$$;

-- The hold becomes a sale. False when there is nothing to commit and nothing to hold again.
CREATE FUNCTION commit_stock(p_order_id TEXT) RETURNS BOOLEAN LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  state stock_order;
  variants TEXT[];
  quantities INTEGER[];
BEGIN
  SELECT * INTO state FROM stock_order WHERE order_id = p_order_id FOR NO KEY UPDATE;
  IF NOT FOUND OR state.status = 'RELEASED' THEN
    RETURN false;
  ELSIF state.status = 'COMMITTED' THEN
    RETURN true;
  ELSIF state.status = 'EXPIRED' THEN
    -- The buyer took too long: what was held may still be there.
    SELECT array_agg(variant_id), array_agg(quantity) INTO variants, quantities
    FROM stock_hold WHERE order_id = p_order_id AND generation = state.generation;
    IF hold_stock(p_order_id, variants, quantities, 60) ->> 'outcome' <> 'HELD' THEN
      RETURN false;
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
  RETURN true;
END $$;

-- Gives back what these orders hold; the caller has locked their rows.
CREATE FUNCTION free_stock(p_order_ids TEXT[], p_status stock_order_status) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM stock_level s
  WHERE (s.variant_id, s.warehouse_id) IN (
    SELECT h.variant_id, h.warehouse_id FROM stock_hold h WHERE h.order_id = ANY (p_order_ids) AND h.status = 'HELD')
  ORDER BY s.variant_id, s.warehouse_id FOR NO KEY UPDATE;
  WITH freed AS (
    UPDATE stock_hold SET status = 'RELEASED' WHERE order_id = ANY (p_order_ids) AND status = 'HELD' RETURNING *
  ), level AS (
    SELECT variant_id, warehouse_id, sum(quantity)::int AS quantity FROM freed GROUP BY variant_id, warehouse_id
  ), moved AS (
    UPDATE stock_level s SET held = s.held - l.quantity, oversold = s.oversold AND s.held - l.quantity > s.on_hand
    FROM level l WHERE s.variant_id = l.variant_id AND s.warehouse_id = l.warehouse_id
  )
  INSERT INTO stock_movement (kind, variant_id, warehouse_id, on_hand_delta, held_delta, order_id, reason, key)
  SELECT 'RELEASED', f.variant_id, f.warehouse_id, 0, -f.quantity, f.order_id, lower(p_status::text),
    stock_movement_key('RELEASED', f.order_id, f.variant_id, f.warehouse_id, f.generation::text)
  FROM freed f;
  UPDATE stock_order SET status = p_status, updated_at = now() WHERE order_id = ANY (p_order_ids);
END $$;

-- Ends an order's claim for good, also one that has not arrived yet. False once it is committed.
CREATE FUNCTION release_stock(p_order_id TEXT) RETURNS BOOLEAN LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  state stock_order;
BEGIN
  INSERT INTO stock_order (order_id, status, expires_at) VALUES (p_order_id, 'RELEASED', now()) ON CONFLICT DO NOTHING;
  IF FOUND THEN
    RETURN true;
  END IF;
  SELECT * INTO STRICT state FROM stock_order WHERE order_id = p_order_id FOR NO KEY UPDATE;
  IF state.status IN ('HELD', 'EXPIRED') THEN
    PERFORM free_stock(ARRAY[p_order_id], 'RELEASED');
  END IF;
  RETURN state.status <> 'COMMITTED';
END $$;

-- One sweep over holds whose time is over. Orders that somebody works on at this moment are left for the next one.
CREATE FUNCTION expire_stock(p_limit INTEGER) RETURNS INTEGER LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  due TEXT[];
BEGIN
  SELECT array_agg(d.order_id) INTO due FROM (
    SELECT order_id FROM stock_order WHERE status = 'HELD' AND expires_at <= now()
    ORDER BY expires_at LIMIT p_limit FOR NO KEY UPDATE SKIP LOCKED
  ) d;
  IF due IS NULL THEN
    RETURN 0;
  END IF;
  PERFORM free_stock(due, 'EXPIRED');
  RETURN cardinality(due);
END $$;

-- Goods of a committed order come back to the warehouses they were sold from. DONE, REFUSED or KEY_REUSED.
CREATE FUNCTION restock_order(p_order_id TEXT, p_variant_ids TEXT[], p_quantities INTEGER[], p_key TEXT)
RETURNS TEXT LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  earlier JSONB;
  asked JSONB;
  covered JSONB;
BEGIN
  PERFORM FROM stock_order WHERE order_id = p_order_id AND status = 'COMMITTED' FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN 'REFUSED';
  END IF;
  SELECT jsonb_object_agg(a.variant_id, a.quantity) INTO asked FROM (
    SELECT l.variant_id, sum(l.quantity) AS quantity
    FROM unnest(p_variant_ids, p_quantities) AS l (variant_id, quantity) GROUP BY l.variant_id) a;
  SELECT jsonb_object_agg(m.variant_id, m.quantity) INTO earlier FROM (
    SELECT variant_id, sum(on_hand_delta) AS quantity FROM stock_movement
    WHERE kind = 'RESTOCKED' AND order_id = p_order_id AND reference = p_key GROUP BY variant_id) m;
  IF earlier IS NOT NULL THEN
    RETURN CASE WHEN earlier = asked THEN 'DONE' ELSE 'KEY_REUSED' END;
  END IF;
  PERFORM FROM stock_level s JOIN stock_hold h ON h.variant_id = s.variant_id AND h.warehouse_id = s.warehouse_id
  WHERE h.order_id = p_order_id AND h.variant_id = ANY (p_variant_ids)
  ORDER BY s.variant_id, s.warehouse_id FOR NO KEY UPDATE OF s;
  SELECT jsonb_object_agg(c.variant_id, least(c.rest, (asked ->> c.variant_id)::bigint)) INTO covered FROM (
    SELECT variant_id, sum(quantity - restocked) AS rest FROM stock_hold
    WHERE order_id = p_order_id AND status = 'COMMITTED' AND variant_id = ANY (p_variant_ids) GROUP BY variant_id) c;
  IF covered IS DISTINCT FROM asked THEN
    RETURN 'REFUSED';
  END IF;
  WITH open AS (
    SELECT h.variant_id, h.warehouse_id, h.quantity - h.restocked AS rest,
      sum(h.quantity - h.restocked) OVER (PARTITION BY h.variant_id ORDER BY h.warehouse_id) - (h.quantity - h.restocked) AS before
    FROM stock_hold h WHERE h.order_id = p_order_id AND h.status = 'COMMITTED' AND h.variant_id = ANY (p_variant_ids)
  ), back AS (
    SELECT o.variant_id, o.warehouse_id, least(o.rest, (asked ->> o.variant_id)::bigint - o.before)::int AS quantity
    FROM open o WHERE o.rest > 0 AND o.before < (asked ->> o.variant_id)::bigint
  ), noted AS (
    UPDATE stock_hold h SET restocked = h.restocked + b.quantity FROM back b
    WHERE h.order_id = p_order_id AND h.variant_id = b.variant_id AND h.warehouse_id = b.warehouse_id
  ), moved AS (
    UPDATE stock_level s SET on_hand = s.on_hand + b.quantity, oversold = s.oversold AND s.held > s.on_hand + b.quantity
    FROM back b WHERE s.variant_id = b.variant_id AND s.warehouse_id = b.warehouse_id
  )
  INSERT INTO stock_movement (kind, variant_id, warehouse_id, on_hand_delta, held_delta, order_id, reference, key)
  SELECT 'RESTOCKED', b.variant_id, b.warehouse_id, b.quantity, 0, p_order_id, p_key,
    stock_movement_key('RESTOCKED', p_order_id, b.variant_id, b.warehouse_id, p_key)
  FROM back b;
  RETURN 'DONE';
END $$;

-- A key of staff is good for one command. NEW, SAME (done before) or OTHER (used for something else).
CREATE FUNCTION claim_command(p_actor TEXT, p_key TEXT, p_digest TEXT) RETURNS TEXT LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO inventory_command (actor, key, digest) VALUES (p_actor, p_key, p_digest) ON CONFLICT DO NOTHING;
  IF FOUND THEN
    RETURN 'NEW';
  END IF;
  RETURN (SELECT CASE WHEN digest = p_digest THEN 'SAME' ELSE 'OTHER' END
          FROM inventory_command WHERE actor = p_actor AND key = p_key);
END $$;

-- A refused command leaves its key free.
CREATE FUNCTION refuse_command(p_actor TEXT, p_key TEXT, p_answer JSONB) RETURNS JSONB LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM inventory_command WHERE actor = p_actor AND key = p_key;
  RETURN p_answer;
END $$;

-- Corrects one level, by a difference or to a count. DONE, REPLAYED, KEY_REUSED, NOT_FOUND, STALE, TOO_LOW or TOO_MUCH.
CREATE FUNCTION adjust_stock(
  p_actor TEXT, p_key TEXT, p_digest TEXT, p_variant_id TEXT, p_warehouse_id TEXT,
  p_delta INTEGER, p_set_to INTEGER, p_if_on_hand INTEGER, p_reason TEXT)
RETURNS JSONB LANGUAGE plpgsql AS $$
DECLARE
  claim TEXT := claim_command(p_actor, p_key, p_digest);
  level stock_level;
  target BIGINT;
BEGIN
  IF claim <> 'NEW' THEN
    RETURN jsonb_build_object('outcome', CASE claim WHEN 'SAME' THEN 'REPLAYED' ELSE 'KEY_REUSED' END);
  END IF;
  INSERT INTO stock_level (variant_id, warehouse_id)
  SELECT v.id, w.id FROM variant v, warehouse w WHERE v.id = p_variant_id AND w.id = p_warehouse_id
  ON CONFLICT DO NOTHING;
  SELECT * INTO level FROM stock_level WHERE variant_id = p_variant_id AND warehouse_id = p_warehouse_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN refuse_command(p_actor, p_key, jsonb_build_object('outcome', 'NOT_FOUND'));
  ELSIF level.on_hand <> p_if_on_hand THEN
    RETURN refuse_command(p_actor, p_key, jsonb_build_object('outcome', 'STALE', 'onHand', level.on_hand, 'held', level.held));
  END IF;
  target := coalesce(p_set_to::bigint, level.on_hand::bigint + p_delta);
  IF target < level.held AND target < level.on_hand THEN
    RETURN refuse_command(p_actor, p_key, jsonb_build_object('outcome', 'TOO_LOW', 'onHand', level.on_hand, 'held', level.held));
  ELSIF target > 10000000 THEN
    RETURN refuse_command(p_actor, p_key, jsonb_build_object('outcome', 'TOO_MUCH'));
  END IF;
  UPDATE stock_level SET on_hand = target, oversold = oversold AND held > target
  WHERE variant_id = p_variant_id AND warehouse_id = p_warehouse_id;
  INSERT INTO stock_movement (kind, variant_id, warehouse_id, on_hand_delta, held_delta, reason, actor, key)
  VALUES ('ADJUSTED', p_variant_id, p_warehouse_id, target - level.on_hand, 0, p_reason, p_actor,
    stock_movement_key('ADJUSTED', p_actor, p_variant_id, p_warehouse_id, p_key));
  RETURN jsonb_build_object('outcome', 'DONE');
END $$;

-- Goods arrive: all lines or none. DONE, REPLAYED, KEY_REUSED, NOT_FOUND or TOO_MUCH.
CREATE FUNCTION receive_stock(
  p_actor TEXT, p_key TEXT, p_digest TEXT, p_warehouse_id TEXT, p_variant_ids TEXT[], p_quantities INTEGER[], p_reference TEXT)
RETURNS JSONB LANGUAGE plpgsql AS $$
DECLARE
  claim TEXT := claim_command(p_actor, p_key, p_digest);
BEGIN
  IF claim <> 'NEW' THEN
    RETURN jsonb_build_object('outcome', CASE claim WHEN 'SAME' THEN 'REPLAYED' ELSE 'KEY_REUSED' END);
  ELSIF NOT EXISTS (SELECT FROM warehouse WHERE id = p_warehouse_id)
    OR EXISTS (SELECT FROM unnest(p_variant_ids) AS l (id) WHERE NOT EXISTS (SELECT FROM variant v WHERE v.id = l.id)) THEN
    RETURN refuse_command(p_actor, p_key, jsonb_build_object('outcome', 'NOT_FOUND'));
  END IF;
  PERFORM lock_levels(p_warehouse_id, p_variant_ids);
  INSERT INTO stock_level (variant_id, warehouse_id)
  SELECT v.id, p_warehouse_id FROM variant v WHERE v.id = ANY (p_variant_ids) ORDER BY v.id
  ON CONFLICT DO NOTHING;
  -- Once more, for levels that somebody else made in between.
  PERFORM lock_levels(p_warehouse_id, p_variant_ids);
  IF EXISTS (
    SELECT FROM stock_level s JOIN unnest(p_variant_ids, p_quantities) AS l (variant_id, quantity) USING (variant_id)
    WHERE s.warehouse_id = p_warehouse_id AND s.on_hand::bigint + l.quantity > 10000000) THEN
    RETURN refuse_command(p_actor, p_key, jsonb_build_object('outcome', 'TOO_MUCH'));
  END IF;
  WITH line AS (
    SELECT * FROM unnest(p_variant_ids, p_quantities) AS l (variant_id, quantity)
  ), moved AS (
    UPDATE stock_level s SET on_hand = s.on_hand + l.quantity, oversold = s.oversold AND s.held > s.on_hand + l.quantity
    FROM line l WHERE s.variant_id = l.variant_id AND s.warehouse_id = p_warehouse_id
  )
  INSERT INTO stock_movement (kind, variant_id, warehouse_id, on_hand_delta, held_delta, reference, actor, key)
  SELECT 'RECEIVED', l.variant_id, p_warehouse_id, l.quantity, 0, p_reference, p_actor,
    stock_movement_key('RECEIVED', p_actor, l.variant_id, p_warehouse_id, p_key)
  FROM line l;
  RETURN jsonb_build_object('outcome', 'DONE');
END $$;

-- Locks what there is of these levels.
CREATE FUNCTION lock_levels(p_warehouse_id TEXT, p_variant_ids TEXT[]) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM stock_level WHERE variant_id = ANY (p_variant_ids) AND warehouse_id = p_warehouse_id
  ORDER BY variant_id, warehouse_id FOR NO KEY UPDATE;
END $$;

-- Brings many levels of one warehouse to a count; a level that has it already gets no movement, so that a file can be
-- imported twice. Answers the lines it left alone, because more is held than the count would leave.
CREATE FUNCTION set_stock(p_warehouse_id TEXT, p_variant_ids TEXT[], p_counts INTEGER[], p_reason TEXT, p_actor TEXT)
RETURNS TABLE (variant_id TEXT, on_hand INTEGER, held INTEGER) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  -- The moment and the connection: no two counts share both.
  cause TEXT := to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS') || '-' || pg_backend_pid();
BEGIN
  PERFORM lock_levels(p_warehouse_id, p_variant_ids);
  WITH made AS (
    INSERT INTO stock_level (variant_id, warehouse_id, on_hand)
    SELECT v.id, p_warehouse_id, l.count
    FROM unnest(p_variant_ids, p_counts) AS l (id, count) JOIN variant v ON v.id = l.id
    WHERE NOT EXISTS (SELECT FROM stock_level s WHERE s.variant_id = v.id AND s.warehouse_id = p_warehouse_id)
    ORDER BY v.id
    ON CONFLICT DO NOTHING RETURNING variant_id, on_hand
  )
  INSERT INTO stock_movement (kind, variant_id, warehouse_id, on_hand_delta, held_delta, reason, actor, key)
  SELECT 'ADJUSTED', m.variant_id, p_warehouse_id, m.on_hand, 0, p_reason, p_actor,
    stock_movement_key('COUNTED', cause, m.variant_id, p_warehouse_id, '')
  FROM made m WHERE m.on_hand <> 0;
  -- Once more, for levels that somebody else made in between.
  PERFORM lock_levels(p_warehouse_id, p_variant_ids);
  RETURN QUERY
  WITH line AS (
    SELECT s.variant_id, s.on_hand AS was, s.held AS promised, l.count
    FROM unnest(p_variant_ids, p_counts) AS l (variant_id, count)
    JOIN stock_level s ON s.variant_id = l.variant_id AND s.warehouse_id = p_warehouse_id
    WHERE s.on_hand <> l.count
  ), moved AS (
    UPDATE stock_level s SET on_hand = l.count, oversold = s.oversold AND s.held > l.count
    FROM line l
    WHERE s.variant_id = l.variant_id AND s.warehouse_id = p_warehouse_id AND (l.count >= l.promised OR l.count > l.was)
    RETURNING s.variant_id, l.count - l.was AS delta
  ), written AS (
    INSERT INTO stock_movement (kind, variant_id, warehouse_id, on_hand_delta, held_delta, reason, actor, key)
    SELECT 'ADJUSTED', m.variant_id, p_warehouse_id, m.delta, 0, p_reason, p_actor,
      stock_movement_key('COUNTED', cause, m.variant_id, p_warehouse_id, '')
    FROM moved m
  )
  SELECT l.variant_id, l.was, l.promised FROM line l WHERE l.count < l.promised AND l.count <= l.was;
END $$;

-- Every way in which the inventory could contradict itself; empty, or something is broken. Reads all of the ledger.
CREATE VIEW inventory_drift AS
  WITH ledger AS (
    SELECT variant_id, warehouse_id, sum(on_hand_delta) AS on_hand, sum(held_delta) AS held
    FROM stock_movement GROUP BY variant_id, warehouse_id
  ), promised AS (
    SELECT variant_id, warehouse_id, sum(quantity) AS held FROM stock_hold WHERE status = 'HELD' GROUP BY variant_id, warehouse_id
  ), history AS (
    SELECT order_id, variant_id, warehouse_id, sum(held_delta) AS held,
      coalesce(-sum(on_hand_delta) FILTER (WHERE kind = 'COMMITTED'), 0) AS committed,
      coalesce(sum(on_hand_delta) FILTER (WHERE kind = 'RESTOCKED'), 0) AS restocked
    FROM stock_movement WHERE order_id IS NOT NULL GROUP BY order_id, variant_id, warehouse_id
  )
  SELECT 'on hand is the sum of its movements' AS rule, s.variant_id || ' in ' || s.warehouse_id AS subject,
    coalesce(l.on_hand, 0) AS expected, s.on_hand::bigint AS actual
  FROM stock_level s LEFT JOIN ledger l USING (variant_id, warehouse_id) WHERE s.on_hand <> coalesce(l.on_hand, 0)
  UNION ALL
  SELECT 'held is the sum of its movements', s.variant_id || ' in ' || s.warehouse_id, coalesce(l.held, 0), s.held
  FROM stock_level s LEFT JOIN ledger l USING (variant_id, warehouse_id) WHERE s.held <> coalesce(l.held, 0)
  UNION ALL
  SELECT 'held is what orders hold', s.variant_id || ' in ' || s.warehouse_id, coalesce(p.held, 0), s.held
  FROM stock_level s LEFT JOIN promised p USING (variant_id, warehouse_id) WHERE s.held <> coalesce(p.held, 0)
  UNION ALL
  SELECT 'no more is held than there is', s.variant_id || ' in ' || s.warehouse_id, s.on_hand, s.held
  FROM stock_level s WHERE s.held < 0 OR (s.held > s.on_hand AND NOT s.oversold)
  UNION ALL
  SELECT 'a hold is held once and settled once', h.order_id || ' of ' || h.variant_id || ' in ' || h.warehouse_id,
    CASE h.status WHEN 'HELD' THEN h.quantity ELSE 0 END, coalesce(m.held, 0)
  FROM stock_hold h LEFT JOIN history m USING (order_id, variant_id, warehouse_id)
  WHERE coalesce(m.held, 0) <> CASE h.status WHEN 'HELD' THEN h.quantity ELSE 0 END
  UNION ALL
  SELECT 'what is committed left the shelf once', h.order_id || ' of ' || h.variant_id || ' in ' || h.warehouse_id,
    CASE h.status WHEN 'COMMITTED' THEN h.quantity ELSE 0 END, coalesce(m.committed, 0)
  FROM stock_hold h LEFT JOIN history m USING (order_id, variant_id, warehouse_id)
  WHERE coalesce(m.committed, 0) <> CASE h.status WHEN 'COMMITTED' THEN h.quantity ELSE 0 END
  UNION ALL
  SELECT 'what came back was counted once', h.order_id || ' of ' || h.variant_id || ' in ' || h.warehouse_id, h.restocked, coalesce(m.restocked, 0)
  FROM stock_hold h LEFT JOIN history m USING (order_id, variant_id, warehouse_id) WHERE coalesce(m.restocked, 0) <> h.restocked
  UNION ALL
  SELECT 'a hold stands as its order stands', h.order_id || ' ' || o.status || ', ' || h.variant_id || ' ' || h.status, 0, h.quantity
  FROM stock_hold h JOIN stock_order o USING (order_id)
  WHERE (h.status = 'HELD' AND (o.status <> 'HELD' OR h.generation <> o.generation))
    OR (h.status = 'COMMITTED' AND (o.status <> 'COMMITTED' OR h.generation <> o.generation))
    OR (h.status = 'RELEASED' AND o.status IN ('HELD', 'COMMITTED') AND h.generation = o.generation);
