-- Each provider is compared by itself. What was compared until now was the sandbox.
ALTER TABLE "reconciliation_runs" ADD COLUMN "provider" TEXT NOT NULL DEFAULT 'sandbox';
ALTER TABLE "reconciliation_runs" ALTER COLUMN "provider" DROP DEFAULT;

-- DropIndex
DROP INDEX "reconciliation_runs_slot_key";

-- CreateIndex
CREATE UNIQUE INDEX "reconciliation_runs_slot_provider_key" ON "reconciliation_runs"("slot", "provider");
