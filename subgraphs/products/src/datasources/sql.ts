import { seesEverything, type Viewer } from '@cartograph/kernel/viewer';

/** Collects the values of a statement that is put together from parts. */
export interface Parameters {
  readonly values: unknown[];
  /** Gives the placeholder of a value. */
  add(value: unknown): string;
}

export function createParameters(): Parameters {
  const values: unknown[] = [];
  return { values, add: (value) => `$${values.push(value)}` };
}

/** The wall: what everybody but staff and services may see of products. */
export const visible = (viewer: Viewer, alias: string): string =>
  seesEverything(viewer) ? 'TRUE' : `${alias}.status = 'ACTIVE'`;

/** All columns of a product, named as in `domain/product.ts`. */
export const PRODUCT_COLUMNS = `p.id, p.handle, p.status, p.title, p.description_html AS "descriptionHtml", p.description,
  p.vendor, p.product_type AS "productType", p.tags, p.seo_title AS "seoTitle", p.seo_description AS "seoDescription",
  p.version, p.created_at AS "createdAt", p.updated_at AS "updatedAt"`;

/** The price list that counts in a market, as a value: the country's, otherwise the general one. */
export const priceListOf = (currency: string, country: string): string =>
  `(SELECT id FROM price_list WHERE currency = ${currency} AND (country IS NULL OR country = ${country})
    ORDER BY country NULLS LAST LIMIT 1)`;

/** Whether a variant `v` can be bought now. Written as it is in the stock store, for a whole catalogue at once. */
export const IS_AVAILABLE = `(v.backorder OR EXISTS (
  SELECT FROM stock_level l JOIN warehouse w ON w.id = l.warehouse_id
  WHERE l.variant_id = v.id AND w.active AND l.on_hand > l.held))`;

export const productAvailable = (productId: string): string => `EXISTS (
  SELECT FROM variant v WHERE v.product_id = ${productId} AND v.removed_at IS NULL AND ${IS_AVAILABLE})`;

/** Puts rows in the order of the keys that they were asked for; many rows per key. */
export function grouped<Row, T>(
  keys: readonly string[],
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  toValue: (row: Row) => T,
): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>(keys.map((key) => [key, []]));
  for (const row of rows) groups.get(keyOf(row))?.push(toValue(row));
  return keys.map((key) => groups.get(key) ?? []);
}
