import { describe, expect, it, vi } from 'vitest';
import { type CachedGraph, openCachedGraph } from './cached-graph.ts';
import { hasRedis, openRedis } from './redis-server.ts';

const WAIT = { timeout: 10_000, interval: 20 };
const ANSWERS = { responses: { enabled: true } };
const ENTITIES = { entities: { enabled: true } };
const ONE = '{ product(id: "1") { id name price } }';
const TWO = '{ product(id: "2") { id name price } }';
const ALL = '{ products { id price } }';
const CUSTOMER = { kind: 'customer', customerId: 'Customer:ada' } as const;
const STAFF = { kind: 'staff', staffId: 'Staff:eve', roles: ['CATALOGUE'] } as const;

/** Asks until nobody is asked behind the router any more: the answer is kept. */
async function untilKept({ ask, shop }: CachedGraph, query: string, options: Parameters<CachedGraph['ask']>[1] = {}) {
  await vi.waitFor(async () => {
    shop.asked();
    await ask(query, options);
    expect(shop.asked()).toEqual([]);
  }, WAIT);
}

describe('an answer that is kept', () => {
  it('is given out again, to every buyer alike', async () => {
    await using graph = await openCachedGraph({ settings: ANSWERS });
    await untilKept(graph, ONE);
    expect(await graph.ask(ONE, { viewer: CUSTOMER })).toEqual({ product: { id: '1', name: 'Name 1', price: 10 } });
    expect(graph.shop.asked()).toEqual([]);
  });

  it('goes when an entity in it changes, and others stay', async () => {
    await using graph = await openCachedGraph({ settings: ANSWERS });
    for (const query of [ONE, TWO, ALL]) await untilKept(graph, query);
    graph.shop.prices.set('1', 11);
    await graph.speakers.products.say({ typename: 'Product', ids: ['1'] });
    expect(await graph.ask(ONE)).toEqual({ product: { id: '1', name: 'Name 1', price: 11 } });
    expect((await graph.ask(ALL)).products[0]).toEqual({ id: '1', price: 11 });
    graph.shop.asked();
    await graph.ask(TWO);
    expect(graph.shop.asked()).toEqual([]);
  });

  it('shows which there are: a new one makes lists and names that were not found stale', async () => {
    await using graph = await openCachedGraph({ settings: ANSWERS });
    const three = '{ product(id: "3") { id } }';
    for (const query of [ALL, three]) await untilKept(graph, query);
    graph.shop.prices.set('3', 30);
    await graph.speakers.products.say({ typename: 'Product', ids: ['3'] });
    expect((await graph.ask(ALL)).products).toHaveLength(3);
    expect(await graph.ask(three)).toEqual({ product: { id: '3' } });
  });

  it('that was read before a change is not kept after it', async () => {
    await using graph = await openCachedGraph({ settings: ANSWERS });
    await untilKept(graph, TWO);
    const open = graph.shop.hold();
    const slow = graph.ask(ONE);
    await vi.waitFor(() => expect(graph.shop.asked()).toContain('product 1'), WAIT);
    graph.shop.prices.set('1', 11);
    await graph.speakers.products.say({ typename: 'Product', ids: ['1'] });
    open();
    expect((await slow).product.price).toBe(10);
    expect((await graph.ask(ONE)).product.price).toBe(11);
  });

  it('is never one with an error in it', async () => {
    await using graph = await openCachedGraph({ settings: ANSWERS });
    await untilKept(graph, ONE);
    const broken = '{ product(id: "1") { id broken } }';
    for (let times = 0; times < 3; times += 1) {
      graph.shop.asked();
      expect(await graph.ask(broken)).toEqual({ product: { id: '1', broken: null } });
      expect(graph.shop.asked()).toEqual(['product 1']);
    }
  });

  it('is not for staff, who see more and must see their own changes', async () => {
    await using graph = await openCachedGraph({ settings: ANSWERS });
    await untilKept(graph, ONE);
    graph.shop.prices.set('1', 11);
    expect((await graph.ask(ONE, { viewer: STAFF })).product.price).toBe(11);
  });

  it('is for its viewer alone where the schema says so', async () => {
    await using graph = await openCachedGraph({ settings: ANSWERS });
    const mine = '{ mine { id } }';
    await untilKept(graph, mine, { viewer: CUSTOMER });
    for (const viewer of [undefined, { kind: 'customer', customerId: 'Customer:bob' }] as const) {
      await graph.ask(mine, viewer ? { viewer } : {});
      expect(graph.shop.asked()).toEqual(['product 1', 'product 2']);
    }
  });

  it('is told apart by variables, whatever their order and whatever else is sent', async () => {
    await using graph = await openCachedGraph({ settings: ANSWERS });
    const query = 'query ($id: ID!, $yes: Boolean = true) { product(id: $id) { id price @include(if: $yes) } }';
    await untilKept(graph, query, { variables: { id: '1', yes: true } });
    await graph.ask(query, { variables: { yes: true, id: '1', more: 'x' } });
    expect(graph.shop.asked()).toEqual([]);
    expect(await graph.ask(query, { variables: { id: '1', yes: false } })).toEqual({ product: { id: '1' } });
    expect(await graph.ask(query, { variables: { id: '2', yes: true } })).toEqual({ product: { id: '2', price: 20 } });
  });

  it('tells a proxy how much longer it may be kept, and is not sent again to who has it', async () => {
    await using graph = await openCachedGraph({ settings: ANSWERS });
    await untilKept(graph, ONE);
    await vi.waitFor(async () => {
      const { headers } = await graph.get(ONE);
      expect(headers.get('cache-control')).toMatch(/^public, max-age=5\d$/);
    }, WAIT);
    const { headers } = await graph.get(ONE);
    const again = await graph.get(ONE, { 'if-none-match': headers.get('etag') as string });
    expect([again.status, again.body]).toEqual([304, null]);
    const packed = { 'accept-encoding': 'br' };
    expect((await graph.get(ONE, packed)).body).toEqual((await graph.get(ONE)).body);
  });
});

