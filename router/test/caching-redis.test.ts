import { describe, expect, it, vi } from 'vitest';
import { openCachedGraph } from './cached-graph.ts';
import { ANSWERS, ENTITIES, ONE, TWO, untilKept, WAIT } from './caching-cases.ts';
import { hasRedis, openRedis } from './redis-server.ts';

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
    await vi.waitFor(async () => expect((await graph.ask(ONE, { router: 1 })).product.price).toBe(11), 15_000);
    expect((await graph.ask(ONE)).product.price).toBe(11);
  });

  it('find what another has kept, where the settings say so', async () => {
    await using redis = await openRedis();
    const settings = { ...ANSWERS, ...ENTITIES, store: 'redis' };
    await using graph = await openCachedGraph({ routers: 2, settings, redisUrl: redis.url, told: [0] });
    await untilKept(graph, TWO, { router: 1 });
    let price = 10;
    // A router that waited too long for Redis asks by itself, and keeps that: so each try is about a new price.
    await vi.waitFor(async () => {
      graph.shop.prices.set('1', ++price);
      await graph.speakers.products.say({ typename: 'Product', ids: ['1'] });
      await vi.waitFor(async () => expect((await graph.ask(ONE)).product.price).toBe(price), WAIT);
      await untilKept(graph, ONE, { router: 0 });
      expect((await graph.ask(ONE, { router: 1 })).product.price).toBe(price);
      expect(graph.shop.asked()).toEqual([]);
    }, WAIT);
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
