import { EventEmitter, once } from 'node:events';
import type { Viewer } from '@cartograph/kernel/viewer';
import { createLogger } from '@cartograph/runtime/logger';
import { Redis } from 'ioredis';
import { describe, expect, it, vi } from 'vitest';
import { createRates } from '../src/limits/rates.ts';
import { connectRates, type RunScript, shareRates } from '../src/limits/rates-redis.ts';
import { rates as schema } from '../src/settings/rates.ts';
import { hasRedis, openRedis } from './redis-server.ts';

const ADA: Viewer = { kind: 'customer', customerId: 'Customer:ada' };
const customer = (id: number): Viewer => ({ kind: 'customer', customerId: `Customer:${id}` });
const logger = createLogger('rates', 'silent');

/** One request every 10 seconds, 20 at once: while a test runs, hardly any comes back. */
const SETTINGS = {
  clients: { customer: { requests: 6, per: '1m', burst: 20 } },
  redis: { every: '1ms', timeout: '100ms', retryEvery: '20ms' },
};

/** The rates of one router. */
function router(run: RunScript, written: object = SETTINGS) {
  const settings = schema.parse(written);
  const rates = createRates(settings);
  const exchanges = new EventEmitter();
  const observed: RunScript = (keys, args) => run(keys, args).finally(() => setImmediate(() => exchanges.emit('end')));
  const shared = shareRates(rates, observed, { settings: settings.redis, logger });
  return {
    shared,
    /** How many of `times` requests pass, each sent when the other routers can know of the one before. */
    async send(times: number, viewer = ADA): Promise<number> {
      let passed = 0;
      for (let i = 0; i < times; i += 1) {
        if (rates.takeRequest(viewer, '192.0.2.1') !== null) continue;
        passed += 1;
        await once(exchanges, 'end');
      }
      return passed;
    },
    /** The same in one instant. */
    burst: (times: number, viewer = ADA): number =>
      Array.from({ length: times }, () => rates.takeRequest(viewer, '192.0.2.1')).filter((refusal) => refusal === null)
        .length,
  };
}

function connected(url: string, written: object = SETTINGS) {
  const connection = connectRates(url, schema.parse(written).redis);
  const one = router(connection.run, written);
  return {
    ...one,
    async [Symbol.asyncDispose]() {
      await one.shared.close();
      connection.close();
    },
  };
}

const isShared = (...routers: readonly ReturnType<typeof router>[]) =>
  vi.waitFor(() => {
    // Somebody must ask for there to be anything to share.
    for (const each of routers) each.burst(1, customer(Math.random()));
    expect(routers.every(({ shared }) => shared.isShared)).toBe(true);
  }, 10_000);

it('finds a redis-server: apt-get install redis-server', () => {
  if (!hasRedis) console.warn('redis-server is not installed: what needs it is left out');
  expect(hasRedis || !process.env.CI).toBe(true);
});

