import { newId } from '@cartograph/runtime/ids';
import type pg from 'pg';
import { plainText } from '../domain/plain-text.ts';
import { optionsOf, type ProductDraft } from '../domain/product-draft.ts';
import { variantTitle } from '../domain/variant.ts';
import { writePrices } from './price-store.ts';

/** A product's row is written; these are the lists to write for it. A list that is not there stays as it is. */
export interface ProductLists
  extends Partial<
    Pick<ProductDraft, 'options' | 'variants' | 'images' | 'attributes' | 'translations' | 'collectionHandles'>
  > {
  readonly id: string;
}

/** Of SKUs, those that belong to another product than the one they are wanted for. */
export async function takenSkus(
  client: pg.PoolClient,
  wanted: readonly { readonly sku: string; readonly handle: string }[],
): Promise<readonly { readonly sku: string; readonly handle: string; readonly takenBy: string }[]> {
  const { rows } = await client.query(
    `SELECT w.sku, w.handle, p.handle AS "takenBy"
     FROM jsonb_to_recordset($1::jsonb) AS w (sku text, handle text)
     JOIN variant v ON v.sku = w.sku AND v.removed_at IS NULL
     JOIN product p ON p.id = v.product_id AND p.handle <> w.handle`,
    [JSON.stringify(wanted)],
  );
  return rows;
}

/**
 * Writes what belongs to products, of any number of them, in a fixed number of statements, and renews the index. Under the
 * locks of the products, and of the tree when collections are named.
 * Gives the variants' ids; a SKU that another product took in the meantime is missing.
 */
export async function writeProductLists(
  client: pg.PoolClient,
  products: readonly ProductLists[],
): Promise<readonly { readonly id: string; readonly sku: string; readonly productId: string }[]> {
  await writeImages(client, products);
  await writeOptions(client, products);
  const variants = await writeVariants(client, products);
  await writeAttributes(client, products);
  await writeTranslations(client, products);
  await joinCollections(client, products);
  await client.query('SELECT refresh_product_index($1)', [products.map(({ id }) => id)]);
  return variants;
}

/** A list of each product as rows for `jsonb_to_recordset`, with the product's id and the place from 1. */
function rowsOf<T extends object>(
  products: readonly ProductLists[],
  list: (product: ProductLists) => readonly T[] | undefined,
): { readonly ids: readonly string[]; readonly rows: string } {
  const given = products.filter((product) => list(product) !== undefined);
  const rows = given.flatMap((product) =>
    (list(product) ?? []).map((item, index) => ({ ...item, product_id: product.id, position: index + 1 })),
  );
  return { ids: given.map(({ id }) => id), rows: JSON.stringify(rows) };
}

async function writeImages(client: pg.PoolClient, products: readonly ProductLists[]): Promise<void> {
  const { ids, rows } = rowsOf(products, ({ images }) => images?.map((image) => ({ id: newId('Image'), ...image })));
  if (ids.length === 0) return;
  // A picture keeps its id as long as it keeps its address.
  await client.query(
    `WITH input AS (
       SELECT * FROM jsonb_to_recordset($2::jsonb)
         AS t (id text, product_id text, position int, url text, alt text, width int, height int)
     ), gone AS (
       DELETE FROM image i WHERE i.product_id = ANY ($1::text[])
         AND NOT EXISTS (SELECT FROM input n WHERE n.product_id = i.product_id AND n.url = i.url)
     )
     INSERT INTO image AS i (id, product_id, position, url, alt, width, height)
     SELECT id, product_id, position, url, alt, width, height FROM input
     ON CONFLICT (product_id, url) DO UPDATE SET position = excluded.position, alt = excluded.alt,
       width = excluded.width, height = excluded.height
     WHERE (i.position, i.alt, i.width, i.height) IS DISTINCT FROM
       (excluded.position, excluded.alt, excluded.width, excluded.height)`,
    [ids, rows],
  );
}

async function writeOptions(client: pg.PoolClient, products: readonly ProductLists[]): Promise<void> {
  const { ids, rows } = rowsOf(products, ({ options, variants }) =>
    options && variants ? optionsOf(options, variants) : undefined,
  );
  if (ids.length === 0) return;
  await client.query(
    `WITH input AS (
       SELECT * FROM jsonb_to_recordset($2::jsonb) AS t (product_id text, position int, name text, "values" text[])
     ), gone AS (
       DELETE FROM product_option o WHERE o.product_id = ANY ($1::text[])
         AND NOT EXISTS (SELECT FROM input n WHERE n.product_id = o.product_id AND n.position = o.position)
     )
     INSERT INTO product_option AS o (product_id, position, name, "values")
     SELECT product_id, position, name, "values" FROM input
     ON CONFLICT (product_id, position) DO UPDATE SET name = excluded.name, "values" = excluded."values"
     WHERE (o.name, o."values") IS DISTINCT FROM (excluded.name, excluded."values")`,
    [ids, rows],
  );
}

