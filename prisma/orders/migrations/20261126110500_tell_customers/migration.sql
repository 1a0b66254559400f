-- Customers hears how the orders of customers stand, in the transaction that changes them: for the systems that follow
-- them, such as a CRM. What was never confirmed is nobody's order, and back from CANCELLING is no news.
CREATE FUNCTION order_tells_customers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO outbox (id, topic, key, payload)
  VALUES (NEW.id || ':told:' || NEW.status, 'tell-customers', NEW.buyer_id || ':told', jsonb_build_object('orderId', NEW.id))
  ON CONFLICT (id) DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER order_tells_customers AFTER UPDATE ON orders FOR EACH ROW
  WHEN (NEW.status IS DISTINCT FROM OLD.status AND NEW.buyer_id LIKE 'Customer:%' AND NEW.confirmed_at IS NOT NULL
    AND (NEW.status::text = 'CANCELLED' OR OLD.status::text <> 'CANCELLING'
      AND NEW.status::text IN ('CONFIRMED', 'PARTIALLY_FULFILLED', 'FULFILLED', 'DELIVERED')))
  EXECUTE FUNCTION order_tells_customers();
