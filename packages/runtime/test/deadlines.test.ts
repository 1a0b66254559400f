import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { codeOf } from '@cartograph/kernel/errors';
import { ANONYMOUS } from '@cartograph/kernel/viewer';
import { describe, expect, it, vi } from 'vitest';
import { currentRequestId, withRequest } from '../src/current-request.ts';
import { connect } from '../src/database/connect.ts';
import { inTransaction } from '../src/database/transaction.ts';
import { createEnvelopeSigner, envelopeKey } from '../src/envelope.ts';
import { createJob } from '../src/job.ts';
import { createLogger } from '../src/logger.ts';
import { allow } from '../src/permissions.ts';
import { createSubgraphClient } from '../src/subgraph-client.ts';
import { createSubgraph } from '../src/subgraph-server.ts';
import { askSubgraph, TEST_SECRET } from '../src/testing/ask.ts';
import { testDatabase } from '../src/testing/test-database.ts';

const WAIT = { timeout: 10_000, interval: 5 };
const code = (work: Promise<unknown>) => work.then(() => 'done', codeOf);

/** Work for somebody who waits so long. */
const within = <T>(ms: number, work: () => T, mayBeCut = true): T =>
  withRequest({ id: 'r', deadline: performance.now() + ms, mayBeCut }, work);

