-- CreateTable
CREATE TABLE "text_stops" (
    "phone_hash" TEXT NOT NULL,
    "stopped_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "text_stops_pkey" PRIMARY KEY ("phone_hash")
);

-- Whose number it is that answers: by the profile, however it is written there, and by what we wrote to it.
CREATE INDEX "customers_phone_idx" ON "customers"
  ((regexp_replace(regexp_replace("phone", '[^0-9+]', '', 'g'), '^00', '+'))) WHERE "phone" IS NOT NULL;
CREATE INDEX "notifications_texts_idx" ON "notifications" ("recipient") WHERE "channel" = 'SMS';