describe('nothing is kept', () => {
  it('where it is not asked for in the settings', async () => {
    await using graph = await openCachedGraph();
    for (let times = 0; times < 3; times += 1) {
      await graph.ask(ONE);
      expect(graph.shop.asked()).toEqual(['product 1']);
    }
    const { post } = graph.speakers.products;
    const body = JSON.stringify({ feed: 'products', epoch: Date.now() * 2, sequence: 1, saidAt: 0, changed: [] });
    expect((await post(graph.urls[0] as string, body)).status).toBe(202);
  });

  it('of a subgraph that fell silent: what changes then is seen', async () => {
    await using graph = await openCachedGraph({ settings: ANSWERS });
    await untilKept(graph, ONE);
    graph.speakers.products.silence();
    graph.shop.prices.set('1', 11);
    await vi.waitFor(async () => expect((await graph.ask(ONE)).product.price).toBe(11), WAIT);
  });

  it('of a plan that asks a subgraph which says nothing', async () => {
    await using graph = await openCachedGraph({ settings: ANSWERS });
    const both = '{ product(id: "1") { id price stars } }';
    await untilKept(graph, both);
    graph.speakers.reviews.silence();
    await vi.waitFor(async () => {
      await graph.ask(both);
      expect(graph.shop.asked()).not.toEqual([]);
    }, WAIT);
    await untilKept(graph, ONE);
  });

  it('by a router that is told only half: each missed word makes it forget', async () => {
    await using graph = await openCachedGraph({ settings: ANSWERS });
    await untilKept(graph, ONE);
    const { speakers, shop, urls } = graph;
    speakers.products.silence();
    await speakers.products.say();
    const body = JSON.stringify({ feed: 'products', epoch: Date.now() + 1e6, sequence: 9, saidAt: 0, changed: [] });
    expect((await speakers.products.post(urls[0] as string, body)).status).toBe(204);
    shop.asked();
    await graph.ask(ONE);
    expect(shop.asked()).toEqual(['product 1']);
  });
});

