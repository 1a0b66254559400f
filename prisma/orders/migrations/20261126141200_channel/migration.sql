-- Orders that sales channels have sold for us.

-- AlterTable
ALTER TABLE "orders" ADD COLUMN "channel" TEXT,
ADD COLUMN "external_id" TEXT,
ADD COLUMN "channel_lines" JSONB;

-- CreateTable
CREATE TABLE "channel_look" (
    "channel" TEXT NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,
    "number" BIGINT NOT NULL DEFAULT 1,
    "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "leased_until" TIMESTAMPTZ(3) NOT NULL,
    "page" TEXT,
    "page_until" TIMESTAMPTZ(3),
    "last_error" TEXT,

    CONSTRAINT "channel_look_pkey" PRIMARY KEY ("channel")
);

-- CreateTable
CREATE TABLE "channel_order" (
    "position" BIGSERIAL NOT NULL,
    "channel" TEXT NOT NULL,
    "external_id" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "buyer_id" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'RECEIVED',
    "problem" TEXT,
    "message" TEXT,
    "picture" JSONB NOT NULL,
    "digest" TEXT NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "due_at" TIMESTAMPTZ(3) DEFAULT CURRENT_TIMESTAMP,
    "leased_until" TIMESTAMPTZ(3),
    "claim" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "channel_order_pkey" PRIMARY KEY ("channel","external_id")
);

-- CreateTable
CREATE TABLE "channel_message" (
    "position" BIGSERIAL NOT NULL,
    "id" TEXT NOT NULL,
    "channel" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "external_id" TEXT NOT NULL,
    "news" JSONB NOT NULL,
    "sending" BOOLEAN NOT NULL DEFAULT false,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "due_at" TIMESTAMPTZ(3) DEFAULT CURRENT_TIMESTAMP,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_error" TEXT,
    "told_at" TIMESTAMPTZ(3),

    CONSTRAINT "channel_message_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "channel_batch" (
    "channel" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "claim" BIGINT NOT NULL DEFAULT 1,
    "tried_at" TIMESTAMPTZ(3),
    "receipt" TEXT,
    "receipts" TEXT[],
    "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "leased_until" TIMESTAMPTZ(3),

    CONSTRAINT "channel_batch_pkey" PRIMARY KEY ("channel","kind")
);

-- CreateIndex
CREATE UNIQUE INDEX "channel_order_position_key" ON "channel_order"("position");

-- CreateIndex
CREATE UNIQUE INDEX "channel_order_order_id_key" ON "channel_order"("order_id");

-- CreateIndex
CREATE INDEX "channel_order_due" ON "channel_order"("due_at");

-- CreateIndex
CREATE UNIQUE INDEX "channel_message_position_key" ON "channel_message"("position");

-- CreateIndex
CREATE INDEX "channel_message_order_id_idx" ON "channel_message"("order_id");



-- What Prisma's language cannot say.

ALTER TABLE orders
  ADD CONSTRAINT orders_channel CHECK (num_nulls(channel, external_id, channel_lines) IN (0, 3)),
  -- Whoever placed it there has no account here.
  ADD CONSTRAINT orders_channel_buyer CHECK (channel IS NULL OR (buyer_id LIKE 'Guest:%' AND email = ''));

-- What a channel has sold once is sold once here.
CREATE UNIQUE INDEX orders_channel_once ON orders (channel, external_id) WHERE status <> 'REFUSED';

ALTER TABLE channel_order
  ADD CONSTRAINT channel_order_status CHECK (status IN ('RECEIVED', 'WAITING', 'STUCK', 'PLACED', 'REFUSED', 'CANCELLED',
    'LEFT_ALONE')),
  ADD CONSTRAINT channel_order_problem CHECK ((problem IS NULL) = (message IS NULL)),
  -- Where it goes is kept here until it is in the order, and no longer.
  ADD CONSTRAINT channel_order_address CHECK (status IN ('RECEIVED', 'WAITING', 'STUCK') OR picture->'address' = 'null');

ALTER TABLE channel_message
  ADD CONSTRAINT channel_message_kind CHECK (kind IN ('ACKNOWLEDGED', 'SHIPPED', 'CANCELLED', 'REFUNDED'));
-- A channel without keys is asked what became of a batch whose answer was lost: only of one at a time can it tell.
CREATE UNIQUE INDEX channel_batch_unanswered ON channel_batch (channel) WHERE tried_at IS NOT NULL AND receipt IS NULL;
CREATE INDEX channel_message_open ON channel_message (channel, kind, position) WHERE told_at IS NULL;
