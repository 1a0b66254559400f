-- CreateTable
CREATE TABLE "label_purchases" (
    "carrier" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL,
    "leased_until" TIMESTAMPTZ(3) NOT NULL,
    "note" JSONB,

    CONSTRAINT "label_purchases_pkey" PRIMARY KEY ("carrier","key")
);