describe('what a subgraph says', () => {
  it.each([
    ['without an envelope', 'not.signed', 401],
    ['in an envelope that it signed for another', 'for another', 401],
  ])('%s is not believed', async (_how, envelope, status) => {
    await using graph = await openCachedGraph({ settings: ANSWERS });
    const { post, sign } = graph.speakers.products;
    const body = JSON.stringify({ feed: 'products', epoch: 1, sequence: 1, saidAt: 0, changed: [] });
    const viewer = { kind: 'service', service: 'products' } as const;
    const wrong = sign({ audience: 'products', viewer, requestId: 'r', body });
    const answer = await post(graph.urls[0] as string, body, envelope === 'for another' ? wrong : envelope);
    expect(answer.status).toBe(status);
  });

  it.each([
    ['of another subgraph', { feed: 'reviews', epoch: 1, sequence: 1, saidAt: 0, changed: [] }, 403],
    ['in no form that we know', { feed: 'products', changed: [{ typename: 'a b' }] }, 400],
    ['in no JSON', undefined, 400],
  ])('%s is refused', async (_what, announcement, status) => {
    await using graph = await openCachedGraph({ settings: ANSWERS });
    const body = announcement ? JSON.stringify(announcement) : '{';
    expect((await graph.speakers.products.post(graph.urls[0] as string, body)).status).toBe(status);
  });
});

describe('an entity that is kept', () => {
  it('is not asked for again, also by another query; only the others are', async () => {
    await using graph = await openCachedGraph({ settings: ENTITIES });
    await untilKeptReview(graph, '{ product(id: "1") { stars } }', '1');
    await graph.ask('{ products { id price stars } }');
    expect(graph.shop.asked().filter((one) => one.startsWith('review'))).toEqual(['review 2']);
    expect((await graph.ask('{ products { id stars } }')).products).toEqual([
      { id: '1', stars: 1 },
      { id: '2', stars: 2 },
    ]);
  });

  it('is told apart by the arguments that were asked with', async () => {
    await using graph = await openCachedGraph({ settings: ENTITIES });
    const note = 'query ($in: String!) { product(id: "1") { note(in: $in) } }';
    await untilKeptReview(graph, '{ product(id: "1") { stars } }', '1');
    for (const language of ['de', 'fr', 'de'])
      expect(await graph.ask(note, { variables: { in: language } })).toEqual({ product: { note: `1 in ${language}` } });
    expect(graph.shop.asked().filter((one) => one.startsWith('review'))).toHaveLength(2);
  });

  it('goes when it changes, and is not for staff', async () => {
    await using graph = await openCachedGraph({ settings: ENTITIES });
    const query = '{ product(id: "1") { stars } }';
    await untilKeptReview(graph, query, '1');
    await graph.ask(query, { viewer: STAFF });
    expect(graph.shop.asked()).toContain('review 1');
    await untilKeptReview(graph, query, '1');
    await graph.speakers.reviews.say({ typename: 'Product', ids: ['1'] });
    graph.shop.asked();
    await graph.ask(query);
    expect(graph.shop.asked()).toContain('review 1');
  });

  it('goes when it changes, with the answers that were made of it without asking for it', async () => {
    await using graph = await openCachedGraph({ settings: { ...ANSWERS, ...ENTITIES } });
    const query = '{ product(id: "1") { stars } }';
    await untilKeptReview(graph, query, '1');
    const other = '{ product(id: "1") { id name stars } }';
    await untilKept(graph, other);
    graph.shop.stars.set('1', 4);
    await graph.speakers.reviews.say({ typename: 'Product', ids: ['1'] });
    expect((await graph.ask(other)).product.stars).toBe(4);
  });

  const untilKeptReview = ({ ask, shop }: CachedGraph, query: string, id: string) =>
    vi.waitFor(async () => {
      shop.asked();
      await ask(query);
      expect(shop.asked()).not.toContain(`review ${id}`);
    }, WAIT);
});

