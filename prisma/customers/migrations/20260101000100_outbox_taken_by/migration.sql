-- AlterTable
ALTER TABLE "outbox" ADD COLUMN     "taken_by" TEXT;
