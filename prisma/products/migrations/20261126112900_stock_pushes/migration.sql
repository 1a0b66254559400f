-- CreateEnum
CREATE TYPE "stock_conflict_kind" AS ENUM ('COUNT_CHANGED', 'UNKNOWN_ITEM', 'REFUSED');

-- CreateTable
CREATE TABLE "warehouse_link" (
    "system" TEXT NOT NULL,
    "warehouse_id" TEXT NOT NULL,
    "location" TEXT NOT NULL,

    CONSTRAINT "warehouse_link_pkey" PRIMARY KEY ("system","warehouse_id")
);

-- CreateTable
CREATE TABLE "stock_push" (
    "system" TEXT NOT NULL,
    "variant_id" TEXT NOT NULL,
    "warehouse_id" TEXT NOT NULL,
    "version" BIGINT NOT NULL DEFAULT 1,
    "pushed_version" BIGINT NOT NULL DEFAULT 0,
    "hints" BIGINT NOT NULL DEFAULT 0,
    "item" TEXT,
    "known" INTEGER,
    "attempted" INTEGER,
    "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "leased_until" TIMESTAMPTZ(3) NOT NULL DEFAULT '-infinity',
    "claims" BIGINT NOT NULL DEFAULT 0,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,

    CONSTRAINT "stock_push_pkey" PRIMARY KEY ("system","variant_id","warehouse_id")
);

-- CreateTable
CREATE TABLE "stock_conflict" (
    "position" BIGSERIAL NOT NULL,
    "system" TEXT NOT NULL,
    "variant_id" TEXT NOT NULL,
    "warehouse_id" TEXT NOT NULL,
    "kind" "stock_conflict_kind" NOT NULL,
    "expected" INTEGER,
    "found" INTEGER,
    "ours" INTEGER NOT NULL,
    "message" TEXT NOT NULL,
    "found_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "corrected_at" TIMESTAMPTZ(3),

    CONSTRAINT "stock_conflict_pkey" PRIMARY KEY ("position")
);

-- CreateIndex
CREATE UNIQUE INDEX "warehouse_link_system_location_key" ON "warehouse_link"("system", "location");

-- CreateIndex
CREATE INDEX "stock_push_system_due_at_idx" ON "stock_push"("system", "due_at");

-- Written by hand: one open conflict of a kind per level, which is brought up to date.
CREATE UNIQUE INDEX stock_conflict_open ON stock_conflict (system, variant_id, warehouse_id, kind)
  WHERE corrected_at IS NULL;

-- Written by hand: a movement and what others must hear of it are one transaction. Where no warehouse is linked this is
-- a look into an empty table. The levels are locked already, so that nobody else waits for these rows.
CREATE FUNCTION queue_stock_pushes() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO stock_push (system, variant_id, warehouse_id)
  SELECT DISTINCT l.system, m.variant_id, m.warehouse_id
  FROM moved m JOIN warehouse_link l ON l.warehouse_id = m.warehouse_id
  ORDER BY 1, 2, 3
  ON CONFLICT (system, variant_id, warehouse_id) DO UPDATE
    SET version = stock_push.version + 1, due_at = LEAST(stock_push.due_at, clock_timestamp());
  RETURN NULL;
END $$;
CREATE INDEX warehouse_link_warehouse ON warehouse_link (warehouse_id);
CREATE TRIGGER stock_movement_pushes AFTER INSERT ON stock_movement REFERENCING NEW TABLE AS moved
  FOR EACH STATEMENT EXECUTE FUNCTION queue_stock_pushes();
