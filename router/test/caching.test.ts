import { describe, expect, it, vi } from 'vitest';
import { type CachedGraph, openCachedGraph } from './cached-graph.ts';
import { ALL, ANSWERS, ENTITIES, ONE, TWO, untilKept, WAIT } from './caching-cases.ts';

const CUSTOMER = { kind: 'customer', customerId: 'Customer:ada' } as const;
const STAFF = { kind: 'staff', staffId: 'Staff:eve', roles: ['CATALOGUE'] } as const;

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
