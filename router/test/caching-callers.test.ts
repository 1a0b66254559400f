import { describe, expect, it, vi } from 'vitest';
import { type CachedGraph, openCachedGraph } from './cached-graph.ts';
import { ANSWERS, ENTITIES, ONE, TWO, untilKept, WAIT } from './caching-cases.ts';

const STAFF = { kind: 'staff', staffId: 'Staff:eve', roles: ['CATALOGUE'] } as const;

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