/** A subgraph that writes down what it was asked for, and is done with a query only when the test says so. */
async function openSubgraph(work: () => Promise<unknown> = async () => {}) {
  const begun: string[] = [];
  const resolve = (name: string) => async () => {
    begun.push(name);
    await work();
    return name;
  };
  const subgraph = createSubgraph({
    name: 'things',
    typeDefs: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
      type Query { read: String } type Mutation { write: String } type Thing @key(fields: "id") { id: ID! }`,
    resolvers: { Query: { read: resolve('read') }, Mutation: { write: resolve('write') } },
    permissions: { Query: { read: allow }, Mutation: { write: allow } },
    context: (viewer) => ({ viewer }),
    port: 0,
    envelopeKey: envelopeKey(TEST_SECRET, 'things'),
    logger: createLogger('things', 'silent'),
  });
  const url = await subgraph.listen();
  return {
    begun,
    ask: (query: string, deadlineMs?: string) =>
      askSubgraph('things', url, ANONYMOUS, deadlineMs === undefined ? {} : { 'x-deadline-ms': deadlineMs })(query),
    [Symbol.asyncDispose]: () => subgraph.close(),
  };
}

describe('a request whose caller has gone', () => {
  it.each(['{ read }', 'mutation { write }'])('is not begun: %s', async (query) => {
    await using things = await openSubgraph();
    const { errors } = await things.ask(query, '0');
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['DEADLINE_EXCEEDED']);
    expect(things.begun).toEqual([]);
  });

  it.each([undefined, '', '-1', 'soon', '1e3', '60000'])('is none whose header says %j', async (deadlineMs) => {
    await using things = await openSubgraph();
    expect((await things.ask('{ read }', deadlineMs)).data).toEqual({ read: 'read' });
  });

  it('takes no connection to the database any more, unless it has effects', async () => {
    await using db = await testDatabase('orders');
    await using things = await openSubgraph(async () => {
      await vi.waitFor(() => expect(performance.now()).toBeGreaterThan(lateAt), WAIT);
      await db.pool.query('SELECT 1');
    });
    let lateAt = performance.now() + 150;
    const before = db.statements.count;
    const { errors } = await things.ask('{ read }', '100');
    expect([errors?.[0]?.extensions.code, things.begun]).toEqual(['DEADLINE_EXCEEDED', ['read']]);
    expect(db.statements.count).toBe(before);
    lateAt = performance.now() + 150;
    expect((await things.ask('mutation { write }', '100')).data).toEqual({ write: 'write' });
    expect(db.statements.count).toBe(before + 1);
  });
});

describe('the database', () => {
  it('is asked nothing in time that is over, by pool or by connection', async () => {
    await using db = await testDatabase('orders');
    const before = db.statements.count;
    expect(await code(within(-1, () => db.pool.query('SELECT 1')))).toBe('DEADLINE_EXCEEDED');
    expect(await code(within(-1, () => inTransaction(db.pool, (client) => client.query('SELECT 1'))))).toBe(
      'DEADLINE_EXCEEDED',
    );
    expect(db.statements.count).toBe(before);
    expect(await code(within(-1, () => db.pool.query('SELECT 1'), false))).toBe('done');
  });

  it('goes on with a transaction that was begun in time, to its end', async () => {
    await using db = await testDatabase('orders');
    await db.ping();
    db.statements.record(true);
    const begun = within(1_000, () =>
      inTransaction(db.pool, async (client) => {
        await client.query('SELECT pg_sleep(1)');
        return client.query('SELECT 2');
      }),
    );
    expect(await code(begun)).toBe('done');
    expect(db.statements.texts).toEqual(['BEGIN', 'SELECT pg_sleep(1)', 'SELECT 2', 'COMMIT']);
  });

  it('gives a place for which somebody has waited too long to the next, whose time is not that of the one before', async () => {
    await using db = await testDatabase('orders');
    const pool = connect(db.url, { name: 'one', maxConnections: 1 });
    const holder = await pool.pool.connect();
    const late = code(within(20, () => pool.pool.query('SELECT 1')));
    const job = pool.pool.query('SELECT 2');
    const other = within(60_000, async () => ({ client: await pool.pool.connect(), id: currentRequestId() }));
    const started = performance.now();
    await vi.waitFor(() => expect(performance.now() - started).toBeGreaterThan(60), WAIT);
    within(-1, () => holder.release());
    expect(await late).toBe('DEADLINE_EXCEEDED');
    expect((await job).rowCount).toBe(1);
    const { client, id } = await other;
    client.release();
    expect(id).toBe('r');
    await pool.close();
  });
});

it('a job has time of its own, also when a request has asked for its run', async () => {
  await using db = await testDatabase('orders');
  const ran: string[] = [];
  const job = createJob(
    'sweep',
    60_000,
    async () => {
      await db.pool.query('SELECT 1');
      ran.push(currentRequestId());
    },
    createLogger('things', 'silent'),
  );
  job.start();
  await vi.waitFor(() => expect(ran).toHaveLength(1), WAIT);
  within(-1, job.kick);
  await vi.waitFor(() => expect(ran).toHaveLength(2), WAIT);
  expect(ran).not.toContain('r');
  await job.stop();
});

describe('a call to a neighbour', () => {
  async function openNeighbour(timeoutMs = 600) {
    const heard: IncomingHttpHeaders[] = [];
    const server = createServer((request) => void heard.push(request.headers)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = createSubgraphClient({
      from: 'orders',
      to: 'payments',
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
      sign: createEnvelopeSigner('orders', (audience) => envelopeKey(TEST_SECRET, audience)),
      timeoutMs,
    });
    return {
      waits: () => heard.map((headers) => Number(headers['x-deadline-ms'])),
      ask: () => code(client.ask('{ price }', {})),
      async [Symbol.asyncDispose]() {
        server.closeAllConnections();
        server.close();
      },
    };
  }

  it('has what is left of the time in which it was asked for, and says so', async () => {
    await using neighbour = await openNeighbour(20_000);
    const started = performance.now();
    expect(await within(1_000, neighbour.ask)).toBe('DEADLINE_EXCEEDED');
    expect(performance.now() - started).toBeLessThan(10_000);
    const [waits] = neighbour.waits();
    expect(waits).toBeLessThanOrEqual(1_000);
    expect(waits).toBeGreaterThan(0);
  });

  it('has all of its own time where no request asked for it, or one that has effects', async () => {
    await using neighbour = await openNeighbour();
    await Promise.all([neighbour.ask(), within(100, neighbour.ask, false)]);
    expect(neighbour.waits()).toEqual([600, 600]);
  });

  it('is not made when nothing is left', async () => {
    await using neighbour = await openNeighbour();
    expect(await within(0, neighbour.ask)).toBe('DEADLINE_EXCEEDED');
    expect(neighbour.waits()).toEqual([]);
  });
});
