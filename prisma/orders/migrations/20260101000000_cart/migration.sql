-- CreateEnum
CREATE TYPE "cart_status" AS ENUM ('ACTIVE', 'ABANDONED', 'MERGED', 'ORDERED');

-- CreateEnum
CREATE TYPE "discount_kind" AS ENUM ('PERCENTAGE', 'FIXED_AMOUNT', 'FREE_SHIPPING', 'BUY_X_GET_Y');

-- CreateTable
CREATE TABLE "market" (
    "currency" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "prices_include_tax" BOOLEAN NOT NULL,
    "home_country" TEXT NOT NULL,

    CONSTRAINT "market_pkey" PRIMARY KEY ("currency")
);

-- CreateTable
CREATE TABLE "market_country" (
    "country_code" TEXT NOT NULL,
    "currency" TEXT NOT NULL,

    CONSTRAINT "market_country_pkey" PRIMARY KEY ("country_code")
);

-- CreateTable
CREATE TABLE "tax_rate" (
    "id" TEXT NOT NULL,
    "country_code" TEXT NOT NULL,
    "region" TEXT NOT NULL DEFAULT '',
    "tax_class" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "rate_basis_points" INTEGER NOT NULL,

    CONSTRAINT "tax_rate_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "cart" (
    "id" TEXT NOT NULL,
    "buyer_id" TEXT NOT NULL,
    "status" "cart_status" NOT NULL DEFAULT 'ACTIVE',
    "currency" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "line_count" INTEGER NOT NULL DEFAULT 0,
    "codes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "country_code" TEXT,
    "postal_code" TEXT,
    "region" TEXT,
    "shipping_address" JSONB,
    "shipping_method_id" TEXT,
    "email" TEXT,
    "note" TEXT,
    "merged_into" TEXT,
    "order_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "cart_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "cart_line" (
    "id" TEXT NOT NULL,
    "cart_id" TEXT NOT NULL,
    "variant_id" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "added_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "cart_line_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "cart_change" (
    "buyer_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "cart_id" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "cart_change_pkey" PRIMARY KEY ("buyer_id","key")
);

-- CreateTable
CREATE TABLE "discount" (
    "id" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "kind" "discount_kind" NOT NULL,
    "automatic" BOOLEAN NOT NULL,
    "percent_basis_points" INTEGER,
    "amount_minor" BIGINT,
    "currency" TEXT,
    "buy_quantity" INTEGER,
    "get_quantity" INTEGER,
    "minimum_subtotal_minor" BIGINT,
    "minimum_quantity" INTEGER,
    "product_ids" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "collection_ids" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "customer_groups" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "usage_limit" INTEGER,
    "usage_limit_per_buyer" INTEGER,
    "limited_uses" INTEGER NOT NULL DEFAULT 0,
    "combinable" BOOLEAN NOT NULL DEFAULT false,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "discount_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "discount_code" (
    "code" TEXT NOT NULL,
    "discount_id" TEXT NOT NULL,

    CONSTRAINT "discount_code_pkey" PRIMARY KEY ("code")
);

-- CreateTable
CREATE TABLE "discount_redemption" (
    "order_id" TEXT NOT NULL,
    "discount_id" TEXT NOT NULL,
    "buyer_id" TEXT NOT NULL,
    "code" TEXT,
    "amount_minor" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "redeemed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "discount_redemption_pkey" PRIMARY KEY ("order_id","discount_id")
);

-- CreateIndex
CREATE INDEX "market_country_currency_idx" ON "market_country"("currency");

-- CreateIndex
CREATE UNIQUE INDEX "tax_rate_country_code_region_tax_class_title_key" ON "tax_rate"("country_code", "region", "tax_class", "title");

-- CreateIndex
CREATE UNIQUE INDEX "cart_order_id_key" ON "cart"("order_id");

-- CreateIndex
CREATE INDEX "cart_buyer_id_updated_at_idx" ON "cart"("buyer_id", "updated_at" DESC);

-- CreateIndex
CREATE INDEX "cart_status_updated_at_idx" ON "cart"("status", "updated_at");

-- CreateIndex
CREATE UNIQUE INDEX "cart_line_cart_id_variant_id_key" ON "cart_line"("cart_id", "variant_id");

-- CreateIndex
CREATE INDEX "cart_change_cart_id_idx" ON "cart_change"("cart_id");

-- CreateIndex
CREATE INDEX "cart_change_created_at_idx" ON "cart_change"("created_at");

-- CreateIndex
CREATE INDEX "discount_code_discount_id_idx" ON "discount_code"("discount_id");

-- CreateIndex
CREATE INDEX "discount_redemption_discount_id_buyer_id_idx" ON "discount_redemption"("discount_id", "buyer_id");

-- AddForeignKey
ALTER TABLE "market_country" ADD CONSTRAINT "market_country_currency_fkey" FOREIGN KEY ("currency") REFERENCES "market"("currency") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cart" ADD CONSTRAINT "cart_currency_fkey" FOREIGN KEY ("currency") REFERENCES "market"("currency") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cart_line" ADD CONSTRAINT "cart_line_cart_id_fkey" FOREIGN KEY ("cart_id") REFERENCES "cart"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cart_change" ADD CONSTRAINT "cart_change_cart_id_fkey" FOREIGN KEY ("cart_id") REFERENCES "cart"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "discount_code" ADD CONSTRAINT "discount_code_discount_id_fkey" FOREIGN KEY ("discount_id") REFERENCES "discount"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "discount_redemption" ADD CONSTRAINT "discount_redemption_discount_id_fkey" FOREIGN KEY ("discount_id") REFERENCES "discount"("id") ON DELETE RESTRICT ON UPDATE CASCADE;



-- Written by hand: what the database can hold on its own.

ALTER TABLE market
  ADD CONSTRAINT market_currency_form CHECK (currency ~ '^[A-Z]{3}$'),
  ADD CONSTRAINT market_home_country_form CHECK (home_country ~ '^[A-Z]{2}$');
ALTER TABLE market_country ADD CONSTRAINT market_country_form CHECK (country_code ~ '^[A-Z]{2}$');
ALTER TABLE tax_rate
  ADD CONSTRAINT tax_rate_country_form CHECK (country_code ~ '^[A-Z]{2}$'),
  ADD CONSTRAINT tax_rate_class_form CHECK (tax_class = lower(tax_class)),
  ADD CONSTRAINT tax_rate_range CHECK (rate_basis_points BETWEEN 0 AND 10000);

ALTER TABLE cart
  ADD CONSTRAINT cart_line_count CHECK (line_count BETWEEN 0 AND 100),
  ADD CONSTRAINT cart_code_count CHECK (codes IS NOT NULL AND cardinality(codes) <= 10),
  ADD CONSTRAINT cart_version CHECK (version > 0),
  ADD CONSTRAINT cart_address_has_country CHECK (shipping_address IS NULL OR country_code IS NOT NULL),
  ADD CONSTRAINT cart_order CHECK ((status = 'ORDERED') = (order_id IS NOT NULL)),
  ADD CONSTRAINT cart_merged CHECK ((status = 'MERGED') = (merged_into IS NOT NULL));
ALTER TABLE cart_line ADD CONSTRAINT cart_line_quantity CHECK (quantity BETWEEN 1 AND 9999);

-- Every statement that changes lines locks the cart's row too, so the count is taken while nobody else can change it.
CREATE FUNCTION count_cart_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE cart SET line_count = (SELECT count(*) FROM cart_line WHERE cart_id = cart.id)
  WHERE id IN (SELECT DISTINCT cart_id FROM changed);
  RETURN NULL;
END $$;
CREATE TRIGGER cart_line_added AFTER INSERT ON cart_line
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_cart_lines();
CREATE TRIGGER cart_line_removed AFTER DELETE ON cart_line
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_cart_lines();

ALTER TABLE discount
  ADD CONSTRAINT discount_value CHECK (CASE kind
    WHEN 'PERCENTAGE' THEN percent_basis_points IS NOT NULL AND amount_minor IS NULL
    WHEN 'FIXED_AMOUNT' THEN amount_minor IS NOT NULL AND currency IS NOT NULL AND percent_basis_points IS NULL
    WHEN 'FREE_SHIPPING' THEN amount_minor IS NULL AND percent_basis_points IS NULL
    WHEN 'BUY_X_GET_Y' THEN percent_basis_points IS NOT NULL AND amount_minor IS NULL END),
  ADD CONSTRAINT discount_set CHECK ((kind = 'BUY_X_GET_Y') = (buy_quantity IS NOT NULL)
    AND (kind = 'BUY_X_GET_Y') = (get_quantity IS NOT NULL)),
  ADD CONSTRAINT discount_percent CHECK (percent_basis_points BETWEEN 1 AND 10000),
  ADD CONSTRAINT discount_amount CHECK (amount_minor > 0),
  ADD CONSTRAINT discount_quantities CHECK (buy_quantity > 0 AND get_quantity > 0),
  ADD CONSTRAINT discount_minimum CHECK (minimum_subtotal_minor > 0 AND minimum_quantity > 0),
  ADD CONSTRAINT discount_minimum_currency CHECK (minimum_subtotal_minor IS NULL OR currency IS NOT NULL),
  ADD CONSTRAINT discount_limits CHECK (usage_limit > 0 AND usage_limit_per_buyer > 0),
  ADD CONSTRAINT discount_period CHECK (ends_at >= starts_at),
  ADD CONSTRAINT discount_usage_limit CHECK (limited_uses BETWEEN 0 AND usage_limit),
  ADD CONSTRAINT discount_targets CHECK (cardinality(product_ids) <= 100 AND cardinality(collection_ids) <= 100
    AND cardinality(customer_groups) <= 100);
CREATE INDEX discount_automatic ON discount (starts_at) WHERE automatic;
ALTER TABLE discount_code ADD CONSTRAINT discount_code_form CHECK (code ~ '^[A-Z0-9-]{3,32}$');
ALTER TABLE discount_redemption ADD CONSTRAINT discount_redemption_amount CHECK (amount_minor >= 0);

-- Two orders at once cannot share the last use: whoever comes second fails with 23514 and the limit's name
-- (discount_usage_limit or discount_usage_limit_per_buyer). Discounts without limits take no lock.
CREATE FUNCTION use_discount() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  per_buyer INTEGER;
BEGIN
  SELECT usage_limit_per_buyer INTO per_buyer FROM discount WHERE id = NEW.discount_id;
  IF per_buyer IS NOT NULL THEN
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.discount_id || NEW.buyer_id, 0));
    IF (SELECT count(*) FROM discount_redemption
        WHERE discount_id = NEW.discount_id AND buyer_id = NEW.buyer_id) > per_buyer THEN
      RAISE EXCEPTION 'this buyer has used the discount as often as one buyer may'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'discount_usage_limit_per_buyer';
    END IF;
  END IF;
  UPDATE discount SET limited_uses = limited_uses + 1 WHERE id = NEW.discount_id AND usage_limit IS NOT NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER discount_redeemed AFTER INSERT ON discount_redemption
  FOR EACH ROW EXECUTE FUNCTION use_discount();

CREATE FUNCTION give_discount_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE discount SET limited_uses = limited_uses - 1 WHERE id = OLD.discount_id AND usage_limit IS NOT NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER discount_given_back AFTER DELETE ON discount_redemption
  FOR EACH ROW EXECUTE FUNCTION give_discount_back();
