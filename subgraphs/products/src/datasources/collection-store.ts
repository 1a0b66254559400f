import { toPage } from '@cartograph/kernel/page';
import { anyOf } from '@cartograph/runtime/database/keys';
import type pg from 'pg';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import type { Collection } from '../domain/collection.ts';
import type { Product } from '../domain/product.ts';
import type { CollectionStore } from '../ports.ts';
import { COLLECTION_COLUMNS } from './collection-columns.ts';
import { createCollectionWriter } from './collection-writer.ts';
import { grouped, PRODUCT_COLUMNS, visible } from './sql.ts';

// One page for each of many parents: Prisma would ask once per parent.
const KEYS = `FROM unnest($1::text[], $2::bigint[], $3::text[], $4::int[]) WITH ORDINALITY AS k (parent_id, after, after_id, size, place)`;

const CHILDREN = `
  SELECT k.place::int, c.* ${KEYS} CROSS JOIN LATERAL (
    SELECT ${COLLECTION_COLUMNS} FROM collection c
    WHERE c.parent_id = k.parent_id AND (c.position, c.id) > (k.after, k.after_id)
    ORDER BY c.position, c.id LIMIT k.size
  ) c ORDER BY k.place, c.position, c.id`;

const TOP = `
  SELECT ${COLLECTION_COLUMNS} FROM collection c
  WHERE c.parent_id IS NULL AND (c.position, c.id) > ($1::bigint, $2::text) ORDER BY c.position, c.id LIMIT $3`;

const OF_PRODUCTS = `
  SELECT k.place::int, c.* ${KEYS} CROSS JOIN LATERAL (
    SELECT ${COLLECTION_COLUMNS} FROM collection_product m JOIN collection c ON c.id = m.collection_id
    WHERE m.product_id = k.parent_id AND m.collection_id > k.after_id
    ORDER BY m.collection_id LIMIT k.size
  ) c ORDER BY k.place, c.id`;

const productsOf = (condition: string) => `
  SELECT k.place::int, p.* ${KEYS} CROSS JOIN LATERAL (
    SELECT ${PRODUCT_COLUMNS}, m.position AS "sortKey" FROM collection_product m JOIN product p ON p.id = m.product_id
    WHERE m.collection_id = k.parent_id AND (m.position, m.product_id) > (k.after, k.after_id) AND ${condition}
    ORDER BY m.position, m.product_id LIMIT k.size
  ) p ORDER BY k.place, p."sortKey", p.id`;

const ANCESTORS = `
  WITH RECURSIVE up (start, id, parent_id, height) AS (
    SELECT c.id, p.id, p.parent_id, 1 FROM collection c JOIN collection p ON p.id = c.parent_id WHERE c.id = ${anyOf(1)}
    UNION ALL
    SELECT up.start, p.id, p.parent_id, up.height + 1 FROM up JOIN collection p ON p.id = up.parent_id
  )
  SELECT up.start, ${COLLECTION_COLUMNS} FROM up JOIN collection c ON c.id = up.id ORDER BY up.start, up.height DESC`;

const FIRST = -2_147_483_648;

/** Arguments of `KEYS`; the cursor is a position and an id, or an id alone. */
const keysOf = (
  requests: readonly { parentId: string | null; after: readonly (string | number)[] | null; limit: number }[],
) => [
  requests.map(({ parentId }) => parentId),
  requests.map(({ after }) => (after?.length === 2 ? after[0] : FIRST)),
  requests.map(({ after }) => after?.at(-1) ?? ''),
  requests.map(({ limit }) => limit + 1),
];

export const createCollectionStore = (prisma: PrismaClient, pool: pg.Pool): CollectionStore => ({
  findByIds: (ids) => prisma.collection.findMany({ where: { id: { in: [...ids] } } }),
  findByHandles: (handles) => prisma.collection.findMany({ where: { handle: { in: [...handles] } } }),
  async top({ limit, after }) {
    const { rows } = await pool.query<Collection>(TOP, [after?.[0] ?? FIRST, after?.[1] ?? '', limit + 1]);
    return toPage(rows, limit);
  },
  async children(requests) {
    const { rows } = await pool.query<Collection & { place: number }>(CHILDREN, keysOf(requests));
    return pages(requests, rows, (row) => row);
  },
  async ofProducts(requests) {
    const { rows } = await pool.query<Collection & { place: number }>(OF_PRODUCTS, keysOf(requests));
    return pages(requests, rows, (row) => row);
  },
  async products(viewer, requests) {
    type Row = Product & { place: number; sortKey: number };
    const { rows } = await pool.query<Row>(productsOf(visible(viewer, 'p')), keysOf(requests));
    return pages(requests, rows, ({ sortKey, ...row }) => ({ row, sortValues: [sortKey, row.id] }));
  },
  async ancestors(ids) {
    const { rows } = await pool.query<Collection & { start: string }>(ANCESTORS, [ids]);
    return grouped(
      ids,
      rows,
      (row) => row.start,
      (row) => row,
    );
  },
  async translations(ids) {
    const where = { collectionId: { in: [...ids] } };
    const rows = await prisma.collectionTranslation.findMany({ where, orderBy: { locale: 'asc' } });
    return grouped(
      ids,
      rows,
      (row) => row.collectionId,
      (row) => row,
    );
  },
  ...createCollectionWriter(pool),
});

function pages<Row extends { readonly place: number }, T>(
  requests: readonly { readonly limit: number }[],
  rows: readonly Row[],
  toValue: (row: Row) => T,
) {
  const places = requests.map((_request, index) => String(index + 1));
  const groups = grouped(places, rows, ({ place }) => String(place), toValue);
  return groups.map((group, index) => toPage(group, requests[index]?.limit ?? 0));
}
