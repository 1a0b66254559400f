-- CreateEnum
CREATE TYPE "return_kind" AS ENUM ('RETURN', 'EDIT');

-- AlterTable
ALTER TABLE "order_return" ADD COLUMN "credit_minor" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN "follow_up_id" TEXT,
ADD COLUMN "kind" "return_kind" NOT NULL DEFAULT 'RETURN',
ADD COLUMN "reason" TEXT;

-- AlterTable
ALTER TABLE "orders" ADD COLUMN "credit_minor" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN "parent_id" TEXT,
ADD COLUMN "pay_by" TIMESTAMPTZ(3);

-- CreateIndex
CREATE UNIQUE INDEX "order_return_follow_up_id_key" ON "order_return"("follow_up_id");

-- CreateIndex
CREATE INDEX "orders_parent_id_idx" ON "orders"("parent_id");

-- AddForeignKey
ALTER TABLE "orders" ADD CONSTRAINT "orders_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "orders"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Written by hand: what the database can hold on its own.

-- What one order gives another as credit it gives back no more, and the other is not paid it anew.
ALTER TABLE orders ADD CONSTRAINT orders_credit CHECK (credit_minor BETWEEN 0 AND total_minor
  AND (credit_minor = 0 OR parent_id IS NOT NULL));

ALTER TABLE order_return
  DROP CONSTRAINT order_return_number_form,
  ADD CONSTRAINT order_return_number_form CHECK (number ~ '^[RE]-[0-9A-HJKMNP-TV-Z]{8}$'),
  ADD CONSTRAINT order_return_credit CHECK (credit_minor BETWEEN 0 AND coalesce(refund_minor, credit_minor)
    AND (credit_minor = 0 OR follow_up_id IS NOT NULL)),
  ADD CONSTRAINT order_return_reason CHECK ((kind = 'EDIT') = (reason IS NOT NULL));
-- One edit of an order at a time.
CREATE UNIQUE INDEX order_return_open_edit ON order_return (order_id) WHERE kind = 'EDIT' AND status IN ('REQUESTED', 'APPROVED', 'RECEIVED');

CREATE FUNCTION guard_order_credit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.credit_minor, NEW.parent_id) IS DISTINCT FROM (OLD.credit_minor, OLD.parent_id) THEN
    RAISE EXCEPTION 'what order % was placed for never changes', OLD.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'orders_snapshot';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER order_credit_guarded BEFORE UPDATE OF credit_minor, parent_id ON orders
  FOR EACH ROW EXECUTE FUNCTION guard_order_credit();

CREATE OR REPLACE FUNCTION guard_new_return() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  sold orders;
BEGIN
  -- Locked, so that two returns of one order count each other.
  SELECT * INTO STRICT sold FROM orders WHERE id = NEW.order_id FOR NO KEY UPDATE;
  IF (NEW.buyer_id, NEW.currency) <> (sold.buyer_id, sold.currency) OR NEW.status <> 'REQUESTED'
     OR NEW.kind = 'RETURN' AND sold.status NOT IN ('PARTIALLY_FULFILLED', 'FULFILLED', 'DELIVERED')
     OR NEW.kind = 'EDIT' AND sold.status NOT IN ('CONFIRMED', 'PARTIALLY_FULFILLED') THEN
    RAISE EXCEPTION 'nothing of order % can be returned', sold.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'order_return_of_fulfilled';
  END IF;
  IF (SELECT count(*) FROM order_return WHERE order_id = NEW.order_id) >= 100 THEN
    RAISE EXCEPTION 'order % has 100 returns', sold.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'order_return_limit';
  END IF;
  RETURN NEW;
END $$;

-- What returns, or edits, take of a line. A closed one takes what has come of it, any other one what it asks for.
CREATE FUNCTION taken_quantity(p_order_line_id TEXT, p_but_return_id TEXT, p_kind return_kind)
RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(CASE r.status WHEN 'CLOSED' THEN l.resaleable_quantity + l.damaged_quantity ELSE l.quantity END), 0)
  FROM order_return_line l JOIN order_return r ON r.id = l.return_id
  WHERE l.order_line_id = p_order_line_id AND r.id IS DISTINCT FROM p_but_return_id AND r.kind = p_kind
    AND r.status NOT IN ('REFUSED', 'CANCELLED')
$$;

-- What can come back has left, and what can be taken out of an order has not.
CREATE FUNCTION returnable_quantity(p_order_line_id TEXT, p_but_return_id TEXT) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT shipped_quantity(p_order_line_id) - taken_quantity(p_order_line_id, p_but_return_id, 'RETURN')
$$;
CREATE FUNCTION removable_quantity(p_order_line_id TEXT, p_but_return_id TEXT) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT quantity - shipped_quantity(id) - taken_quantity(id, p_but_return_id, 'EDIT')
  FROM order_line WHERE id = p_order_line_id
$$;

CREATE OR REPLACE FUNCTION guard_new_return_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  limit_quantity BIGINT;
BEGIN
  PERFORM FROM orders WHERE id = NEW.order_id FOR NO KEY UPDATE;
  limit_quantity := coalesce(
    (SELECT removable_quantity(NEW.order_line_id, id) FROM order_return WHERE id = NEW.return_id AND kind = 'EDIT'),
    returnable_quantity(NEW.order_line_id, NEW.return_id));
  IF NEW.quantity > limit_quantity THEN
    RAISE EXCEPTION 'more of % is asked back than there is', NEW.order_line_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'order_return_line_bought';
  END IF;
  RETURN NEW;
END $$;
DROP FUNCTION returned_quantity;
