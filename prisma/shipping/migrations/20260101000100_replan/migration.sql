-- DropIndex
DROP INDEX "shipments_order_id_warehouse_id_key";

-- AlterTable
ALTER TABLE "shipments" ADD COLUMN "replaces" TEXT;

-- CreateIndex
CREATE INDEX "shipments_order_id_idx" ON "shipments"("order_id");

-- CreateIndex
CREATE INDEX "shipments_replaces_idx" ON "shipments"("replaces");

-- AddForeignKey
ALTER TABLE "shipments" ADD CONSTRAINT "shipments_replaces_fkey" FOREIGN KEY ("replaces") REFERENCES "shipments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What Prisma's language cannot say.

-- Only what will not leave is replaced, so that no piece is sent twice. What a shipment holds never changes after that.
CREATE FUNCTION guard_replacement() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM shipments WHERE id = NEW.replaces AND order_id = NEW.order_id AND status = 'CANCELLED') THEN
    RAISE EXCEPTION '% replaces %, which was not called off', NEW.id, NEW.replaces
      USING ERRCODE = 'check_violation', CONSTRAINT = 'shipments_replaced';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER "shipments_replacement" BEFORE INSERT ON "shipments"
  FOR EACH ROW WHEN (NEW."replaces" IS NOT NULL) EXECUTE FUNCTION guard_replacement();