describe.skipIf(!hasRedis)('two routers and one Redis', () => {
  it('share a limit', async () => {
    await using redis = await openRedis();
    await using a = connected(redis.url);
    await using b = connected(redis.url);
    await isShared(a, b);
    let passed = 0;
    for (let i = 0; i < 20; i += 1) passed += (await a.send(1)) + (await b.send(1));
    // 20 at once, and what a router lets pass before it hears of the other's.
    expect(passed).toBeGreaterThanOrEqual(20);
    expect(passed).toBeLessThanOrEqual(24);
    expect([await a.send(5), await b.send(5)]).toEqual([0, 0]);
  });

  it('let one client pass in one instant on both, and then make it wait for both', async () => {
    await using redis = await openRedis();
    await using a = connected(redis.url);
    await using b = connected(redis.url);
    await isShared(a, b);
    expect([a.burst(100), b.burst(100)]).toEqual([20, 20]);
    const debt = new Redis(redis.url);
    await vi.waitFor(async () => {
      const [key = ''] = await debt.keys('*customer:Customer:ada');
      // 40 requests of 10 seconds: the second burst is not forgiven.
      expect(await debt.pttl(key)).toBeGreaterThan(350_000);
    }, 5_000);
    debt.disconnect();
  });

  it('limit clients alone, and a third router that starts later learns what they owe', async () => {
    await using redis = await openRedis();
    await using a = connected(redis.url);
    await isShared(a);
    a.burst(100);
    expect(await a.send(3, customer(7))).toBe(3);
    await vi.waitFor(async () => {
      await using late = connected(redis.url);
      await isShared(late);
      expect(await late.send(20)).toBeLessThan(5);
    }, 10_000);
  });

  it('go on alone while Redis is killed, and together again when it is back', async () => {
    await using redis = await openRedis();
    await using a = connected(redis.url);
    await using b = connected(redis.url);
    await isShared(a, b);
    await a.send(5);
    await redis.kill();
    await vi.waitFor(() => {
      a.burst(1, customer(Math.random()));
      expect(a.shared.isShared).toBe(false);
    }, 5_000);
    // Never wide open, never shut: each lets pass what its own limit leaves.
    expect(a.burst(100)).toBe(15);
    expect(b.burst(100)).toBe(20);
    expect([a.burst(100, customer(1)), b.burst(100, customer(2))]).toEqual([20, 20]);
    await redis.start();
    await isShared(a, b);
    // An empty Redis is told what was owed; new clients are shared as before.
    expect([a.burst(5), b.burst(5)]).toEqual([0, 0]);
    let passed = 0;
    for (let i = 0; i < 20; i += 1) passed += (await a.send(1, customer(3))) + (await b.send(1, customer(3)));
    expect(passed).toBeLessThanOrEqual(24);
  });

  it('do not wait for a Redis that is there and does not answer', async () => {
    await using redis = await openRedis();
    await using a = connected(redis.url);
    await isShared(a);
    redis.pause();
    const started = performance.now();
    for (let i = 0; i < 1_000; i += 1) a.burst(1, customer(i));
    // A wait for each would be 100 seconds.
    expect(performance.now() - started).toBeLessThan(2_000);
    await vi.waitFor(() => {
      a.burst(1, customer(Math.random()));
      expect(a.shared.isShared).toBe(false);
    }, 5_000);
    expect(a.burst(100)).toBe(20);
    redis.resume();
    await isShared(a);
    expect(a.burst(100)).toBe(0);
  });

  it('start without Redis, and find it when it comes', async () => {
    await using redis = await openRedis();
    await redis.kill();
    await using a = connected(redis.url);
    expect(a.burst(100)).toBe(20);
    await redis.start();
    await isShared(a);
  });

  it('forgive a debt that only a wrong clock can have made', async () => {
    await using redis = await openRedis();
    await using a = connected(redis.url);
    await isShared(a);
    const other = new Redis(redis.url);
    const inAYear = (Date.now() + 365 * 86_400_000) * 1_000;
    await other.set('{cartograph:rates}:customer:Customer:ada', String(inAYear));
    expect(await a.send(20)).toBe(20);
    other.disconnect();
  });
});

describe('sharing', () => {
  it('tells many clients in few calls, each once', async () => {
    const calls: number[] = [];
    const { shared, burst } = router(async (keys) => {
      calls.push(keys.length);
      return keys.map(() => 0);
    });
    for (let i = 0; i < 1_200; i += 1) burst(3, customer(i));
    await vi.waitFor(() => expect(calls.reduce((sum, each) => sum + each, 0)).toBe(1_200), 15_000);
    expect(calls).toEqual([500, 500, 200]);
    await shared.close();
  });

  it('tells at once, though nothing else happens in the process', async () => {
    // Several, because a timer that an earlier test left would wake the process for one.
    for (let i = 0; i < 20; i += 1) {
      const told = new EventEmitter();
      const { shared, burst } = router(async (keys) => {
        told.emit('keys');
        return keys.map(() => 0);
      });
      const heard = once(told, 'keys');
      // After the immediates a process waits for a timer or a packet.
      setImmediate(burst, 1);
      await heard;
      await shared.close();
    }
  }, 5_000);

  it('tells nothing of who is refused', async () => {
    let told = 0;
    const { shared, burst } = router(async (keys) => {
      told += keys.length;
      return keys.map(() => 1e9);
    });
    burst(1);
    await vi.waitFor(() => expect(told).toBe(1), 15_000);
    expect(burst(1_000)).toBe(0);
    await shared.close();
    expect(told).toBe(1);
  });

  it('keeps no list of clients that grows while Redis is away, and reports them later', async () => {
    let isAway = true;
    const told = new Set<string>();
    const { shared, burst } = router(async (keys) => {
      if (isAway) throw new Error('away');
      for (const key of keys) told.add(key);
      return keys.map(() => 0);
    });
    for (let i = 0; i < 30_000; i += 1) burst(1, customer(i));
    isAway = false;
    await vi.waitFor(() => {
      burst(1, customer(29_999));
      expect(told).toContain('{cartograph:rates}:customer:Customer:29999');
    }, 10_000);
    expect(told.size).toBeLessThanOrEqual(10_001);
    await shared.close();
  });
});
