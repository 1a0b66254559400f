-- AlterTable
ALTER TABLE "shipments" ADD COLUMN     "taken_out" BOOLEAN NOT NULL DEFAULT false;

-- Written by hand.

-- What was called off because an edit took all of it out of the order is paid back and on sale again: it is never sent anew.
ALTER TABLE shipments ADD CONSTRAINT shipments_taken_out CHECK (status = 'CANCELLED' OR NOT taken_out);

CREATE OR REPLACE FUNCTION guard_replacement() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM shipments
      WHERE id = NEW.replaces AND order_id = NEW.order_id AND status = 'CANCELLED' AND NOT taken_out) THEN
    RAISE EXCEPTION '% replaces %, which was not called off', NEW.id, NEW.replaces
      USING ERRCODE = 'check_violation', CONSTRAINT = 'shipments_replaced';
  END IF;
  RETURN NEW;
END $$;
