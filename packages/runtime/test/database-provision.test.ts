import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { START_PATIENCE_MS } from '../src/database/connect.ts';
import { openAdmin, provision, withDatabase } from '../src/database/provision.ts';

const adminUrl = inject('testDatabaseUrl');
const freshName = () => `cartograph_test_${inject('testRun')}_${randomUUID().slice(0, 8)}`;
const database = freshName();
const subgraphs = ['orders', 'payments'] as const;
const secret = 'a secret';
let admin: pg.Client;
let urls: Record<(typeof subgraphs)[number], string>;

const query = async (url: string, sql: string): Promise<unknown[]> => {
  const parsed = new URL(url);
  parsed.searchParams.delete('schema');
  const client = new pg.Client({ connectionString: parsed.href });
  await client.connect();
  try {
    return (await client.query<unknown[]>({ text: sql, rowMode: 'array' })).rows;
  } finally {
    await client.end();
  }
};

beforeAll(async () => {
  admin = await openAdmin(withDatabase(adminUrl, 'postgres'));
  urls = await provision({ adminUrl, database, secret, subgraphs });
});
afterAll(() => admin.end());

describe("a subgraph's role", () => {
  it('finds its own schema, and the extensions, without naming them', async () => {
    await query(urls.orders, 'CREATE TABLE carts (id text)');
    expect(await query(urls.orders, `SELECT schemaname FROM pg_tables WHERE tablename = 'carts'`)).toEqual([
      ['orders'],
    ]);
    expect(await query(urls.orders, `SELECT similarity('Käse', 'käse'), unaccent('Käse')`)).toEqual([[1, 'Kase']]);
  });

  it("cannot read, write or create in another subgraph's schema", async () => {
    await query(urls.payments, 'CREATE TABLE IF NOT EXISTS ledger (id text)');
    for (const sql of [
      'SELECT * FROM payments.ledger',
      `INSERT INTO payments.ledger VALUES ('x')`,
      'CREATE TABLE payments.x (id int)',
    ])
      await expect(query(urls.orders, sql)).rejects.toThrow('permission denied for schema payments');
  });

  it('cannot create schemas, roles, databases, or tables outside its schema, or become another role', async () => {
    const other = `${database}_payments`;
    for (const sql of [
      'CREATE SCHEMA mine',
      'CREATE ROLE mine',
      'CREATE DATABASE mine',
      'CREATE TABLE public.mine (id int)',
      'CREATE TABLE extensions.mine (id int)',
      'CREATE TEMPORARY TABLE mine (id int)',
      `SET ROLE "${other}"`,
      `GRANT "${other}" TO "${database}_orders"`,
      'SELECT * FROM extensions.pg_stat_statements',
    ])
      await expect(query(urls.orders, sql), sql).rejects.toThrow(/permission denied|must be/);
  });

  it('cannot connect to another database', async () => {
    const neighbour = freshName();
    await provision({ adminUrl, database: neighbour, secret, subgraphs });
    for (const name of [neighbour, 'postgres', 'template1'])
      await expect(query(withDatabase(urls.orders, name), 'SELECT 1')).rejects.toThrow(
        'permission denied for database',
      );
  });

  it("cannot use another role's password", async () => {
    const forged = new URL(urls.orders);
    forged.username = `${database}_payments`;
    await expect(query(forged.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
  });
});

describe('provisioning', () => {
  it('changes nothing the second time', async () => {
    expect(await provision({ adminUrl, database, secret, subgraphs })).toEqual(urls);
    await query(urls.orders, 'SELECT 1');
  });

  it('can be done by many processes at once', async () => {
    const name = freshName();
    const all = await Promise.all(
      Array.from({ length: 6 }, () => provision({ adminUrl, database: name, secret, subgraphs })),
    );
    expect(new Set(all.map((made) => made.orders)).size).toBe(1);
    expect(await query(all[0]?.orders ?? '', 'SELECT 1')).toEqual([[1]]);
  });

  it('gives new passwords with a new secret', async () => {
    const name = freshName();
    const before = await provision({ adminUrl, database: name, secret, subgraphs });
    const after = await provision({ adminUrl, database: name, secret: 'another', subgraphs });
    await expect(query(before.orders, 'SELECT 1')).rejects.toThrow('password authentication failed');
    expect(await query(after.orders, 'SELECT 1')).toEqual([[1]]);
  });

  it('leaves no password in the statistics of the server', async () => {
    const { password } = new URL(urls.orders);
    const sql = `SELECT count(*)::int FROM extensions.pg_stat_statements WHERE query LIKE '%${password}%' AND query LIKE '%ROLE%'`;
    expect(await query(withDatabase(adminUrl, database), sql)).toEqual([[0]]);
  });

  it('works for an administrator who is no superuser', async () => {
    const name = freshName();
    await admin.query(`CREATE ROLE "${name}_admin" LOGIN CREATEDB CREATEROLE PASSWORD 'pw'`);
    const url = new URL(withDatabase(adminUrl, 'postgres'));
    url.username = `${name}_admin`;
    url.password = 'pw';
    // The embedded server closes its maintenance database to everyone; a hosted one has it open.
    await admin.query(`GRANT CONNECT ON DATABASE postgres TO "${name}_admin"`);
    const options = { adminUrl: url.href, database: name, secret, subgraphs };
    await provision(options);
    const made = await provision(options);
    await query(made.orders, 'CREATE TABLE carts (id text)');
    await expect(query(made.payments, 'SELECT * FROM orders.carts')).rejects.toThrow('permission denied');
  });

  it('tells an administrator without rights what to grant', async () => {
    const name = freshName();
    await admin.query(`CREATE ROLE "${name}_user" LOGIN PASSWORD 'pw'`);
    await admin.query(`CREATE DATABASE "${name}"`);
    const url = new URL(adminUrl);
    url.username = `${name}_user`;
    url.password = 'pw';
    await expect(provision({ adminUrl: url.href, database: name, secret, subgraphs })).rejects.toThrow(
      /may not set up database .*CREATEROLE.*give each its own URL/,
    );
  });

  it('waits for a database whose machine is busy, and not for ever', async () => {
    const mute = createServer(() => {}).listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const { port } = mute.address() as AddressInfo;
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      let said: unknown;
      const made = provision({ adminUrl: `postgresql://postgres@127.0.0.1:${port}/x`, database, secret, subgraphs });
      const ended = made.catch((error) => (said = error));
      await vi.advanceTimersByTimeAsync(START_PATIENCE_MS - 1);
      expect(said).toBeUndefined();
      await vi.advanceTimersByTimeAsync(1);
      await ended;
      expect(String(said)).toMatch(/does not answer in time/);
    } finally {
      vi.useRealTimers();
      mute.close();
    }
  });
});