describe('callers who ask the same at the same time', () => {
  const together = async (graph: CachedGraph, query: string, options: Parameters<CachedGraph['ask']>[1] = {}) => {
    // Known to the router, so that nothing but the subgraph is waited for.
    for (let times = 0; times < 2; times += 1) await graph.ask(query, options);
    graph.shop.asked();
    const open = graph.shop.hold();
    const first = graph.ask(query, options);
    await vi.waitFor(() => expect(graph.shop.askedSoFar()).toBe(1), WAIT);
    graph.shop.asked();
    const others = Array.from({ length: 5 }, () => graph.ask(query, options));
    return { open, answers: [first, ...others] };
  };

  /** Another question has gone all the way: those before it have long been at the router. */
  const arrived = async (graph: CachedGraph) => {
    void graph.ask(TWO);
    await vi.waitFor(() => expect(graph.shop.asked()).toEqual(['product 2']), WAIT);
  };

  it('wait for one answer where the schema lets them', async () => {
    await using graph = await openCachedGraph();
    const { open, answers } = await together(graph, ONE);
    await arrived(graph);
    open();
    expect(new Set((await Promise.all(answers)).map((data) => data.product.price))).toEqual(new Set([10]));
    expect(graph.shop.asked()).toEqual([]);
  });

  it.each([
    ['it says nothing of it', '{ unmarked }', {}, {}],
    ['they are staff', ONE, { viewer: STAFF }, {}],
    ['the settings say so', ONE, {}, { inFlight: 'off' }],
  ])('ask each for themselves where %s', async (_why, query, options, settings) => {
    await using graph = await openCachedGraph({ settings });
    const { open, answers } = await together(graph, query, options);
    await vi.waitFor(() => expect(graph.shop.askedSoFar()).toBe(5), WAIT);
    open();
    await Promise.all(answers);
  });

  it('share what the schema says nothing of, where the settings say so and nobody signed in', async () => {
    await using graph = await openCachedGraph({ settings: { inFlight: 'anonymous' } });
    const { open, answers } = await together(graph, '{ unmarked }');
    await arrived(graph);
    open();
    await Promise.all(answers);
    expect(graph.shop.asked()).toEqual([]);
  });

  it('never get an answer that was begun before a mutation that has been answered', async () => {
    await using graph = await openCachedGraph();
    const { open, answers } = await together(graph, ONE);
    await graph.ask('mutation { setPrice(id: "1", price: 12) { price } }', { viewer: STAFF });
    const later = graph.ask(ONE);
    await vi.waitFor(() => expect(graph.shop.asked()).toEqual(['product 1']), WAIT);
    open();
    expect((await answers[0]).product.price).toBe(10);
    expect((await later).product.price).toBe(12);
  });

  it('never get an answer that was begun before a change of which the router was told', async () => {
    await using graph = await openCachedGraph();
    const { open, answers } = await together(graph, ONE);
    graph.shop.prices.set('1', 12);
    await graph.speakers.products.say({ typename: 'Product', ids: ['1'] });
    const later = graph.ask(ONE);
    await vi.waitFor(() => expect(graph.shop.asked()).toEqual(['product 1']), WAIT);
    open();
    expect((await answers[0]).product.price).toBe(10);
    expect((await later).product.price).toBe(12);
  });
});

describe('the metrics of a router that keeps answers', () => {
  const metricsOf = async ({ urls }: CachedGraph) => {
    const text = await (await fetch(new URL('/metrics', urls[0]))).text();
    const counts = (cache: string) =>
      [
        'lookups_total{cache="%",result="hit"}',
        'lookups_total{cache="%",result="miss"}',
        'purged_total{cache="%"}',
      ].map((name) => {
        const sample = `cartograph_router_cache_${name.replace('%', cache)} `;
        const line = text.split('\n').find((one) => one.startsWith(sample));
        return Number(line?.slice(sample.length));
      });
    return { response: counts('response'), entity: counts('entity') };
  };

  it('count what was found, what was missed, and what was thrown out because it had changed', async () => {
    await using graph = await openCachedGraph({ settings: { ...ANSWERS, ...ENTITIES } });
    const query = '{ product(id: "1") { id stars } }';
    const since = async (work: () => Promise<unknown>) => {
      const before = await metricsOf(graph);
      // Both have just been heard, however busy this machine is.
      await Promise.all([graph.speakers.products.say(), graph.speakers.reviews.say()]);
      await work();
      const after = await metricsOf(graph);
      const difference = (cache: 'response' | 'entity') =>
        after[cache].map((count, index) => count - (before[cache][index] as number));
      return { response: difference('response'), entity: difference('entity') };
    };
    await untilKept(graph, query);
    expect(await since(() => graph.ask(query))).toEqual({ response: [1, 0, 0], entity: [0, 0, 0] });
    expect(await since(() => graph.ask('{ product(id: "1") { stars id } }'))).toEqual({
      response: [0, 1, 0],
      entity: [1, 0, 0],
    });
    expect(await since(() => graph.ask('{ product(id: "2") { stars } }'))).toEqual({
      response: [0, 1, 0],
      entity: [0, 1, 0],
    });
    await graph.speakers.reviews.say({ typename: 'Product', ids: ['1'] });
    expect(await since(() => graph.ask(query))).toEqual({ response: [0, 1, 1], entity: [0, 1, 1] });
  });
});

