-- When the buyer was reminded of a cart that they left: once, whatever becomes of it.
ALTER TABLE cart ADD COLUMN reminded_at TIMESTAMPTZ(3);
CREATE INDEX cart_left ON cart (updated_at)
  WHERE status IN ('ACTIVE', 'ABANDONED') AND reminded_at IS NULL AND buyer_id LIKE 'Customer:%';
