-- What was done at a provider by hand is adopted by staff: the entries of it say by whom.
ALTER TABLE "ledger_entries" ADD COLUMN "adopted_by" TEXT;
