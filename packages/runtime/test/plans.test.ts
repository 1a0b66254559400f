import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { connect, type Database } from '../src/database/connect.ts';
import { anyOf } from '../src/database/keys.ts';
import { provision } from '../src/database/provision.ts';

let db: Database;
beforeAll(async () => {
  const database = `cartograph_test_${inject('testRun')}_${randomUUID().slice(0, 8)}`;
  const urls = await provision({ adminUrl: inject('testDatabaseUrl'), database, secret: 's', subgraphs: ['orders'] });
  db = connect(urls.orders, { name: 'orders', maxConnections: 1 });
  await db.pool.query('CREATE TABLE goods (id text PRIMARY KEY, of text NOT NULL)');
  await db.pool.query(`INSERT INTO goods SELECT 'Variant:' || n, 'Product:' || n / 4 FROM generate_series(1, 1000) n`);
  await db.pool.query('CREATE INDEX goods_of ON goods (of)');
  await db.pool.query('ANALYZE goods');
});
afterAll(() => db.close());

/** How often one connection planned a statement anew in ten batches of one to three keys. */
async function plansOf(statement: string): Promise<{ readonly anew: number; readonly kept: number }> {
  for (let n = 1; n <= 10; n += 1) {
    const ids = Array.from({ length: (n % 3) + 1 }, (_one, index) => `Variant:${n * 10 + index}`);
    expect((await db.pool.query(statement, [ids])).rows).toHaveLength(ids.length);
  }
  const { rows } = await db.pool.query<{ anew: number; kept: number }>(
    'SELECT custom_plans AS anew, generic_plans AS kept FROM pg_prepared_statements WHERE statement = $1',
    [statement],
  );
  return rows[0] ?? { anew: 0, kept: 0 };
}

it('plans a batch of keys once for a connection, and not for each batch', async () => {
  const batch = (keys: string) => `
    SELECT g.id, (SELECT count(*) FROM goods o JOIN goods p ON p.id = o.id WHERE o.of = g.of) FROM goods g WHERE g.id = ${keys}`;
  expect(await plansOf(batch(anyOf(1)))).toEqual({ anew: 5, kept: 5 });
  // Why not as everybody writes it. When PostgreSQL keeps this one too, `anyOf` can go.
  expect(await plansOf(batch('ANY ($1)'))).toEqual({ anew: 10, kept: 0 });
});

it('finds a few keys of a small table by its index', async () => {
  const { rows } = await db.pool.query(
    'EXPLAIN (GENERIC_PLAN) SELECT FROM goods g JOIN unnest($1::text[]) AS wanted (id) ON wanted.id = g.id',
  );
  expect(JSON.stringify(rows)).toContain('Index Cond: (id = wanted.id)');
});
