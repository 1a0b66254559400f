-- CreateTable
CREATE TABLE "provider_events" (
    "provider" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "deliveries" INTEGER NOT NULL DEFAULT 1,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "applied_at" TIMESTAMPTZ(3),
    "ignored" BOOLEAN NOT NULL DEFAULT false,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_error" TEXT,

    CONSTRAINT "provider_events_pkey" PRIMARY KEY ("provider","id")
);

-- CreateIndex
CREATE INDEX "provider_events_received" ON "provider_events"("received_at", "provider", "id");

-- Written by hand: what waits to be applied, and what can be forgotten.
CREATE INDEX provider_events_due ON provider_events (due_at) WHERE applied_at IS NULL;
CREATE INDEX provider_events_applied ON provider_events (applied_at) WHERE applied_at IS NOT NULL;
