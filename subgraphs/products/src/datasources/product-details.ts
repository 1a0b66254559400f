import { anyOf } from '@cartograph/runtime/database/keys';
import type pg from 'pg';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import type { Parcel } from '../domain/product.ts';
import type { ProductDetails } from '../ports.ts';
import { grouped, productAvailable } from './sql.ts';

const PARCELS = `
  SELECT product_id AS "productId", max(weight_grams) AS "weightGrams", bool_or(requires_shipping) AS "requiresShipping"
  FROM variant WHERE product_id = ${anyOf(1)} AND removed_at IS NULL GROUP BY product_id`;

const AVAILABLE = `
  SELECT k.id FROM unnest($1::text[]) AS k (id) WHERE ${productAvailable('k.id')}`;

/** A product without variants weighs nothing and need not be shipped. */
const NOTHING: Parcel = { weightGrams: 0, requiresShipping: false };

/** What belongs to products that were read before: the store of products has looked who asks. */
export const createProductDetails = (prisma: PrismaClient, pool: pg.Pool): ProductDetails => ({
  async options(ids) {
    const rows = await prisma.productOption.findMany({
      where: { productId: { in: [...ids] } },
      orderBy: { position: 'asc' },
    });
    return grouped(
      ids,
      rows,
      (row) => row.productId,
      ({ name, values }) => ({ name, values }),
    );
  },
  async images(ids, limit) {
    // Positions count from 1 without gaps, so this is the first `limit` of each.
    const where = { productId: { in: [...ids] }, position: { lte: limit } };
    const rows = await prisma.image.findMany({ where, orderBy: { position: 'asc' } });
    return grouped(
      ids,
      rows,
      (row) => row.productId,
      (row) => row,
    );
  },
  async attributes(ids) {
    const where = { productId: { in: [...ids] } };
    const rows = await prisma.productAttribute.findMany({ where, orderBy: { position: 'asc' } });
    return grouped(
      ids,
      rows,
      (row) => row.productId,
      (row) => row,
    );
  },
  async translations(ids) {
    const where = { productId: { in: [...ids] } };
    const rows = await prisma.productTranslation.findMany({ where, orderBy: { locale: 'asc' } });
    return grouped(
      ids,
      rows,
      (row) => row.productId,
      (row) => row,
    );
  },
  async parcels(ids) {
    const { rows } = await pool.query<Parcel & { productId: string }>(PARCELS, [ids]);
    return grouped(
      ids,
      rows,
      (row) => row.productId,
      (row) => row,
    ).map(([parcel]) => parcel ?? NOTHING);
  },
  async available(ids) {
    const { rows } = await pool.query<{ id: string }>(AVAILABLE, [ids]);
    const available = new Set(rows.map(({ id }) => id));
    return ids.map((id) => available.has(id));
  },
});