async function writeVariants(client: pg.PoolClient, products: readonly ProductLists[]) {
  const { ids, rows } = rowsOf(products, ({ variants }) =>
    variants?.map(({ prices: _prices, ...variant }) => ({
      ...variant,
      id: newId('Variant'),
      title: variantTitle(variant.optionValues),
    })),
  );
  if (ids.length === 0) return [];
  // One that is not named is removed; one whose SKU comes back is the old one, so that its stock is still its own.
  const { rows: written } = await client.query<{ id: string; sku: string; productId: string }>(
    `WITH input AS (
       SELECT t.*, i.id AS image_id FROM jsonb_to_recordset($2::jsonb)
         AS t (id text, product_id text, position int, sku text, title text, "optionValues" text[], barcode text,
           "imageUrl" text, "taxClass" text, "weightGrams" int, "requiresShipping" boolean, backorder boolean)
       LEFT JOIN image i ON i.product_id = t.product_id AND i.url = t."imageUrl"
     ), gone AS (
       UPDATE variant v SET removed_at = now() WHERE v.product_id = ANY ($1::text[]) AND v.removed_at IS NULL
         AND NOT EXISTS (SELECT FROM input n WHERE n.sku = v.sku)
     )
     INSERT INTO variant AS v (id, product_id, position, sku, title, option_values, barcode, image_id, tax_class,
       weight_grams, requires_shipping, backorder)
     SELECT id, product_id, position, sku, title, "optionValues", barcode, image_id, "taxClass", "weightGrams",
       "requiresShipping", backorder
     FROM input ORDER BY sku
     ON CONFLICT (sku) DO UPDATE SET product_id = excluded.product_id, position = excluded.position,
       title = excluded.title, option_values = excluded.option_values, barcode = excluded.barcode,
       image_id = excluded.image_id, tax_class = excluded.tax_class, weight_grams = excluded.weight_grams,
       requires_shipping = excluded.requires_shipping, backorder = excluded.backorder, removed_at = NULL
     WHERE v.product_id = excluded.product_id OR v.removed_at IS NOT NULL
     RETURNING id, sku, product_id AS "productId"`,
    [ids, rows],
  );
  const idOf = new Map(written.map(({ sku, id }) => [sku, id]));
  const prices = products.flatMap(({ variants = [] }) =>
    variants.flatMap((variant) => {
      const variantId = idOf.get(variant.sku);
      return variantId ? variant.prices.map((price) => ({ variantId, ...price })) : [];
    }),
  );
  await writePrices(client, prices);
  return written;
}

async function writeAttributes(client: pg.PoolClient, products: readonly ProductLists[]): Promise<void> {
  const { ids, rows } = rowsOf(products, ({ attributes }) => attributes);
  if (ids.length === 0) return;
  await client.query(
    `WITH input AS (
       SELECT * FROM jsonb_to_recordset($2::jsonb)
         AS t (product_id text, position int, key text, value text, filterable boolean)
     ), gone AS (
       DELETE FROM product_attribute a WHERE a.product_id = ANY ($1::text[])
         AND NOT EXISTS (SELECT FROM input n WHERE n.product_id = a.product_id AND n.position = a.position)
     )
     INSERT INTO product_attribute AS a (product_id, position, key, value, filterable)
     SELECT product_id, position, key, value, filterable FROM input
     ON CONFLICT (product_id, position) DO UPDATE
       SET key = excluded.key, value = excluded.value, filterable = excluded.filterable
     WHERE (a.key, a.value, a.filterable) IS DISTINCT FROM (excluded.key, excluded.value, excluded.filterable)`,
    [ids, rows],
  );
}

async function writeTranslations(client: pg.PoolClient, products: readonly ProductLists[]): Promise<void> {
  const { ids, rows } = rowsOf(products, ({ translations }) =>
    translations?.map((words) => ({
      ...words,
      description: words.descriptionHtml === null ? null : plainText(words.descriptionHtml),
    })),
  );
  if (ids.length === 0) return;
  await client.query(
    `WITH input AS (
       SELECT * FROM jsonb_to_recordset($2::jsonb) AS t (product_id text, locale text, title text,
         "descriptionHtml" text, description text, "seoTitle" text, "seoDescription" text)
     ), gone AS (
       DELETE FROM product_translation t WHERE t.product_id = ANY ($1::text[])
         AND NOT EXISTS (SELECT FROM input n WHERE n.product_id = t.product_id AND n.locale = t.locale)
     )
     INSERT INTO product_translation (product_id, locale, title, description_html, description, seo_title, seo_description)
     SELECT product_id, locale, title, "descriptionHtml", description, "seoTitle", "seoDescription" FROM input
     ON CONFLICT (product_id, locale) DO UPDATE SET title = excluded.title, description_html = excluded.description_html,
       description = excluded.description, seo_title = excluded.seo_title, seo_description = excluded.seo_description`,
    [ids, rows],
  );
}

async function joinCollections(client: pg.PoolClient, products: readonly ProductLists[]): Promise<void> {
  const { ids, rows } = rowsOf(products, ({ collectionHandles }) => collectionHandles?.map((handle) => ({ handle })));
  if (ids.length === 0 || rows === '[]') return;
  await client.query(
    `INSERT INTO collection_product (collection_id, product_id)
     SELECT c.id, t.product_id FROM jsonb_to_recordset($1::jsonb) AS t (product_id text, handle text)
     JOIN collection c ON c.handle = t.handle ORDER BY 1, 2
     ON CONFLICT DO NOTHING`,
    [rows],
  );
}
