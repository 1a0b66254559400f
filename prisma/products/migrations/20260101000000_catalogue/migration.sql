-- CreateEnum
CREATE TYPE "product_status" AS ENUM ('ACTIVE', 'DRAFT', 'ARCHIVED');

-- CreateTable
CREATE TABLE "product" (
    "id" TEXT NOT NULL,
    "handle" TEXT NOT NULL,
    "status" "product_status" NOT NULL,
    "title" TEXT NOT NULL,
    "description_html" TEXT NOT NULL DEFAULT '',
    "description" TEXT NOT NULL DEFAULT '',
    "vendor" TEXT NOT NULL DEFAULT '',
    "product_type" TEXT NOT NULL DEFAULT '',
    "tags" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "seo_title" TEXT,
    "seo_description" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "product_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "product_option" (
    "product_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "values" TEXT[],

    CONSTRAINT "product_option_pkey" PRIMARY KEY ("product_id","position")
);

-- CreateTable
CREATE TABLE "variant" (
    "id" TEXT NOT NULL,
    "product_id" TEXT NOT NULL,
    "sku" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "option_values" TEXT[],
    "barcode" TEXT,
    "image_id" TEXT,
    "tax_class" TEXT NOT NULL DEFAULT 'standard',
    "weight_grams" INTEGER NOT NULL DEFAULT 0,
    "requires_shipping" BOOLEAN NOT NULL DEFAULT true,
    "backorder" BOOLEAN NOT NULL DEFAULT false,
    "removed_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "variant_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "image" (
    "id" TEXT NOT NULL,
    "product_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "url" TEXT NOT NULL,
    "alt" TEXT NOT NULL DEFAULT '',
    "width" INTEGER,
    "height" INTEGER,

    CONSTRAINT "image_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "product_attribute" (
    "product_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "filterable" BOOLEAN NOT NULL DEFAULT true,

    CONSTRAINT "product_attribute_pkey" PRIMARY KEY ("product_id","position")
);

-- CreateTable
CREATE TABLE "product_translation" (
    "product_id" TEXT NOT NULL,
    "locale" TEXT NOT NULL,
    "title" TEXT,
    "description_html" TEXT,
    "description" TEXT,
    "seo_title" TEXT,
    "seo_description" TEXT,

    CONSTRAINT "product_translation_pkey" PRIMARY KEY ("product_id","locale")
);

-- CreateTable
CREATE TABLE "price_list" (
    "id" TEXT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "country" CHAR(2),

    CONSTRAINT "price_list_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "price" (
    "variant_id" TEXT NOT NULL,
    "price_list_id" TEXT NOT NULL,
    "minor" BIGINT NOT NULL,
    "compare_at_minor" BIGINT,

    CONSTRAINT "price_pkey" PRIMARY KEY ("variant_id","price_list_id")
);

-- CreateTable
CREATE TABLE "product_price_range" (
    "product_id" TEXT NOT NULL,
    "price_list_id" TEXT NOT NULL,
    "min_minor" BIGINT NOT NULL,
    "max_minor" BIGINT NOT NULL,

    CONSTRAINT "product_price_range_pkey" PRIMARY KEY ("product_id","price_list_id")
);

-- CreateTable
CREATE TABLE "product_index" (
    "product_id" TEXT NOT NULL,
    "document" tsvector NOT NULL,
    "facets" TEXT[],

    CONSTRAINT "product_index_pkey" PRIMARY KEY ("product_id")
);

-- CreateTable
CREATE TABLE "search_word" (
    "word" TEXT NOT NULL,

    CONSTRAINT "search_word_pkey" PRIMARY KEY ("word")
);

-- CreateTable
CREATE TABLE "collection" (
    "id" TEXT NOT NULL,
    "handle" TEXT NOT NULL,
    "parent_id" TEXT,
    "position" INTEGER NOT NULL DEFAULT 0,
    "title" TEXT NOT NULL,
    "description_html" TEXT NOT NULL DEFAULT '',
    "description" TEXT NOT NULL DEFAULT '',
    "seo_title" TEXT,
    "seo_description" TEXT,
    "image_url" TEXT,
    "image_alt" TEXT NOT NULL DEFAULT '',
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "collection_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "collection_translation" (
    "collection_id" TEXT NOT NULL,
    "locale" TEXT NOT NULL,
    "title" TEXT,
    "description_html" TEXT,
    "description" TEXT,
    "seo_title" TEXT,
    "seo_description" TEXT,

    CONSTRAINT "collection_translation_pkey" PRIMARY KEY ("collection_id","locale")
);

-- CreateTable
CREATE TABLE "collection_product" (
    "collection_id" TEXT NOT NULL,
    "product_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "collection_product_pkey" PRIMARY KEY ("collection_id","product_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "product_handle_key" ON "product"("handle");

-- CreateIndex
CREATE INDEX "product_status_id_idx" ON "product"("status", "id");

-- CreateIndex
CREATE UNIQUE INDEX "variant_sku_key" ON "variant"("sku");

-- CreateIndex
CREATE INDEX "variant_product_id_position_idx" ON "variant"("product_id", "position");

-- CreateIndex
CREATE INDEX "variant_image_id_idx" ON "variant"("image_id");

-- CreateIndex
CREATE UNIQUE INDEX "image_product_id_url_key" ON "image"("product_id", "url");

-- CreateIndex
CREATE INDEX "price_price_list_id_idx" ON "price"("price_list_id");

-- CreateIndex
CREATE INDEX "product_price_range_price_list_id_min_minor_product_id_idx" ON "product_price_range"("price_list_id", "min_minor", "product_id");

-- CreateIndex
CREATE INDEX "product_index_document_idx" ON "product_index" USING GIN ("document");

-- CreateIndex
CREATE INDEX "product_index_facets_idx" ON "product_index" USING GIN ("facets");

-- CreateIndex
CREATE UNIQUE INDEX "collection_handle_key" ON "collection"("handle");

-- CreateIndex
CREATE INDEX "collection_parent_id_position_id_idx" ON "collection"("parent_id", "position", "id");

-- CreateIndex
CREATE INDEX "collection_product_collection_id_position_product_id_idx" ON "collection_product"("collection_id", "position", "product_id");

-- CreateIndex
CREATE INDEX "collection_product_product_id_collection_id_idx" ON "collection_product"("product_id", "collection_id");

-- AddForeignKey
ALTER TABLE "product_option" ADD CONSTRAINT "product_option_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "product"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "variant" ADD CONSTRAINT "variant_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "product"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "variant" ADD CONSTRAINT "variant_image_id_fkey" FOREIGN KEY ("image_id") REFERENCES "image"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "image" ADD CONSTRAINT "image_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "product"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "product_attribute" ADD CONSTRAINT "product_attribute_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "product"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "product_translation" ADD CONSTRAINT "product_translation_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "product"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "price" ADD CONSTRAINT "price_variant_id_fkey" FOREIGN KEY ("variant_id") REFERENCES "variant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "price" ADD CONSTRAINT "price_price_list_id_fkey" FOREIGN KEY ("price_list_id") REFERENCES "price_list"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "product_price_range" ADD CONSTRAINT "product_price_range_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "product"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "product_price_range" ADD CONSTRAINT "product_price_range_price_list_id_fkey" FOREIGN KEY ("price_list_id") REFERENCES "price_list"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "product_index" ADD CONSTRAINT "product_index_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "product"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "collection" ADD CONSTRAINT "collection_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "collection"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "collection_translation" ADD CONSTRAINT "collection_translation_collection_id_fkey" FOREIGN KEY ("collection_id") REFERENCES "collection"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "collection_product" ADD CONSTRAINT "collection_product_collection_id_fkey" FOREIGN KEY ("collection_id") REFERENCES "collection"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "collection_product" ADD CONSTRAINT "collection_product_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "product"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma's language cannot say: constraints.

ALTER TABLE "product"
    ADD CONSTRAINT "product_id_check" CHECK ("id" LIKE 'Product:%'),
    ADD CONSTRAINT "product_handle_check" CHECK ("handle" ~ '^[^\sA-Z/?#%]{1,255}$'),
    ADD CONSTRAINT "product_title_check" CHECK ("title" <> ''),
    ADD CONSTRAINT "product_tags_check" CHECK ("tags" IS NOT NULL AND cardinality("tags") <= 100),
    ADD CONSTRAINT "product_version_check" CHECK ("version" > 0);

ALTER TABLE "product_option"
    ADD CONSTRAINT "product_option_position_check" CHECK ("position" BETWEEN 1 AND 5),
    ADD CONSTRAINT "product_option_values_check" CHECK ("values" IS NOT NULL),
    ADD CONSTRAINT "product_option_name_key" UNIQUE ("product_id", "name") DEFERRABLE INITIALLY IMMEDIATE;

-- Checked at the end of a statement, so that two variants can change places; removed variants keep no place.
ALTER TABLE "variant"
    ADD CONSTRAINT "variant_id_check" CHECK ("id" LIKE 'Variant:%'),
    ADD CONSTRAINT "variant_sku_check" CHECK (length("sku") BETWEEN 1 AND 100),
    ADD CONSTRAINT "variant_position_check" CHECK ("position" BETWEEN 1 AND 100),
    ADD CONSTRAINT "variant_option_values_check" CHECK ("option_values" IS NOT NULL AND cardinality("option_values") <= 5),
    ADD CONSTRAINT "variant_weight_grams_check" CHECK ("weight_grams" >= 0),
    ADD CONSTRAINT "variant_tax_class_check" CHECK ("tax_class" <> ''),
    ADD CONSTRAINT "variant_position_excl" EXCLUDE USING btree ("product_id" WITH =, "position" WITH =)
        WHERE ("removed_at" IS NULL) DEFERRABLE INITIALLY IMMEDIATE,
    ADD CONSTRAINT "variant_option_values_excl" EXCLUDE USING btree ("product_id" WITH =, "option_values" WITH =)
        WHERE ("removed_at" IS NULL) DEFERRABLE INITIALLY IMMEDIATE;

ALTER TABLE "image"
    ADD CONSTRAINT "image_id_check" CHECK ("id" LIKE 'Image:%'),
    ADD CONSTRAINT "image_position_check" CHECK ("position" BETWEEN 1 AND 100),
    ADD CONSTRAINT "image_size_check" CHECK ("width" > 0 AND "height" > 0),
    ADD CONSTRAINT "image_position_key" UNIQUE ("product_id", "position") DEFERRABLE INITIALLY IMMEDIATE;

ALTER TABLE "product_attribute"
    ADD CONSTRAINT "product_attribute_position_check" CHECK ("position" BETWEEN 1 AND 100);

ALTER TABLE "price_list"
    ADD CONSTRAINT "price_list_id_check" CHECK ("id" LIKE 'PriceList:%'),
    ADD CONSTRAINT "price_list_currency_check" CHECK ("currency" ~ '^[A-Z]{3}$'),
    ADD CONSTRAINT "price_list_country_check" CHECK ("country" ~ '^[A-Z]{2}$');

CREATE UNIQUE INDEX "price_list_currency_country_key" ON "price_list" ("currency", (coalesce("country", '')));

ALTER TABLE "price"
    ADD CONSTRAINT "price_minor_check" CHECK ("minor" >= 0),
    ADD CONSTRAINT "price_compare_at_minor_check" CHECK ("compare_at_minor" >= 0);

ALTER TABLE "collection"
    ADD CONSTRAINT "collection_id_check" CHECK ("id" LIKE 'Collection:%'),
    ADD CONSTRAINT "collection_handle_check" CHECK ("handle" ~ '^[^\sA-Z/?#%]{1,255}$'),
    ADD CONSTRAINT "collection_title_check" CHECK ("title" <> ''),
    ADD CONSTRAINT "collection_parent_check" CHECK ("parent_id" <> "id"),
    ADD CONSTRAINT "collection_version_check" CHECK ("version" > 0);

-- The order of the list by title.
CREATE INDEX "product_lower_title_id_idx" ON "product" (lower("title"), "id");

-- Nearest words first: `ORDER BY word <-> 'snekaers'` reads this index.
CREATE INDEX "search_word_word_idx" ON "search_word" USING gist ("word" extensions.gist_trgm_ops);

-- The collection tree: no circle, and at most 10 deep. The lock makes two moves at once see each other;
-- whoever changes memberships shares it, so that products are found under the collections that are above them.
CREATE FUNCTION check_collection_tree() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    above INT;
    below INT;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('collection tree'));
    WITH RECURSIVE up (id, parent_id, depth) AS (
        SELECT c.id, c.parent_id, 1 FROM collection c WHERE c.id = NEW.parent_id
        UNION ALL
        SELECT c.id, c.parent_id, up.depth + 1 FROM collection c JOIN up ON c.id = up.parent_id
        WHERE up.depth <= 10 AND up.id <> NEW.id
    )
    SELECT CASE WHEN bool_or(id = NEW.id) THEN 1000 ELSE coalesce(max(depth), 0) END INTO above FROM up;
    WITH RECURSIVE down (id, depth) AS (
        SELECT NEW.id, 1
        UNION ALL
        SELECT c.id, down.depth + 1 FROM collection c JOIN down ON c.parent_id = down.id WHERE down.depth <= 10
    )
    SELECT max(depth) INTO below FROM down;
    IF above + below > 10 THEN
        RAISE EXCEPTION 'the collection tree must have no circle and be at most 10 deep'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'collection_tree_check';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER "collection_tree_insert" AFTER INSERT ON "collection"
    FOR EACH ROW WHEN (NEW."parent_id" IS NOT NULL) EXECUTE FUNCTION check_collection_tree();
CREATE TRIGGER "collection_tree_update" AFTER UPDATE OF "parent_id" ON "collection"
    FOR EACH ROW WHEN (NEW."parent_id" IS DISTINCT FROM OLD."parent_id") EXECUTE FUNCTION check_collection_tree();

-- A country's first price opens its list: everything else costs there what it costs in general.
CREATE FUNCTION fill_price_list() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO product_price_range (product_id, price_list_id, min_minor, max_minor)
    SELECT r.product_id, NEW.id, r.min_minor, r.max_minor
    FROM product_price_range r JOIN price_list l ON l.id = r.price_list_id
    WHERE l.currency = NEW.currency AND l.country IS NULL;
    RETURN NULL;
END $$;

CREATE TRIGGER "price_list_fill" AFTER INSERT ON "price_list"
    FOR EACH ROW WHEN (NEW."country" IS NOT NULL) EXECUTE FUNCTION fill_price_list();

-- Small letters, no accents, ASCII punctuation as blanks: queries are cut into words the same way.
CREATE FUNCTION search_text(words TEXT) RETURNS TEXT LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT regexp_replace(lower(extensions.unaccent(coalesce(words, ''))), '[\x01-\x2f\x3a-\x60\x7b-\x7f]+', ' ', 'g')
$$;

-- Each word as it is, for what is typed so far and for names, and its English stem, for `shoe` to find shoes.
CREATE FUNCTION search_vector(words TEXT, weight "char") RETURNS tsvector LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT setweight(to_tsvector('simple', search_text(words)) || to_tsvector('english', search_text(words)), weight)
$$;

-- Renews everything that is derived from these products. Locks them first: of two writers, the later sees both changes.
CREATE FUNCTION refresh_product_index(ids TEXT[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM product WHERE id = ANY (ids) ORDER BY id FOR NO KEY UPDATE;

    WITH RECURSIVE
    variants AS (
        SELECT v.product_id, string_agg(concat_ws(' ', v.sku, v.barcode), ' ' ORDER BY v.position) AS words
        FROM variant v WHERE v.product_id = ANY (ids) AND v.removed_at IS NULL GROUP BY 1
    ),
    options AS (
        SELECT o.product_id, string_agg(array_to_string(o.values, ' '), ' ' ORDER BY o.position) AS words,
               array_agg(DISTINCT 'option' || chr(31) || o.name || chr(31) || value) AS facets
        FROM product_option o CROSS JOIN LATERAL unnest(o.values) AS value WHERE o.product_id = ANY (ids) GROUP BY 1
    ),
    attributes AS (
        SELECT a.product_id, string_agg(a.value, ' ' ORDER BY a.position) AS words,
               array_agg(DISTINCT 'attribute' || chr(31) || a.key || chr(31) || a.value) FILTER (WHERE a.filterable) AS facets
        FROM product_attribute a WHERE a.product_id = ANY (ids) GROUP BY 1
    ),
    translations AS (
        SELECT t.product_id, string_agg(t.title, ' ') AS titles, string_agg(t.description, ' ') AS descriptions
        FROM product_translation t WHERE t.product_id = ANY (ids) GROUP BY 1
    ),
    shelves (product_id, collection_id) AS (
        SELECT m.product_id, m.collection_id FROM collection_product m WHERE m.product_id = ANY (ids)
        UNION
        SELECT s.product_id, c.parent_id FROM shelves s JOIN collection c ON c.id = s.collection_id
        WHERE c.parent_id IS NOT NULL
    ),
    collections AS (
        SELECT product_id, array_agg('collection' || chr(31) || chr(31) || collection_id) AS facets
        FROM shelves GROUP BY 1
    ),
    renewed AS (
        SELECT p.id,
            search_vector(p.title, 'A')
                || search_vector(concat_ws(' ', t.titles, p.vendor, p.product_type, array_to_string(p.tags, ' ')), 'B')
                || search_vector(concat_ws(' ', v.words, o.words, a.words), 'C')
                || search_vector(left(concat_ws(' ', p.description, t.descriptions), 50000), 'D') AS document,
            ARRAY(SELECT 'tag' || chr(31) || chr(31) || tag FROM unnest(p.tags) AS tag)
                || CASE WHEN p.vendor <> '' THEN ARRAY['vendor' || chr(31) || chr(31) || p.vendor] END
                || CASE WHEN p.product_type <> '' THEN ARRAY['type' || chr(31) || chr(31) || p.product_type] END
                || coalesce(o.facets, '{}') || coalesce(a.facets, '{}') || coalesce(c.facets, '{}') AS facets
        FROM product p
        LEFT JOIN variants v ON v.product_id = p.id
        LEFT JOIN options o ON o.product_id = p.id
        LEFT JOIN attributes a ON a.product_id = p.id
        LEFT JOIN translations t ON t.product_id = p.id
        LEFT JOIN collections c ON c.product_id = p.id
        WHERE p.id = ANY (ids)
    )
    INSERT INTO product_index AS i (product_id, document, facets)
    SELECT id, document, facets FROM renewed
    ON CONFLICT (product_id) DO UPDATE SET document = excluded.document, facets = excluded.facets
    WHERE (i.document, i.facets) IS DISTINCT FROM (excluded.document, excluded.facets);

    -- Of products for sale alone: a correction must not tell what is still a draft. In order, against deadlocks.
    INSERT INTO search_word (word)
    SELECT DISTINCT word
    FROM product p
    LEFT JOIN product_option o ON o.product_id = p.id
    LEFT JOIN product_translation t ON t.product_id = p.id
    CROSS JOIN LATERAL unnest(tsvector_to_array(to_tsvector('simple', search_text(concat_ws(' ',
        p.title, t.title, p.vendor, p.product_type, array_to_string(p.tags, ' '), array_to_string(o.values, ' ')))))) AS word
    WHERE p.id = ANY (ids) AND p.status = 'ACTIVE' AND length(word) BETWEEN 3 AND 40 AND word !~ '^[0-9]+$'
    ORDER BY word
    ON CONFLICT DO NOTHING;

    WITH ranges AS (
        SELECT v.product_id, l.id AS price_list_id,
               min(coalesce(own.minor, general.minor)) AS min_minor, max(coalesce(own.minor, general.minor)) AS max_minor
        FROM variant v
        CROSS JOIN price_list l
        LEFT JOIN price own ON own.variant_id = v.id AND own.price_list_id = l.id
        LEFT JOIN price_list g ON g.currency = l.currency AND g.country IS NULL
        LEFT JOIN price general ON general.variant_id = v.id AND general.price_list_id = g.id
        WHERE v.product_id = ANY (ids) AND v.removed_at IS NULL AND coalesce(own.minor, general.minor) IS NOT NULL
        GROUP BY 1, 2
    ), gone AS (
        DELETE FROM product_price_range r WHERE r.product_id = ANY (ids)
            AND NOT EXISTS (SELECT FROM ranges n WHERE n.product_id = r.product_id AND n.price_list_id = r.price_list_id)
    )
    INSERT INTO product_price_range AS r (product_id, price_list_id, min_minor, max_minor)
    SELECT product_id, price_list_id, min_minor, max_minor FROM ranges
    ON CONFLICT (product_id, price_list_id) DO UPDATE SET min_minor = excluded.min_minor, max_minor = excluded.max_minor
    WHERE (r.min_minor, r.max_minor) IS DISTINCT FROM (excluded.min_minor, excluded.max_minor);
END $$;
