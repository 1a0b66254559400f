-- AlterTable
ALTER TABLE "methods" ADD COLUMN "carrier_prices" BOOLEAN NOT NULL DEFAULT false;
