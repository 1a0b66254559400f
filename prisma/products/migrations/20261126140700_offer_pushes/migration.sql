-- CreateEnum
CREATE TYPE "offer_refusal_kind" AS ENUM ('UNKNOWN_SKU', 'REFUSED');

-- CreateTable
CREATE TABLE "sales_channel" (
    "name" TEXT NOT NULL,
    "terms" JSONB NOT NULL,

    CONSTRAINT "sales_channel_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "offer_change" (
    "position" BIGSERIAL NOT NULL,
    "variant_id" TEXT,

    CONSTRAINT "offer_change_pkey" PRIMARY KEY ("position")
);

-- CreateTable
CREATE TABLE "offer_push" (
    "channel" TEXT NOT NULL,
    "variant_id" TEXT NOT NULL,
    "version" BIGINT NOT NULL DEFAULT 1,
    "pushed_version" BIGINT NOT NULL DEFAULT 0,
    "shown" JSONB,
    "sent" JSONB,
    "sent_version" BIGINT NOT NULL DEFAULT 0,
    "unsure_before" BIGINT NOT NULL DEFAULT 0,
    "submission_id" BIGINT,
    "refusal" "offer_refusal_kind",
    "reason" TEXT,
    "refused_at" TIMESTAMPTZ(3),
    "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "leased_until" TIMESTAMPTZ(3) NOT NULL DEFAULT '-infinity',
    "claims" BIGINT NOT NULL DEFAULT 0,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,

    CONSTRAINT "offer_push_pkey" PRIMARY KEY ("channel","variant_id")
);

-- CreateTable
CREATE TABLE "offer_submission" (
    "id" BIGSERIAL NOT NULL,
    "channel" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "leased_until" TIMESTAMPTZ(3) NOT NULL DEFAULT '-infinity',
    "claims" BIGINT NOT NULL DEFAULT 0,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,

    CONSTRAINT "offer_submission_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "offer_push_channel_due_at_idx" ON "offer_push"("channel", "due_at");

-- CreateIndex
CREATE INDEX "offer_push_submission_id_idx" ON "offer_push"("submission_id");

-- CreateIndex
CREATE INDEX "offer_submission_channel_due_at_idx" ON "offer_submission"("channel", "due_at");

-- Written by hand: what changes an offer is noted for the routers already, in the transaction that changes it: stock,
-- prices, what is for sale. With a channel on, it is noted for the channels, too; without one this is a look into an empty
-- table. Rows are only added here, so that a buyer waits for nobody; whoever pushes makes one row of many changes.
CREATE FUNCTION note_offers() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM sales_channel) THEN
    INSERT INTO offer_change (variant_id) SELECT DISTINCT id FROM noted WHERE typename = 'Variant';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER change_offers AFTER INSERT ON change REFERENCING NEW TABLE AS noted
  FOR EACH STATEMENT EXECUTE FUNCTION note_offers();
