import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, connect as dial } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { connect, type Database } from '../src/database/connect.ts';
import { provision } from '../src/database/provision.ts';
import { inTransaction, isUniqueViolation } from '../src/database/transaction.ts';
import { meetLocked, waitsFor } from '../src/testing/meet-locked.ts';

let db: Database;
beforeAll(async () => {
  const database = `cartograph_test_${inject('testRun')}_${randomUUID().slice(0, 8)}`;
  const urls = await provision({ adminUrl: inject('testDatabaseUrl'), database, secret: 's', subgraphs: ['orders'] });
  db = connect(urls.orders, { name: 'orders' });
  await db.pool.query('CREATE TABLE stock (id int CONSTRAINT stock_key PRIMARY KEY, available bigint NOT NULL)');
  await db.pool.query('INSERT INTO stock VALUES (1, 10), (2, 10)');
});
afterAll(() => db.close());

const one = async (sql: string, values: unknown[] = []): Promise<unknown> => {
  const { rows } = await db.pool.query<Record<string, unknown>>(sql, values);
  return Object.values(rows[0] ?? {})[0];
};

describe('a connection', () => {
  it('gives BIGINT as a number, and refuses one that would be rounded', async () => {
    expect(await one('SELECT 9007199254740991::bigint')).toBe(Number.MAX_SAFE_INTEGER);
    expect(await one('SELECT ARRAY[1, NULL, -2]::bigint[]')).toEqual([1, null, -2]);
    await expect(one('SELECT 9007199254740993::bigint')).rejects.toThrow('does not fit in a JavaScript number');
    expect(await one('SELECT 5')).toBe(5); // The connection is still good.
  });

  it('reads and writes times in UTC, whatever the time zone of the machine', async () => {
    const noon = new Date('2026-07-01T12:00:00.000Z');
    expect(await one(`SELECT TIMESTAMP '2026-07-01 12:00:00'`)).toEqual(noon);
    expect(await one(`SELECT TIMESTAMPTZ '2026-07-01 14:00:00+02'`)).toEqual(noon);
    expect(await one('SELECT $1::timestamp::text', [noon])).toBe('2026-07-01 12:00:00');
  });

  it('is limited in time and carries its name', async () => {
    expect(await one('SHOW statement_timeout')).toBe('10s');
    expect(await one('SHOW idle_in_transaction_session_timeout')).toBe('10s');
    expect(await one('SHOW application_name')).toBe('orders');
  });

  it('counts every statement, and keeps their text when asked', async () => {
    const before = db.statements.count;
    db.statements.record(true);
    await db.pool.query('SELECT 1');
    await inTransaction(db.pool, (client) => client.query({ text: 'SELECT $1::int', values: [2] }));
    db.statements.record(false);
    await db.pool.query('SELECT 3');
    expect(db.statements.texts).toEqual(['SELECT 1', 'BEGIN', 'SELECT $1::int', 'COMMIT']);
    expect(db.statements.count - before).toBe(5);
  });

  it('survives losing an idle connection', async () => {
    const said: string[] = [];
    await using other = closing(connect(db.url, { name: 'cut', log: (message) => said.push(message) }));
    await other.ping();
    await db.pool.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'cut'`);
    await expect.poll(() => said.join()).toMatch('cut: an idle database connection was lost');
    await other.ping();
  });
});

const closing = (database: Database): Database & AsyncDisposable => ({
  ...database,
  [Symbol.asyncDispose]: database.close,
});

describe('a database that cannot be used', () => {
  const failure = async (change: (url: URL) => void): Promise<string> => {
    const url = new URL(db.url);
    change(url);
    await using other = closing(connect(url.href, { name: 'test' }));
    const error = await other.ping().catch((thrown: Error) => thrown);
    const text = String((error as Error).message);
    expect(text).not.toContain(url.password);
    return text;
  };

  it('is named, with what to do, when nothing listens there', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    server.close();
    expect(await failure((url) => (url.port = String(port)))).toMatch(
      `The database at 127.0.0.1:${port} does not answer. Start it, or correct DATABASE_URL`,
    );
  });

  it('is named when its host does not exist', async () => {
    expect(await failure((url) => (url.hostname = 'no-such-host.invalid'))).toMatch('no-such-host.invalid:');
  });

  it('is told apart from a wrong password and from a missing database', async () => {
    expect(await failure((url) => (url.password = 'wrong-password'))).toMatch('refuses user');
    expect(await failure((url) => (url.pathname = '/nothing'))).toMatch('has no database "nothing"');
  });

  it('is refused at once when its URL makes no sense', () => {
    expect(() => connect('mysql://root:secret@host/db', { name: 'x' })).toThrow(/^(?!.*secret).*postgresql:/);
  });
});

describe('a transaction', () => {
  const take = (id: number) => `UPDATE stock SET available = available - 1 WHERE id = ${id}`;

  it('leaves nothing behind when its work fails', async () => {
    const work = inTransaction(db.pool, async (client) => {
      await client.query(take(1));
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    expect(await one('SELECT available FROM stock WHERE id = 1')).toBe(10);
  });

  it('is tried again after a deadlock', async () => {
    let runs = 0;
    let arrived = 0;
    const crossing = (first: number, second: number) =>
      inTransaction(db.pool, async (client) => {
        runs += 1;
        await client.query(take(first));
        arrived += 1;
        while (arrived < 2) await new Promise((wake) => setTimeout(wake, 5));
        await client.query(take(second));
      });
    await Promise.all([crossing(1, 2), crossing(2, 1)]);
    expect(runs).toBe(3);
    expect(await one('SELECT sum(available)::int FROM stock')).toBe(16);
  });

  it('is tried again after a serialization failure, but not for ever', async () => {
    let runs = 0;
    const failing = inTransaction(
      db.pool,
      (client) => {
        runs += 1;
        return client.query(`DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$`);
      },
      { retries: 2, isolation: 'SERIALIZABLE' },
    );
    await expect(failing).rejects.toThrow('again');
    expect(runs).toBe(3);
  });

  it('reports a lost connection and gives the pool a new one', async () => {
    const cut = inTransaction(db.pool, async (client) => {
      const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      await db.pool.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
      await client.query('SELECT pg_sleep(5)');
    });
    await expect(cut).rejects.toThrow(/terminat|connection error/i);
    expect(await one('SELECT 1')).toBe(1);
  });

  it('gives up a connection on which nothing is answered any more, and goes on with another', async () => {
    await using hole = await openBlackHole(db.url);
    await using cut = closing(connect(hole.url, { name: 'cut off', answerWithinMs: 300 }));
    const began = performance.now();
    const lost = inTransaction(cut.pool, async (client) => {
      await client.query('SELECT 1');
      hole.become('swallowing');
      await client.query('SELECT 2');
    });
    await expect(lost).rejects.toThrow('Query read timeout');
    expect(performance.now() - began).toBeLessThan(3_000);
    hole.become('open');
    expect((await cut.pool.query('SELECT 3 AS three')).rows).toEqual([{ three: 3 }]);
    hole.become('swallowing');
    await expect(cut.pool.query('SELECT 4')).rejects.toThrow('Query read timeout');
    hole.become('open');
    await cut.ping();
  });

  it('knows which unique constraint was violated', async () => {
    const error: unknown = await db.pool.query('INSERT INTO stock VALUES (1, 1)').catch((thrown: unknown) => thrown);
    expect(isUniqueViolation(error)).toBe(true);
    expect(isUniqueViolation(error, 'stock_key')).toBe(true);
    expect(isUniqueViolation(error, 'another_key')).toBe(false);
    expect(isUniqueViolation(new Error('else'))).toBe(false);
  });
});

describe('a statement by itself', () => {
  const failing = (code: string, times: number) =>
    `DO $$ BEGIN IF nextval('tries') <= ${times} THEN RAISE EXCEPTION 'no' USING ERRCODE = '${code}'; END IF; END $$`;
  const tries = () => one('SELECT last_value FROM tries');
  beforeEach(() => db.pool.query('DROP SEQUENCE IF EXISTS tries; CREATE SEQUENCE tries'));

  it('is sent again when a deadlock has ended it, and has its effect once', async () => {
    await db.pool.query('UPDATE stock SET available = 10');
    const other = await db.pool.connect();
    await other.query('BEGIN');
    await other.query('UPDATE stock SET available = available - 1 WHERE id = 1');
    const before = db.statements.count;
    const work = db.pool.query(`DO $$ BEGIN
      UPDATE stock SET available = available - 1 WHERE id = 2;
      UPDATE stock SET available = available - 1 WHERE id = 1; END $$`);
    await waitsFor(other, work);
    const looks = db.statements.count - before - 1;
    await other.query('UPDATE stock SET available = available - 1 WHERE id = 2');
    await other.query('COMMIT');
    other.release();
    await work;
    expect(db.statements.count - before - looks).toBe(4); // Its own two, and the other's UPDATE and COMMIT.
    expect((await db.pool.query('SELECT available FROM stock ORDER BY id')).rows).toEqual([
      { available: 8 },
      { available: 8 },
    ]);
  });

  it.each(['40P01', '40001'])('is sent again after %s, but not for ever', async (code) => {
    await db.pool.query(failing(code, 3));
    expect(await tries()).toBe(4);
    await db.pool.query(`SELECT setval('tries', 1, false)`);
    await expect(db.pool.query(failing(code, 4))).rejects.toThrow('no');
    expect(await tries()).toBe(4);
  });

  it("is sent again when it is Prisma's", async () => {
    const prisma = await db.adapter.connect();
    await prisma.executeRaw({ sql: failing('40P01', 1), args: [], argTypes: [] });
    expect(await tries()).toBe(2);
  });

  it('is not sent again after any other error, nor in a transaction', async () => {
    await expect(db.pool.query(failing('23505', 1))).rejects.toThrow('no');
    expect(await tries()).toBe(1);
    await db.pool.query(`SELECT setval('tries', 1, false)`);
    const client = await db.pool.connect();
    await client.query('BEGIN');
    await expect(client.query(failing('40P01', 1))).rejects.toThrow('no');
    await client.query('ROLLBACK');
    client.release();
    expect(await tries()).toBe(1);
  });
});

describe('what takes its locks', () => {
  const take = (id: number) => `UPDATE stock SET available = available WHERE id = ${id}`;
  const bothIn = (first: number, second: number) => () =>
    inTransaction(db.pool, async (client) => {
      await client.query(take(first));
      await client.query(take(second));
    });

  it('in the order of another waits for it, and in another order is found out', async () => {
    const other = { has: take(1), wants: take(2) };
    await meetLocked(db.pool, other, bothIn(1, 2));
    await expect(meetLocked(db.pool, other, bothIn(2, 1))).rejects.toThrow('a circle');
  });
});

/** The way to a database, on which answers can get lost without an end. */
async function openBlackHole(url: string) {
  const target = new URL(url);
  let swallowing = false;
  const server = createServer((client) => {
    const database = dial(Number(target.port), target.hostname);
    client.on('error', () => {}).on('close', () => database.destroy());
    database.on('error', () => {}).on('close', () => client.destroy());
    client.pipe(database);
    database.on('data', (chunk) => swallowing || client.write(chunk));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const through = new URL(url);
  through.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: through.href,
    become: (next: 'open' | 'swallowing') => {
      swallowing = next === 'swallowing';
    },
    [Symbol.asyncDispose]: async () => void server.close(),
  };
}
