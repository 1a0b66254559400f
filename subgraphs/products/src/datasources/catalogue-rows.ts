import { newId } from '@cartograph/runtime/ids';
import type pg from 'pg';
import type { CatalogueOutline, CatalogueProduct } from '../domain/catalogue-product.ts';
import type { CatalogueRows } from '../ports.ts';
import { takenSkus } from './product-rows.ts';

// A product whole, in one statement: for a page of an export and for what an import compares its file with.
const PRODUCTS = `
  SELECT p.id, p.handle, p.status, p.title, p.description_html AS "descriptionHtml", p.vendor,
    p.product_type AS "productType", p.tags, p.seo_title AS "seoTitle", p.seo_description AS "seoDescription",
    ARRAY(SELECT o.name FROM product_option o WHERE o.product_id = p.id ORDER BY o.position) AS options,
    coalesce(v.variants, '[]') AS variants,
    coalesce((
      SELECT jsonb_agg(jsonb_build_object('url', i.url, 'alt', i.alt, 'width', i.width, 'height', i.height) ORDER BY i.position)
      FROM image i WHERE i.product_id = p.id), '[]') AS images,
    coalesce((
      SELECT jsonb_agg(jsonb_build_object('key', a.key, 'value', a.value, 'filterable', a.filterable) ORDER BY a.position)
      FROM product_attribute a WHERE a.product_id = p.id), '[]') AS attributes,
    coalesce((
      SELECT jsonb_agg(jsonb_build_object('locale', t.locale, 'title', t.title, 'descriptionHtml', t.description_html,
        'seoTitle', t.seo_title, 'seoDescription', t.seo_description) ORDER BY t.locale)
      FROM product_translation t WHERE t.product_id = p.id), '[]') AS translations,
    ARRAY(SELECT c.handle FROM collection_product m JOIN collection c ON c.id = m.collection_id
      WHERE m.product_id = p.id ORDER BY c.handle) AS "collectionHandles"
  FROM product p
  LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object('id', v.id, 'sku', v.sku, 'optionValues', v.option_values, 'barcode', v.barcode,
      'imageUrl', i.url, 'taxClass', v.tax_class, 'weightGrams', v.weight_grams, 'requiresShipping', v.requires_shipping,
      'backorder', v.backorder,
      'prices', coalesce((
        SELECT jsonb_agg(jsonb_build_object('currency', l.currency, 'country', l.country, 'minor', c.minor,
          'compareAtMinor', c.compare_at_minor) ORDER BY l.currency, l.country NULLS FIRST)
        FROM price c JOIN price_list l ON l.id = c.price_list_id WHERE c.variant_id = v.id), '[]'),
      'stock', coalesce((
        SELECT jsonb_agg(jsonb_build_object('warehouseId', s.warehouse_id, 'onHand', s.on_hand, 'held', s.held))
        FROM stock_level s WHERE s.variant_id = v.id), '[]')) ORDER BY v.position) AS variants
    FROM variant v LEFT JOIN image i ON i.id = v.image_id
    WHERE v.product_id = p.id AND v.removed_at IS NULL
  ) v ON true`;

const PAGE = `${PRODUCTS} WHERE $1::text IS NULL OR p.handle > $1 ORDER BY p.handle LIMIT $2`;
const BY_HANDLE = `${PRODUCTS} WHERE p.handle = ANY ($1::text[])`;

const OUTLINE = `
  SELECT
    coalesce((SELECT jsonb_agg(jsonb_build_object('id', id, 'name', name) ORDER BY priority, id) FROM warehouse), '[]') AS warehouses,
    coalesce((SELECT jsonb_agg(jsonb_build_object('currency', currency, 'country', country) ORDER BY currency, country NULLS FIRST)
      FROM price_list l WHERE EXISTS (SELECT FROM price c WHERE c.price_list_id = l.id)), '[]') AS "priceLists",
    ARRAY(SELECT DISTINCT locale FROM product_translation ORDER BY 1) AS locales,
    coalesce((SELECT jsonb_agg(jsonb_build_object('key', key, 'filterable', filterable) ORDER BY key, filterable)
      FROM (SELECT DISTINCT key, filterable FROM product_attribute) a), '[]') AS attributes,
    coalesce((SELECT max(position) FROM product_option), 0) AS options,
    (SELECT count(*)::int FROM product) AS products`;

export const createCatalogueRows = (pool: pg.Pool): CatalogueRows => ({
  async page(after, limit) {
    return (await pool.query<CatalogueProduct>(PAGE, [after, limit])).rows;
  },
  async findByHandles(handles) {
    return (await pool.query<CatalogueProduct>(BY_HANDLE, [handles])).rows;
  },
  async outline() {
    return (await pool.query<CatalogueOutline>(OUTLINE)).rows[0] as CatalogueOutline;
  },
  async takenSkus(wanted) {
    const client = await pool.connect();
    try {
      return await takenSkus(client, wanted);
    } finally {
      client.release();
    }
  },
  async openCollections(collections) {
    await pool.query(
      `INSERT INTO collection (id, handle, title)
       SELECT id, handle, title FROM jsonb_to_recordset($1::jsonb) AS t (id text, handle text, title text)
       WHERE NOT EXISTS (SELECT FROM collection c WHERE c.handle = t.handle)
       ORDER BY handle ON CONFLICT (handle) DO NOTHING`,
      [JSON.stringify(collections.map((collection) => ({ id: newId('Collection'), ...collection })))],
    );
  },
});
