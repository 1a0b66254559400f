import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Pool } from 'pg';
import { pino } from 'pino';
import { describe, expect, it, vi } from 'vitest';
import { type ChangeAnnouncement, type ChangeFeedOptions, createChangeFeed } from '../src/change-feed.ts';
import { createEnvelopeOpener, createEnvelopeSigner, ENVELOPE_HEADER, envelopeKey } from '../src/envelope.ts';
import { createLogger } from '../src/logger.ts';
import { TEST_SECRET } from '../src/testing/ask.ts';
import { testDatabase } from '../src/testing/test-database.ts';

const WAIT = { timeout: 10_000, interval: 20 };

/** Stands where a router would, and writes down what it is told. */
async function openListener() {
  const heard: ChangeAnnouncement[] = [];
  const openEnvelope = createEnvelopeOpener('router', envelopeKey(TEST_SECRET, 'router'));
  let status = 204;
  let asked = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    expect(openEnvelope(request.headers[ENVELOPE_HEADER] as string, body).issuer).toBe('products');
    asked += 1;
    if (status === 0) return void request.socket.destroy();
    if (status === 204) heard.push(JSON.parse(body.toString()));
    response.writeHead(status).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    heard,
    /** How often anything was said, heard or not. */
    asked: () => asked,
    changes: () => heard.flatMap(({ changed }) => changed),
    /** 0: breaks the connection instead. */
    answer: (code: number) => {
      status = code;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function openFeed(database: Pool, routerUrls: string[], changes: Partial<ChangeFeedOptions> = {}) {
  const job = createChangeFeed({
    name: 'products',
    database,
    routerUrls,
    sign: createEnvelopeSigner('products', (audience) => envelopeKey(TEST_SECRET, audience)),
    logger: createLogger('products', 'silent'),
    ...changes,
  });
  job.start();
  return { stop: () => job.stop(), [Symbol.asyncDispose]: () => job.stop() };
}

const note = (pool: Pool, typename: string, ...ids: (string | null)[]) =>
  pool.query('INSERT INTO change (typename, id) SELECT $1, unnest($2::text[])', [typename, ids]);

describe('a subgraph with a change feed', () => {
  it('says several times a second that nothing has changed, and what has when it has', async () => {
    await using db = await testDatabase('products');
    await using router = await openListener();
    await using _feed = openFeed(db.pool, [router.url]);
    await vi.waitFor(() => expect(router.heard.length).toBeGreaterThan(3), WAIT);
    expect(router.changes()).toEqual([]);
    await note(db.pool, 'Product', 'b', 'a', 'a');
    await note(db.pool, 'Collection', 'c', null);
    await vi.waitFor(() => expect(router.changes()).toHaveLength(2), WAIT);
    expect([...router.changes()].sort((a, b) => (a.typename < b.typename ? -1 : 1))).toEqual([
      { typename: 'Collection' },
      { typename: 'Product', ids: ['a', 'b'] },
    ]);
    const { heard } = router;
    expect(heard.map(({ sequence }) => sequence)).toEqual(heard.map((_, index) => index + 1));
    expect(new Set(heard.map(({ epoch }) => epoch)).size).toBe(1);
    expect(heard.map(({ saidAt }) => saidAt)).toEqual(heard.map(({ saidAt }) => saidAt).sort((a, b) => a - b));
  });

  it('says that a whole type has changed where naming each would take too long', async () => {
    await using db = await testDatabase('products');
    await using router = await openListener();
    await note(db.pool, 'Product', ...Array.from({ length: 501 }, (_, index) => String(index)));
    await using _feed = openFeed(db.pool, [router.url]);
    await vi.waitFor(() => expect(router.changes()).toEqual([{ typename: 'Product' }]), WAIT);
  });

  it('does not say twice what a router missed: the router sees the gap', async () => {
    await using db = await testDatabase('products');
    await using router = await openListener();
    await using _feed = openFeed(db.pool, [router.url]);
    await vi.waitFor(() => expect(router.heard.length).toBeGreaterThan(0), WAIT);
    router.answer(503);
    await note(db.pool, 'Product', 'a');
    await vi.waitFor(async () => expect((await db.pool.query('SELECT FROM change')).rowCount).toBe(0), WAIT);
    // What was taken may still be on its way; two announcements later it has been refused.
    const asked = router.asked();
    await vi.waitFor(() => expect(router.asked()).toBeGreaterThan(asked + 1), WAIT);
    const before = router.heard.at(-1)?.sequence ?? 0;
    router.answer(204);
    await vi.waitFor(() => expect(router.heard.at(-1)?.sequence).toBeGreaterThan(before + 1), WAIT);
    expect(router.changes()).toEqual([]);
  });

  it('tells each router that it knows, whether or not the others answer', async () => {
    await using db = await testDatabase('products');
    await using one = await openListener();
    await using other = await openListener();
    await using _feed = openFeed(db.pool, ['http://127.0.0.1:1', one.url, other.url]);
    await note(db.pool, 'Product', 'a');
    await vi.waitFor(() => {
      expect(one.changes()).toEqual([{ typename: 'Product', ids: ['a'] }]);
      expect(other.changes()).toEqual([{ typename: 'Product', ids: ['a'] }]);
    }, WAIT);
  });

  it('announces nothing of a transaction before it is committed', async () => {
    await using db = await testDatabase('products');
    await using router = await openListener();
    await using _feed = openFeed(db.pool, [router.url]);
    const client = await db.pool.connect();
    await client.query('BEGIN');
    await client.query("INSERT INTO change (typename, id) VALUES ('Product', 'slow')");
    await note(db.pool, 'Product', 'quick');
    await vi.waitFor(() => expect(router.changes()).toEqual([{ typename: 'Product', ids: ['quick'] }]), WAIT);
    await client.query('COMMIT');
    client.release();
    await vi.waitFor(() => expect(router.changes()[1]).toEqual({ typename: 'Product', ids: ['slow'] }), WAIT);
  });
});

describe('a router that keeps nothing', () => {
  it('is told seldom, until it says that it does', async () => {
    await using db = await testDatabase('products');
    await using router = await openListener();
    router.answer(202);
    await using _feed = openFeed(db.pool, [router.url]);
    await vi.waitFor(() => expect(router.asked()).toBe(1), WAIT);
    router.answer(204);
    await vi.waitFor(() => expect(router.heard.length).toBeGreaterThan(3), WAIT);
    expect(router.asked() - router.heard.length).toBe(1);
  });
});

describe('of several processes', () => {
  it('one speaks, and when it falls silent another takes over in a later epoch', async () => {
    await using db = await testDatabase('products');
    await using router = await openListener();
    const first = openFeed(db.pool, [router.url]);
    await vi.waitFor(() => expect(router.heard.length).toBeGreaterThan(0), WAIT);
    await using _second = openFeed(db.pool, [router.url]);
    await vi.waitFor(() => expect(router.heard.length).toBeGreaterThan(5), WAIT);
    const [{ epoch } = { epoch: 0 }] = router.heard;
    expect(new Set(router.heard.map((one) => one.epoch))).toEqual(new Set([epoch]));
    await first.stop();
    await vi.waitFor(() => expect(router.heard.at(-1)?.epoch).toBeGreaterThan(epoch), WAIT);
    expect(router.heard.find((one) => one.epoch > epoch)?.sequence).toBe(1);
  });

  it('one that may have lost what it took begins another epoch', async () => {
    await using db = await testDatabase('products');
    await using router = await openListener();
    let breaks = false;
    /** Executes, and then loses the answer. */
    const flaky = {
      async query(...args: [string, unknown[]]) {
        const result = await db.pool.query(...args);
        if (!breaks) return result;
        breaks = false;
        throw new Error('Connection terminated unexpectedly');
      },
    } as unknown as Pool;
    await using _feed = openFeed(flaky, [router.url]);
    await vi.waitFor(() => expect(router.heard.length).toBeGreaterThan(0), WAIT);
    const [{ epoch } = { epoch: 0 }] = router.heard;
    await note(db.pool, 'Product', 'lost');
    breaks = true;
    await vi.waitFor(() => expect(router.heard.at(-1)?.epoch).toBeGreaterThan(epoch), WAIT);
  });
});

describe('the log', () => {
  /** A logger, and what it was given to warn of. */
  function openLog() {
    const lines: Record<string, unknown>[] = [];
    const logger = pino({ level: 'warn' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
    return { logger, lines };
  }

  it('says nothing of a router that starts a little later, and names it when it is gone again', async () => {
    await using db = await testDatabase('products');
    await using router = await openListener();
    const { logger, lines } = openLog();
    router.answer(0);
    await using _feed = openFeed(db.pool, [router.url], { logger });
    await vi.waitFor(() => expect(router.asked()).toBeGreaterThan(2), WAIT);
    router.answer(204);
    await vi.waitFor(() => expect(router.heard.length).toBeGreaterThan(1), WAIT);
    expect(lines).toEqual([]);
    router.answer(0);
    await vi.waitFor(() => expect(lines).toHaveLength(1), WAIT);
    expect(lines[0]).toMatchObject({ router: router.url, reason: expect.any(String) });
  });

  it('names a router that does not come up at all, without a stack', async () => {
    await using db = await testDatabase('products');
    const { logger, lines } = openLog();
    await using _feed = openFeed(db.pool, ['http://127.0.0.1:1'], { logger, startingMs: 300 });
    await vi.waitFor(() => expect(lines).toHaveLength(1), WAIT);
    expect(lines[0]).toMatchObject({ reason: expect.stringContaining('ECONNREFUSED') });
    expect(JSON.stringify(lines)).not.toContain('stack');
  });
});

describe('where nobody is told', () => {
  it('changes do not pile up', async () => {
    await using db = await testDatabase('products');
    await note(db.pool, 'Product', 'a');
    await using _feed = openFeed(db.pool, []);
    await vi.waitFor(async () => expect((await db.pool.query('SELECT FROM change')).rowCount).toBe(0), WAIT);
  });

  it('but others are told, they are left to those', async () => {
    await using db = await testDatabase('products');
    await db.pool.query("UPDATE change_feed SET holder = 'somebody', held_until = now() - interval '30 seconds'");
    await note(db.pool, 'Product', 'a');
    const feed = openFeed(db.pool, []);
    await feed.stop();
    expect((await db.pool.query('SELECT FROM change')).rowCount).toBe(1);
  });
});
