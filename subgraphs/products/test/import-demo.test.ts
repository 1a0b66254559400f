import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ANONYMOUS } from '@cartograph/kernel/viewer';
import { ROOT } from '@cartograph/runtime/sdl';
import { type TestDatabase, testDatabase } from '@cartograph/runtime/testing/test-database';
import { describe, expect, it } from 'vitest';
import { openCsvFile } from '../src/adapters/csv-file.ts';
import { createDemoStore } from '../src/datasources/catalogue-import.ts';
import { searchProducts } from '../src/operations/search-products.ts';
import { type DemoShop, seedDemo } from '../src/operations/seed-demo.ts';
import { createImportStores, seedProductsDemo } from '../src/subgraph.ts';

const FOLDER = new URL('subgraphs/products/demo/', ROOT);
const readShop = async () => JSON.parse(await readFile(new URL('catalogue.json', FOLDER), 'utf8')) as DemoShop;
const openFile = () => openCsvFile(fileURLToPath(new URL('catalogue.csv', FOLDER)));

const load = async ({ url }: TestDatabase) => {
  const told: string[] = [];
  await seedProductsDemo({ DATABASE_URL: url }, (message) => told.push(message));
  return told;
};

const numbers = async ({ pool }: TestDatabase) =>
  (
    await pool.query<Record<string, number>>(
      `SELECT (SELECT count(*)::int FROM product WHERE status = 'ACTIVE') AS products,
        (SELECT count(*)::int FROM variant) AS variants,
        (SELECT count(*)::int FROM collection) AS collections,
        (SELECT count(*)::int FROM collection WHERE parent_id IN (SELECT id FROM collection WHERE parent_id IS NOT NULL)) AS "thirdLevel",
        (SELECT count(*)::int FROM warehouse) AS warehouses,
        (SELECT count(*)::int FROM stock_movement) AS movements,
        (SELECT count(*)::int FROM product_translation) AS translated,
        (SELECT count(*)::int FROM price p JOIN price_list l ON l.id = p.price_list_id WHERE l.currency = 'USD') AS dollars`,
    )
  ).rows[0];

describe('the demo catalogue', () => {
  it('fills an empty shop once, and then costs one query', async () => {
    await using db = await testDatabase('products');
    expect(await load(db)).toEqual(['products: loaded the demo catalogue']);
    const loaded = await numbers(db);
    expect(loaded).toMatchObject({
      variants: 512,
      dollars: 512,
      collections: 24,
      thirdLevel: 4,
      warehouses: 2,
      translated: 39,
    });
    expect(loaded?.products).toBeGreaterThanOrEqual(120);
    expect(await load(db)).toEqual([]);
    expect(await numbers(db)).toEqual(loaded);

    const before = db.statements.count;
    await seedDemo(createImportStores(db), createDemoStore(db.pool))(await readShop(), await openFile());
    expect(db.statements.count - before).toBe(1);
  });

  it('is loaded once by two processes that start at the same moment', async () => {
    await using once = await testDatabase('products');
    await load(once);
    await using twice = await testDatabase('products');
    const told = await Promise.all([load(twice), load(twice)]);
    expect(told.flat()).toHaveLength(1);
    expect(await numbers(twice)).toEqual(await numbers(once));
  });

  it('is completed by the next start when the first was stopped in the middle', async () => {
    await using db = await testDatabase('products');
    const ports = createImportStores(db);
    const stock = { ...ports.stock, setCounts: () => Promise.reject(new Error('killed')) };
    const stopped = seedDemo({ ...ports, stock }, createDemoStore(db.pool));
    await expect(stopped(await readShop(), await openFile())).rejects.toThrow('killed');
    expect(await numbers(db)).toMatchObject({ warehouses: 2, movements: 0 });
    await load(db);
    await using whole = await testDatabase('products');
    await load(whole);
    expect(await numbers(db)).toEqual(await numbers(whole));
  });

  it('stays out of a shop that has products of its own', async () => {
    await using db = await testDatabase('products');
    await db.pool.query(`INSERT INTO product (id, handle, title, status) VALUES ('Product:1', 'own', 'Own', 'ACTIVE')`);
    expect(await load(db)).toEqual([]);
    expect(await numbers(db)).toMatchObject({ products: 1, collections: 0, warehouses: 0 });
  });

  it('has sneakers for those who look for sneekers, sold out things and things on backorder', async () => {
    await using db = await testDatabase('products');
    await load(db);
    const query = { market: { currency: 'EUR', country: null }, filter: {}, sort: 'RELEVANCE' } as const;
    const page = { limit: 50, after: null };
    const found = await searchProducts(createImportStores(db))(ANONYMOUS, 'sneekers', query, page);
    expect(found.page.rows.filter(({ row }) => /sneakers/i.test(row.title)).length).toBeGreaterThan(8);
    const [stock] = (
      await db.pool.query(
        `SELECT count(*) FILTER (WHERE pieces = 0 AND NOT backorder)::int AS "soldOut", count(*) FILTER (WHERE pieces = 0 AND backorder)::int AS back,
           count(*) FILTER (WHERE warehouses > 1)::int AS split
         FROM (SELECT v.id, v.backorder, coalesce(sum(l.on_hand), 0) AS pieces, count(*) FILTER (WHERE l.on_hand > 0) AS warehouses
           FROM variant v LEFT JOIN stock_level l ON l.variant_id = v.id GROUP BY v.id) s`,
      )
    ).rows;
    expect(stock.soldOut).toBeGreaterThan(10);
    expect(stock.back).toBeGreaterThan(10);
    expect(stock.split).toBeGreaterThan(200);
  });
});
