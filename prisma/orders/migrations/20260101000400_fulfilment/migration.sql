-- AlterTable
ALTER TABLE "order_shipment" ADD COLUMN "captured_minor" BIGINT,
ADD COLUMN "lines" JSONB NOT NULL DEFAULT '[]';

-- Written by hand: what the database can hold on its own.

ALTER TABLE order_shipment ADD CONSTRAINT order_shipment_captured CHECK (captured_minor >= 0);

-- No order's shipments take more of the buyer's money than the order costs, and what one has taken stays taken.
CREATE FUNCTION guard_shipment_capture() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.captured_minor IS NOT NULL THEN
    IF NEW.captured_minor IS DISTINCT FROM OLD.captured_minor THEN
      RAISE EXCEPTION 'what % has taken never changes', NEW.shipment_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'order_shipment_captured_once';
    END IF;
    RETURN NEW;
  END IF;
  PERFORM FROM orders WHERE id = NEW.order_id FOR NO KEY UPDATE;
  IF NEW.captured_minor + (SELECT coalesce(sum(captured_minor), 0) FROM order_shipment WHERE order_id = NEW.order_id)
     > (SELECT total_minor FROM orders WHERE id = NEW.order_id) THEN
    RAISE EXCEPTION 'more of order % is taken than it costs', NEW.order_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'order_shipment_captured_total';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER order_shipment_capture BEFORE INSERT OR UPDATE ON order_shipment
  FOR EACH ROW EXECUTE FUNCTION guard_shipment_capture();

-- What needs shipping can come back once it has left.
CREATE FUNCTION shipped_quantity(p_order_line_id TEXT) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN o.requires_shipping THEN least(o.quantity, coalesce((
      SELECT sum((l->>'quantity')::int) FROM order_shipment s, jsonb_array_elements(s.lines) l
      WHERE s.order_id = o.order_id AND s.rank >= 2 AND s.status <> 'CANCELLED' AND l->>'orderLineId' = o.id), 0))
    ELSE o.quantity END
  FROM order_line o WHERE o.id = p_order_line_id
$$;

CREATE OR REPLACE FUNCTION guard_new_return_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM orders WHERE id = NEW.order_id FOR NO KEY UPDATE;
  IF NEW.quantity + returned_quantity(NEW.order_line_id, NEW.return_id) > shipped_quantity(NEW.order_line_id) THEN
    RAISE EXCEPTION 'more of % is asked back than was shipped', NEW.order_line_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'order_return_line_bought';
  END IF;
  RETURN NEW;
END $$;
