-- AlterTable
ALTER TABLE "outbox" ADD COLUMN     "taken_by" TEXT;

-- AlterTable
ALTER TABLE "saga" ADD COLUMN     "failing_step" TEXT,
ADD COLUMN     "failing_since" TIMESTAMPTZ(6),
ADD COLUMN     "next_attempt_at" TIMESTAMPTZ(6);
