import { anyOf } from '@cartograph/runtime/database/keys';
import { inTransaction } from '@cartograph/runtime/database/transaction';
import { newId } from '@cartograph/runtime/ids';
import type pg from 'pg';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import type { Price } from '../domain/price.ts';
import type { PriceSpan, PriceStore } from '../ports.ts';
import { lockProducts } from './catalogue-locks.ts';
import { grouped } from './sql.ts';

const BY_VARIANT = `
  SELECT c.variant_id AS "variantId", l.currency, l.country, c.minor, c.compare_at_minor AS "compareAtMinor"
  FROM price c JOIN price_list l ON l.id = c.price_list_id WHERE c.variant_id = ${anyOf(1)}`;

const RANGES = `
  SELECT r.product_id AS "productId", l.currency, l.country, r.min_minor AS "minMinor", r.max_minor AS "maxMinor"
  FROM product_price_range r JOIN price_list l ON l.id = r.price_list_id WHERE r.product_id = ${anyOf(1)}`;

/** Prices to write, by variant; `minor` null removes one. */
export interface PriceRow {
  readonly variantId: string;
  readonly currency: string;
  readonly country: string | null;
  readonly minor: number | null;
  readonly compareAtMinor: number | null;
}

const SET = `
  WITH change AS (
    SELECT t."variantId" AS variant_id, l.id AS price_list_id, t.minor, t."compareAtMinor" AS compare_at_minor
    FROM jsonb_to_recordset($1::jsonb)
      AS t ("variantId" text, currency text, country text, minor bigint, "compareAtMinor" bigint)
    JOIN price_list l ON l.currency = t.currency AND l.country IS NOT DISTINCT FROM t.country
  ), removed AS (
    DELETE FROM price c USING change n
    WHERE n.minor IS NULL AND c.variant_id = n.variant_id AND c.price_list_id = n.price_list_id
  )
  INSERT INTO price AS c (variant_id, price_list_id, minor, compare_at_minor)
  SELECT variant_id, price_list_id, minor, compare_at_minor FROM change WHERE minor IS NOT NULL
  ORDER BY variant_id, price_list_id
  ON CONFLICT (variant_id, price_list_id) DO UPDATE
    SET minor = excluded.minor, compare_at_minor = excluded.compare_at_minor
    WHERE (c.minor, c.compare_at_minor) IS DISTINCT FROM (excluded.minor, excluded.compare_at_minor)`;

/** Inside a transaction that ends with `refresh_product_index`. Opens price lists that are missing. */
export async function writePrices(client: pg.PoolClient, prices: readonly PriceRow[]): Promise<void> {
  if (prices.length === 0) return;
  const lists = new Map(prices.map(({ currency, country }) => [`${currency} ${country}`, { currency, country }]));
  await client.query(
    `INSERT INTO price_list (id, currency, country)
     SELECT t.id, t.currency, t.country FROM jsonb_to_recordset($1::jsonb) AS t (id text, currency text, country text)
     WHERE NOT EXISTS (SELECT FROM price_list l WHERE l.currency = t.currency AND l.country IS NOT DISTINCT FROM t.country)
     ORDER BY t.currency, t.country ON CONFLICT DO NOTHING`,
    [JSON.stringify([...lists.values()].map((list) => ({ id: newId('PriceList'), ...list })))],
  );
  await client.query(SET, [JSON.stringify(prices)]);
}

export const createPriceStore = (prisma: PrismaClient, pool: pg.Pool): PriceStore => ({
  async byVariant(ids) {
    const { rows } = await pool.query<Price & { variantId: string }>(BY_VARIANT, [ids]);
    return grouped(
      ids,
      rows,
      (row) => row.variantId,
      (row) => row,
    );
  },
  async rangesByProduct(ids) {
    const { rows } = await pool.query<PriceSpan & { productId: string }>(RANGES, [ids]);
    return grouped(
      ids,
      rows,
      (row) => row.productId,
      (row) => row,
    );
  },
  lists: () =>
    prisma.priceList.findMany({
      orderBy: [{ currency: 'asc' }, { country: { sort: 'asc', nulls: 'first' } }],
      take: 100,
    }),
  set: (changes) =>
    inTransaction(pool, async (client) => {
      const ids = [...new Set(changes.map(({ variantId }) => variantId))];
      const { rows } = await client.query<{ id: string; productId: string }>(
        `SELECT id, product_id AS "productId" FROM variant WHERE id = ANY ($1::text[]) AND removed_at IS NULL`,
        [ids],
      );
      const known = new Set(rows.map(({ id }) => id));
      const unknown = ids.filter((id) => !known.has(id));
      if (unknown.length > 0) return unknown;
      const productIds = [...new Set(rows.map(({ productId }) => productId))];
      await lockProducts(client, productIds);
      await writePrices(client, changes);
      await client.query('SELECT refresh_product_index($1)', [productIds]);
      return [];
    }),
});
