import { money } from '@cartograph/kernel/money';
import { toPage } from '@cartograph/kernel/page';
import { anyOf } from '@cartograph/runtime/database/keys';
import type pg from 'pg';
import type { Market } from '../domain/price.ts';
import type { Image, Product } from '../domain/product.ts';
import type { CheckoutVariant, Variant } from '../domain/variant.ts';
import type { VariantStore } from '../ports.ts';
import { grouped, PRODUCT_COLUMNS, visible } from './sql.ts';

// Variants are read by the thousand, for product lists and for the lines of orders: plain statements over arrays.

const COLUMNS = `v.id, v.product_id AS "productId", v.sku, v.title, v.position, v.option_values AS "optionValues",
  ARRAY(SELECT o.name FROM product_option o WHERE o.product_id = v.product_id ORDER BY o.position) AS "optionNames",
  v.barcode, v.tax_class AS "taxClass", v.weight_grams AS "weightGrams", v.requires_shipping AS "requiresShipping",
  v.backorder`;

const PAGES = `
  SELECT k.place::int, v.*
  FROM unnest($1::text[], $2::bigint[], $3::int[]) WITH ORDINALITY AS k (product_id, after, size, place)
  CROSS JOIN LATERAL (
    SELECT ${COLUMNS} FROM variant v
    WHERE v.product_id = k.product_id AND v.removed_at IS NULL AND v.position > k.after
    ORDER BY v.position LIMIT k.size
  ) v ORDER BY k.place, v.position`;

const IMAGES = `
  SELECT v.id AS "variantId", i.id, i.url, i.alt, i.position, i.width, i.height
  FROM variant v
  JOIN image i ON i.id = coalesce(v.image_id, (SELECT f.id FROM image f WHERE f.product_id = v.product_id AND f.position = 1))
  WHERE v.id = ${anyOf(1)}`;

// Everything a checkout asks, in one round trip: it stands before the buyer's answer.
const checkoutBy = (column: 'id' | 'sku'): string => `
  SELECT v.id, v.product_id AS "productId", v.sku, p.title AS "productTitle", v.title, image.url AS "imageUrl",
    price.minor, price.compare_at_minor AS "compareAtMinor", v.tax_class AS "taxClass", v.weight_grams AS "weightGrams",
    v.requires_shipping AS "requiresShipping", v.backorder, stock.available AS "availableQuantity", p.status,
    ARRAY(SELECT split_part(facet, chr(31), 3) FROM unnest(i.facets) AS facet
      WHERE starts_with(facet, 'collection' || chr(31)) ORDER BY 1) AS "collectionIds"
  FROM variant v
  JOIN product p ON p.id = v.product_id
  LEFT JOIN product_index i ON i.product_id = p.id
  LEFT JOIN LATERAL (
    SELECT m.url FROM image m WHERE m.product_id = p.id AND (m.id = v.image_id OR m.position = 1)
    ORDER BY m.id = v.image_id DESC NULLS LAST LIMIT 1
  ) image ON TRUE
  LEFT JOIN LATERAL (
    SELECT c.minor, c.compare_at_minor FROM price c JOIN price_list l ON l.id = c.price_list_id
    WHERE c.variant_id = v.id AND l.currency = $2 AND (l.country IS NULL OR l.country = $3)
    ORDER BY l.country NULLS LAST LIMIT 1
  ) price ON TRUE
  CROSS JOIN LATERAL (
    SELECT least(coalesce(sum(greatest(s.on_hand - s.held, 0)), 0), 2147483647)::int AS available
    FROM stock_level s JOIN warehouse w ON w.id = s.warehouse_id WHERE s.variant_id = v.id AND w.active
  ) stock
  WHERE v.${column} = ${anyOf(1)} AND v.removed_at IS NULL`;

type CheckoutRow = Omit<CheckoutVariant, 'unitPrice' | 'compareAtPrice' | 'purchasable'> & {
  readonly minor: number | null;
  readonly compareAtMinor: number | null;
  readonly status: string;
};

export const createVariantStore = (pool: pg.Pool): VariantStore => ({
  async findByIds(viewer, ids) {
    const sql = `SELECT ${COLUMNS} FROM variant v JOIN product p ON p.id = v.product_id
      WHERE v.id = ${anyOf(1)} AND v.removed_at IS NULL AND ${visible(viewer, 'p')}`;
    return (await pool.query<Variant>(sql, [ids])).rows;
  },
  async findWithProducts(viewer, ids) {
    const sql = `SELECT ${COLUMNS}, (SELECT to_jsonb(named) FROM (SELECT ${PRODUCT_COLUMNS}) named) AS product
      FROM variant v JOIN product p ON p.id = v.product_id
      WHERE v.id = ${anyOf(1)} AND v.removed_at IS NULL AND ${visible(viewer, 'p')}`;
    const { rows } = await pool.query<Variant & { readonly product: Product }>(sql, [ids]);
    return rows.map(({ product, ...variant }) => ({ variant, product: withDates(product) }));
  },
  async findBySkus(viewer, skus) {
    const sql = `SELECT ${COLUMNS} FROM variant v JOIN product p ON p.id = v.product_id
      WHERE v.sku = ${anyOf(1)} AND v.removed_at IS NULL AND ${visible(viewer, 'p')}`;
    return (await pool.query<Variant>(sql, [skus])).rows;
  },
  async pages(requests) {
    const { rows } = await pool.query<Variant & { place: number }>(PAGES, [
      requests.map(({ parentId }) => parentId),
      requests.map(({ after }) => after?.[0] ?? 0),
      requests.map(({ limit }) => limit + 1),
    ]);
    const places = requests.map((_request, index) => String(index + 1));
    const groups = grouped(
      places,
      rows,
      ({ place }) => String(place),
      ({ place: _place, ...variant }) => variant,
    );
    return groups.map((group, index) => toPage(group, requests[index]?.limit ?? 0));
  },
  async images(variantIds) {
    const { rows } = await pool.query<Image & { variantId: string }>(IMAGES, [variantIds]);
    return grouped(
      variantIds,
      rows,
      (row) => row.variantId,
      (row) => row,
    ).map(([image]) => image ?? null);
  },
  checkout: (ids, market) => readCheckout(pool, 'id', ids, market),
  checkoutBySku: (skus, market) => readCheckout(pool, 'sku', skus, market),
});

/** JSON writes moments as texts. */
const withDates = ({ createdAt, updatedAt, ...product }: Product): Product => ({
  ...product,
  createdAt: new Date(createdAt),
  updatedAt: new Date(updatedAt),
});

async function readCheckout(
  pool: pg.Pool,
  column: 'id' | 'sku',
  values: readonly string[],
  { currency, country }: Market,
): Promise<readonly CheckoutVariant[]> {
  const { rows } = await pool.query<CheckoutRow>(checkoutBy(column), [values, currency, country]);
  return rows.map(({ minor, compareAtMinor, status, ...row }) => ({
    ...row,
    unitPrice: minor === null ? null : money(minor, currency),
    compareAtPrice: compareAtMinor === null ? null : money(compareAtMinor, currency),
    purchasable: status === 'ACTIVE' && minor !== null && (row.backorder || row.availableQuantity > 0),
  }));
}
