-- CreateEnum
CREATE TYPE "return_status" AS ENUM ('REQUESTED', 'APPROVED', 'REFUSED', 'RECEIVED', 'CLOSED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "return_reason" AS ENUM ('UNWANTED', 'WRONG_SIZE', 'NOT_AS_DESCRIBED', 'WRONG_ITEM', 'DAMAGED', 'DEFECTIVE', 'LATE', 'OTHER');

-- AlterTable
ALTER TABLE "idempotency_key" ADD COLUMN "return_id" TEXT;

-- CreateTable
CREATE TABLE "order_return" (
    "id" TEXT NOT NULL,
    "number" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "buyer_id" TEXT NOT NULL,
    "status" "return_status" NOT NULL DEFAULT 'REQUESTED',
    "currency" TEXT NOT NULL,
    "refund_minor" BIGINT,
    "shipping_refund_minor" BIGINT NOT NULL DEFAULT 0,
    "receipt_id" TEXT,
    "refusal_reason" TEXT,
    "requested_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "approved_at" TIMESTAMPTZ(3),
    "refused_at" TIMESTAMPTZ(3),
    "cancelled_at" TIMESTAMPTZ(3),
    "received_at" TIMESTAMPTZ(3),
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "order_return_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "order_return_line" (
    "id" TEXT NOT NULL,
    "return_id" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "order_line_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "quantity" INTEGER NOT NULL,
    "reason" "return_reason" NOT NULL,
    "note" TEXT,
    "resaleable_quantity" INTEGER,
    "damaged_quantity" INTEGER,
    "paid_minor" BIGINT,

    CONSTRAINT "order_return_line_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "order_line_id_order_id_key" ON "order_line"("id", "order_id");

-- CreateIndex
CREATE UNIQUE INDEX "order_return_number_key" ON "order_return"("number");

-- CreateIndex
CREATE INDEX "order_return_order_id_id_idx" ON "order_return"("order_id", "id");

-- CreateIndex
CREATE INDEX "order_return_buyer_id_id_idx" ON "order_return"("buyer_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "order_return_id_order_id_key" ON "order_return"("id", "order_id");

-- CreateIndex
CREATE INDEX "order_return_line_order_line_id_idx" ON "order_return_line"("order_line_id");

-- CreateIndex
CREATE UNIQUE INDEX "order_return_line_return_id_position_key" ON "order_return_line"("return_id", "position");

-- CreateIndex
CREATE UNIQUE INDEX "order_return_line_return_id_order_line_id_key" ON "order_return_line"("return_id", "order_line_id");

-- AddForeignKey
ALTER TABLE "order_return" ADD CONSTRAINT "order_return_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "order_return_line" ADD CONSTRAINT "order_return_line_return_id_order_id_fkey" FOREIGN KEY ("return_id", "order_id") REFERENCES "order_return"("id", "order_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "order_return_line" ADD CONSTRAINT "order_return_line_order_line_id_order_id_fkey" FOREIGN KEY ("order_line_id", "order_id") REFERENCES "order_line"("id", "order_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Written by hand: what the database can hold on its own.

ALTER TABLE order_return
  ADD CONSTRAINT order_return_number_form CHECK (number ~ '^R-[0-9A-HJKMNP-TV-Z]{8}$'),
  ADD CONSTRAINT order_return_refund CHECK ((status IN ('RECEIVED', 'CLOSED')) = (refund_minor IS NOT NULL)
    AND (refund_minor IS NULL) = (receipt_id IS NULL) AND refund_minor >= 0
    AND shipping_refund_minor BETWEEN 0 AND coalesce(refund_minor, 0)),
  ADD CONSTRAINT order_return_times CHECK (
    (status = 'REFUSED') = (refused_at IS NOT NULL) AND (status = 'REFUSED') = (refusal_reason IS NOT NULL)
    AND (status = 'CANCELLED') = (cancelled_at IS NOT NULL)
    AND (status IN ('RECEIVED', 'CLOSED')) = (received_at IS NOT NULL)
    AND (status = 'CLOSED') = (closed_at IS NOT NULL)
    AND (approved_at IS NOT NULL OR status IN ('REQUESTED', 'REFUSED', 'CANCELLED')));

-- Shipping is paid once, so it is given back once.
CREATE UNIQUE INDEX order_return_shipping_once ON order_return (order_id) WHERE shipping_refund_minor > 0;

ALTER TABLE order_return_line
  ADD CONSTRAINT order_return_line_position CHECK (position BETWEEN 0 AND 99),
  ADD CONSTRAINT order_return_line_quantity CHECK (quantity BETWEEN 1 AND 9999),
  ADD CONSTRAINT order_return_line_received CHECK (
    (resaleable_quantity IS NULL) = (damaged_quantity IS NULL) AND (resaleable_quantity IS NULL) = (paid_minor IS NULL)
    AND resaleable_quantity >= 0 AND damaged_quantity >= 0 AND resaleable_quantity + damaged_quantity <= quantity
    AND paid_minor >= 0);

-- The same table of legal transitions as in domain/return-status.ts; a test compares the two.
CREATE FUNCTION return_transition_is_legal(before return_status, after return_status) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT after::text = ANY (CASE before
    WHEN 'REQUESTED' THEN ARRAY['APPROVED', 'REFUSED', 'CANCELLED']
    WHEN 'APPROVED' THEN ARRAY['RECEIVED', 'CANCELLED']
    WHEN 'RECEIVED' THEN ARRAY['CLOSED', 'APPROVED']
    ELSE ARRAY[]::text[] END)
$$;

CREATE FUNCTION guard_new_return() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  sold orders;
BEGIN
  -- Locked, so that two returns of one order count each other.
  SELECT * INTO STRICT sold FROM orders WHERE id = NEW.order_id FOR NO KEY UPDATE;
  IF (NEW.buyer_id, NEW.currency) <> (sold.buyer_id, sold.currency) OR NEW.status <> 'REQUESTED'
     OR sold.status NOT IN ('PARTIALLY_FULFILLED', 'FULFILLED', 'DELIVERED') THEN
    RAISE EXCEPTION 'nothing of order % can be returned', sold.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'order_return_of_fulfilled';
  END IF;
  IF (SELECT count(*) FROM order_return WHERE order_id = NEW.order_id) >= 100 THEN
    RAISE EXCEPTION 'order % has 100 returns', sold.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'order_return_limit';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER order_return_new BEFORE INSERT ON order_return FOR EACH ROW EXECUTE FUNCTION guard_new_return();

-- A closed return takes up what has arrived, any other one that lives what was asked for.
CREATE FUNCTION returned_quantity(p_order_line_id TEXT, p_but_return_id TEXT) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(CASE r.status WHEN 'CLOSED' THEN l.resaleable_quantity + l.damaged_quantity ELSE l.quantity END), 0)
  FROM order_return_line l JOIN order_return r ON r.id = l.return_id
  WHERE l.order_line_id = p_order_line_id AND r.id IS DISTINCT FROM p_but_return_id
    AND r.status NOT IN ('REFUSED', 'CANCELLED')
$$;

CREATE FUNCTION guard_new_return_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM orders WHERE id = NEW.order_id FOR NO KEY UPDATE;
  IF NEW.quantity + returned_quantity(NEW.order_line_id, NEW.return_id)
     > (SELECT quantity FROM order_line WHERE id = NEW.order_line_id) THEN
    RAISE EXCEPTION 'more of % is asked back than was bought', NEW.order_line_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'order_return_line_bought';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER order_return_line_new BEFORE INSERT ON order_return_line
  FOR EACH ROW EXECUTE FUNCTION guard_new_return_line();

CREATE FUNCTION guard_return() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.number, NEW.order_id, NEW.buyer_id, NEW.currency, NEW.requested_at)
     IS DISTINCT FROM (OLD.id, OLD.number, OLD.order_id, OLD.buyer_id, OLD.currency, OLD.requested_at) THEN
    RAISE EXCEPTION 'what return % was asked for never changes', OLD.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'order_return_snapshot';
  END IF;
  IF NEW.status = OLD.status THEN
    IF NEW.refund_minor IS DISTINCT FROM OLD.refund_minor THEN
      RAISE EXCEPTION 'the refund of return % never changes', OLD.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'order_return_snapshot';
    END IF;
    RETURN NEW;
  END IF;
  IF NOT return_transition_is_legal(OLD.status, NEW.status) THEN
    RAISE EXCEPTION 'return % cannot go from % to %', OLD.id, OLD.status, NEW.status
      USING ERRCODE = 'check_violation', CONSTRAINT = 'order_return_transition';
  END IF;
  CASE NEW.status
    WHEN 'APPROVED' THEN
      NEW.approved_at := coalesce(OLD.approved_at, now());
      NEW.received_at := NULL;
    WHEN 'REFUSED' THEN NEW.refused_at := now();
    WHEN 'CANCELLED' THEN NEW.cancelled_at := now();
    WHEN 'CLOSED' THEN NEW.closed_at := now();
    WHEN 'RECEIVED' THEN
      NEW.received_at := now();
      PERFORM FROM orders WHERE id = NEW.order_id FOR NO KEY UPDATE;
      IF NEW.refund_minor + (SELECT coalesce(sum(refund_minor), 0) FROM order_return WHERE order_id = NEW.order_id)
         > (SELECT total_minor FROM orders WHERE id = NEW.order_id) THEN
        RAISE EXCEPTION 'more of order % is given back than it cost', NEW.order_id
          USING ERRCODE = 'check_violation', CONSTRAINT = 'order_return_refund_total';
      END IF;
    ELSE NULL;
  END CASE;
  RETURN NEW;
END $$;
CREATE TRIGGER order_return_guarded BEFORE UPDATE ON order_return FOR EACH ROW EXECUTE FUNCTION guard_return();

CREATE FUNCTION guard_return_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.return_id, NEW.order_id, NEW.order_line_id, NEW.position, NEW.quantity, NEW.reason, NEW.note)
     IS DISTINCT FROM
     (OLD.id, OLD.return_id, OLD.order_id, OLD.order_line_id, OLD.position, OLD.quantity, OLD.reason, OLD.note) THEN
    RAISE EXCEPTION 'what return % was asked for never changes', OLD.return_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'order_return_snapshot';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER order_return_line_guarded BEFORE UPDATE ON order_return_line
  FOR EACH ROW EXECUTE FUNCTION guard_return_line();
