-- AlterTable
ALTER TABLE "provider_events" DROP CONSTRAINT "provider_events_pkey",
ADD COLUMN     "attempts" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN     "ignored" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "last_error" TEXT,
ALTER COLUMN "reference" DROP NOT NULL,
ALTER COLUMN "version" DROP NOT NULL,
ADD CONSTRAINT "provider_events_pkey" PRIMARY KEY ("provider", "id");

-- CreateIndex
CREATE INDEX "provider_events_received" ON "provider_events"("received_at", "provider", "id");

-- Written by hand: what waits to be applied goes by when it is due.
DROP INDEX provider_events_unapplied;
CREATE INDEX provider_events_due ON provider_events (due_at) WHERE applied_at IS NULL;
