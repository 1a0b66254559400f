-- Until when a message is its sender's, by the database's clock: whose own clock is ahead would take what another is sending.
-- AlterTable
ALTER TABLE "notifications" ADD COLUMN     "leased_until" TIMESTAMPTZ(3);
