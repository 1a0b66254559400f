import { expect, it } from 'vitest';
import { connect } from '../src/database/connect.ts';
import { testDatabase, testDatabases } from '../src/testing/test-database.ts';

it('gives each test a migrated database of its own', async () => {
  const make = async () => {
    await using db = await testDatabase('customers');
    const { rows } = await db.pool.query(
      'SELECT current_schema() AS schema, count(*) AS runs FROM _prisma_migrations GROUP BY 1',
    );
    await db.pool.query('CREATE TABLE mine (id int)'); // Would fail in a database that another test had used.
    return rows[0];
  };
  for (const row of await Promise.all([make(), make(), make()])) {
    expect(row).toMatchObject({ schema: 'customers' });
    expect(row.runs).toBeGreaterThan(0);
  }
});

it('gives a test of the whole graph one database with a schema and a role for each subgraph', async () => {
  await using databases = await testDatabases();
  expect(Object.keys(databases.urls)).toEqual(['customers', 'orders', 'payments', 'products', 'shipping']);
  for (const [subgraph, url] of Object.entries(databases.urls)) {
    const db = connect(url, { name: subgraph });
    const { rows } = await db.pool.query('SELECT current_schema() AS schema, has_schema_privilege($1, $2) AS reach', [
      subgraph === 'orders' ? 'payments' : 'orders',
      'USAGE',
    ]);
    expect(rows).toEqual([{ schema: subgraph, reach: false }]);
    await db.close();
  }
});
