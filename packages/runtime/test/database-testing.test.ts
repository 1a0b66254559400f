import { expect, it } from 'vitest';
import { connect } from '../src/database/connect.ts';
import { waitsFor } from '../src/testing/meet-locked.ts';
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

it('tells of a deadlock that a test has met, also when it was asked again and nothing failed', async () => {
  const db = await testDatabase('customers');
  await db.pool.query('CREATE TABLE places (id int PRIMARY KEY); INSERT INTO places VALUES (1), (2)');
  const lock = (id: number) => `SELECT FROM places WHERE id = ${id} FOR UPDATE`;
  const other = await db.pool.connect();
  await other.query('BEGIN');
  await other.query(lock(1));
  const work = db.pool.query(`DO $$ BEGIN PERFORM FROM places WHERE id = 2 FOR UPDATE;
    PERFORM FROM places WHERE id = 1 FOR UPDATE; END $$`);
  await waitsFor(other, work);
  await other.query(lock(2));
  await other.query('COMMIT');
  other.release();
  await work;
  await expect(db[Symbol.asyncDispose]()).rejects.toThrow('there were 1 deadlocks');
});
