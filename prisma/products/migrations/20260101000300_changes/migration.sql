-- What has changed since it was last announced to the router, whose cache forgets it then. Written by triggers, in the
-- transaction that changes it, so that no writer can leave it out; the change feed of the runtime takes it away.

CREATE TABLE change (
  position BIGINT GENERATED ALWAYS AS IDENTITY,
  typename TEXT NOT NULL,
  -- NULL: everything of this type may have changed.
  id TEXT,
  CONSTRAINT change_pkey PRIMARY KEY (position)
);

-- Who announces, and until when nobody else does. One row.
CREATE TABLE change_feed (
  name TEXT NOT NULL,
  holder TEXT NOT NULL DEFAULT '',
  held_until TIMESTAMPTZ(3) NOT NULL DEFAULT '-infinity',
  epoch BIGINT NOT NULL DEFAULT 0,
  CONSTRAINT change_feed_pkey PRIMARY KEY (name)
);
INSERT INTO change_feed (name) VALUES ('products');

CREATE FUNCTION note_types(p_typenames TEXT[]) RETURNS VOID LANGUAGE sql AS $$
  INSERT INTO change (typename) SELECT DISTINCT unnest(p_typenames)
$$;

-- A product is also what its variants and the collections it is in are shown by: whether they are for sale, in which
-- order, with which picture. Of many at once it is cheaper to say that all have changed.
CREATE FUNCTION note_products(p_ids TEXT[]) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
  IF cardinality(p_ids) > 200 THEN
    PERFORM note_types(ARRAY['Product', 'Variant', 'Collection']);
    RETURN;
  END IF;
  INSERT INTO change (typename, id)
  SELECT 'Product', unnest(p_ids)
  UNION ALL SELECT 'Variant', v.id FROM variant v WHERE v.product_id = ANY (p_ids)
  UNION ALL SELECT DISTINCT 'Collection', m.collection_id FROM collection_product m WHERE m.product_id = ANY (p_ids);
END $$;

CREATE FUNCTION product_changed() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  PERFORM note_products(ARRAY(SELECT id FROM touched));
  RETURN NULL;
END $$;

CREATE FUNCTION part_of_product_changed() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  PERFORM note_products(ARRAY(SELECT DISTINCT product_id FROM touched));
  RETURN NULL;
END $$;

CREATE FUNCTION variant_changed() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  PERFORM note_products(ARRAY(SELECT product_id FROM touched UNION SELECT product_id FROM former));
  RETURN NULL;
END $$;

CREATE FUNCTION price_changed() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  PERFORM note_products(ARRAY(SELECT DISTINCT v.product_id FROM touched t JOIN variant v ON v.id = t.variant_id));
  RETURN NULL;
END $$;

CREATE FUNCTION membership_changed() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  PERFORM note_products(ARRAY(SELECT DISTINCT product_id FROM touched));
  -- Those that lost a product are not found by what is in them now.
  INSERT INTO change (typename, id) SELECT DISTINCT 'Collection', collection_id FROM touched;
  RETURN NULL;
END $$;

-- The tree of collections is small and seldom changed, and shown in many places: by its titles, its order, in facets.
CREATE FUNCTION collections_changed() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM touched) THEN
    PERFORM note_types(ARRAY['Collection', 'Product']);
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION price_lists_changed() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM touched) THEN
    PERFORM note_types(ARRAY['PriceList', 'Product', 'Variant']);
  END IF;
  RETURN NULL;
END $$;

-- Which warehouses sell decides what can be had of everything.
CREATE FUNCTION warehouses_changed() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM touched) THEN
    PERFORM note_types(ARRAY['Warehouse', 'Product', 'Variant']);
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION note_stock(p_variant_ids TEXT[]) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
  IF cardinality(p_variant_ids) = 0 THEN
    RETURN;
  END IF;
  IF cardinality(p_variant_ids) > 500 THEN
    PERFORM note_types(ARRAY['Product', 'Variant']);
    RETURN;
  END IF;
  INSERT INTO change (typename, id)
  SELECT 'Variant', unnest(p_variant_ids)
  UNION ALL SELECT DISTINCT 'Product', v.product_id FROM variant v WHERE v.id = ANY (p_variant_ids);
END $$;

CREATE FUNCTION stock_appeared() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  PERFORM note_stock(ARRAY(SELECT DISTINCT variant_id FROM touched WHERE on_hand <> 0 OR held <> 0));
  RETURN NULL;
END $$;

-- A hold that becomes a sale leaves as much to be had as before.
CREATE FUNCTION stock_changed() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  PERFORM note_stock(ARRAY(
    SELECT DISTINCT t.variant_id FROM touched t JOIN former f USING (variant_id, warehouse_id)
    WHERE t.on_hand - t.held <> f.on_hand - f.held));
  RETURN NULL;
END $$;

-- Statement by statement, with the rows that each touched.
DO $$
DECLARE
  watched RECORD;
BEGIN
  FOR watched IN
    SELECT * FROM (VALUES
      ('product', 'product_changed'),
      ('product_option', 'part_of_product_changed'),
      ('image', 'part_of_product_changed'),
      ('product_attribute', 'part_of_product_changed'),
      ('product_translation', 'part_of_product_changed'),
      ('product_price_range', 'part_of_product_changed'),
      ('price', 'price_changed'),
      ('collection_product', 'membership_changed'),
      ('collection', 'collections_changed'),
      ('collection_translation', 'collections_changed'),
      ('price_list', 'price_lists_changed'),
      ('warehouse', 'warehouses_changed')
    ) AS w (relation, teller)
  LOOP
    EXECUTE format('CREATE TRIGGER announce_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS touched
      FOR EACH STATEMENT EXECUTE FUNCTION %I()', watched.relation, watched.teller);
    EXECUTE format('CREATE TRIGGER announce_update AFTER UPDATE ON %I REFERENCING NEW TABLE AS touched
      FOR EACH STATEMENT EXECUTE FUNCTION %I()', watched.relation, watched.teller);
    EXECUTE format('CREATE TRIGGER announce_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS touched
      FOR EACH STATEMENT EXECUTE FUNCTION %I()', watched.relation, watched.teller);
  END LOOP;
END $$;

CREATE TRIGGER announce_insert AFTER INSERT ON variant REFERENCING NEW TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION part_of_product_changed();
CREATE TRIGGER announce_update AFTER UPDATE ON variant REFERENCING NEW TABLE AS touched OLD TABLE AS former
  FOR EACH STATEMENT EXECUTE FUNCTION variant_changed();
CREATE TRIGGER announce_delete AFTER DELETE ON variant REFERENCING OLD TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION part_of_product_changed();

CREATE TRIGGER announce_insert AFTER INSERT ON stock_level REFERENCING NEW TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION stock_appeared();
CREATE TRIGGER announce_update AFTER UPDATE ON stock_level REFERENCING NEW TABLE AS touched OLD TABLE AS former
  FOR EACH STATEMENT EXECUTE FUNCTION stock_changed();
CREATE TRIGGER announce_delete AFTER DELETE ON stock_level REFERENCING OLD TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION stock_appeared();
