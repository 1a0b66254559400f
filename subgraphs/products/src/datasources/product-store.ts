import { toPage } from '@cartograph/kernel/page';
import { seesEverything, type Viewer } from '@cartograph/kernel/viewer';
import { anyOf } from '@cartograph/runtime/database/keys';
import type pg from 'pg';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import type { FacetCount } from '../domain/facet.ts';
import type { Product } from '../domain/product.ts';
import type { QueryWord } from '../domain/search-terms.ts';
import type { ProductStore } from '../ports.ts';
import { countStatement, facetsStatement, pageStatement, QUERY_WORDS } from './product-search.ts';
import { PRODUCT_COLUMNS, visible } from './sql.ts';

const forViewer = (viewer: Viewer) => (seesEverything(viewer) ? {} : { status: 'ACTIVE' as const });

/**
 * Products by handle through Prisma; lists and search, which no ORM can say, as one statement each, and by id by hand, since
 * every order that is shown names some.
 */
export const createProductStore = (prisma: PrismaClient, pool: pg.Pool): ProductStore => ({
  async findByIds(viewer, ids) {
    const sql = `SELECT ${PRODUCT_COLUMNS} FROM product p WHERE p.id = ${anyOf(1)} AND ${visible(viewer, 'p')}`;
    return (await pool.query<Product>(sql, [ids])).rows;
  },
  findByHandles: (viewer, handles) =>
    prisma.product.findMany({ where: { handle: { in: [...handles] }, ...forViewer(viewer) } }),
  async page(viewer, query, { limit, after }) {
    const statement = pageStatement(viewer, query, after, limit + 1);
    const { rows } = await pool.query<Product & { sortKey: string | number | null }>(statement);
    const listed = rows.map(({ sortKey, ...row }) => ({
      row,
      sortValues: sortKey === null ? [row.id] : [sortKey, row.id],
    }));
    return toPage(listed, limit);
  },
  async facets(viewer, query) {
    return (await pool.query<FacetCount>(facetsStatement(viewer, query))).rows;
  },
  async count(viewer, query) {
    const { rows } = await pool.query<{ count: number }>(countStatement(viewer, query));
    return rows[0]?.count ?? 0;
  },
  async queryWords(text) {
    return (await pool.query<QueryWord>(QUERY_WORDS, [text])).rows;
  },
});
