-- What a provider has told of a payment is read again, for providers that cannot be asked.
-- CreateIndex
CREATE INDEX "provider_events_reference_provider_idx" ON "provider_events"("reference", "provider");
