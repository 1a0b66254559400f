-- AlterTable
ALTER TABLE "order_event" ADD COLUMN "is_public" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN "key" TEXT,
ADD COLUMN "staff_id" TEXT,
ADD COLUMN "subject_id" TEXT;

-- CreateIndex
CREATE UNIQUE INDEX "order_event_order_id_key_key" ON "order_event"("order_id", "key");

-- Written by hand: what the database can hold on its own.

ALTER TABLE order_event
  ADD CONSTRAINT order_event_words CHECK (type <> '' AND message <> ''),
  ADD CONSTRAINT order_event_staff CHECK (staff_id IS NULL OR actor = 'STAFF');

-- An event goes with its order, and never before it.
CREATE FUNCTION refuse_event_loss() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' OR EXISTS (SELECT FROM orders WHERE id = OLD.order_id) THEN
    RAISE EXCEPTION 'order_event is append-only' USING ERRCODE = 'check_violation', CONSTRAINT = 'append_only';
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER order_event_kept BEFORE DELETE ON order_event FOR EACH ROW EXECUTE FUNCTION refuse_event_loss();
CREATE TRIGGER order_event_not_emptied BEFORE TRUNCATE ON order_event EXECUTE FUNCTION refuse_event_loss();