it('Redis is there where tests must run', () => {
  if (process.env.CI) expect(hasRedis).toBe(true);
  else if (!hasRedis)
    console.warn('without redis-server (apt install redis-server) the routers are not tested together');
});

describe.runIf(hasRedis)('several routers with a Redis between them', () => {
  it('all forget what one of them was told of', async () => {
    await using redis = await openRedis();
    await using graph = await openCachedGraph({ routers: 2, settings: ANSWERS, redisUrl: redis.url, told: [0] });
    for (const router of [0, 1]) await untilKept(graph, ONE, { router });
    graph.shop.prices.set('1', 11);
    await graph.speakers.products.say({ typename: 'Product', ids: ['1'] });
    await vi.waitFor(async () => expect((await graph.ask(ONE, { router: 1 })).product.price).toBe(11), 1_000);
    expect((await graph.ask(ONE)).product.price).toBe(11);
  });

  it('find what another has kept, where the settings say so', async () => {
    await using redis = await openRedis();
    const settings = { ...ANSWERS, ...ENTITIES, store: 'redis' };
    await using graph = await openCachedGraph({ routers: 2, settings, redisUrl: redis.url, told: [0] });
    await untilKept(graph, TWO, { router: 1 });
    await untilKept(graph, ONE, { router: 0 });
    expect((await graph.ask(ONE, { router: 1 })).product.price).toBe(10);
    expect(graph.shop.asked()).toEqual([]);
  });

  it('keep nothing while they do not hear each other, and forget what may have changed meanwhile', async () => {
    await using redis = await openRedis();
    await using graph = await openCachedGraph({ routers: 2, settings: ANSWERS, redisUrl: redis.url, told: [0] });
    for (const router of [0, 1]) await untilKept(graph, ONE, { router });
    await redis.kill();
    graph.shop.prices.set('1', 11);
    for (const router of [0, 1])
      await vi.waitFor(async () => expect((await graph.ask(ONE, { router })).product.price).toBe(11), WAIT);
    await redis.start();
    for (const router of [0, 1]) {
      await untilKept(graph, ONE, { router });
      expect((await graph.ask(ONE, { router })).product.price).toBe(11);
    }
  });

  it('ask the subgraphs while Redis hangs', async () => {
    await using redis = await openRedis();
    const settings = { ...ANSWERS, store: 'redis' };
    await using graph = await openCachedGraph({ routers: 2, settings, redisUrl: redis.url, told: [0] });
    await untilKept(graph, ONE, { router: 1 });
    redis.pause();
    graph.shop.prices.set('1', 11);
    await vi.waitFor(async () => expect((await graph.ask(ONE, { router: 1 })).product.price).toBe(11), WAIT);
    redis.resume();
    await untilKept(graph, ONE, { router: 1 });
  });

  it('know a document that a client registered at one of them', async () => {
    await using redis = await openRedis();
    await using graph = await openCachedGraph({ routers: 2, redisUrl: redis.url });
    const { createHash } = await import('node:crypto');
    const sha256Hash = createHash('sha256').update(ONE).digest('hex');
    const extensions = { persistedQuery: { version: 1, sha256Hash } };
    const send = async (router: number, body: object) =>
      (await (
        await fetch(graph.urls[router] as string, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        })
      ).json()) as any;
    expect((await send(1, { extensions })).errors[0].extensions.code).toBe('PERSISTED_QUERY_NOT_FOUND');
    await vi.waitFor(async () => {
      await send(0, { query: ONE, extensions });
      expect((await send(1, { extensions })).data.product.price).toBe(10);
    }, WAIT);
  });
});
