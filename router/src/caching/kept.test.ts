import { createLogger } from '@cartograph/runtime/logger';
import { describe, expect, it } from 'vitest';
import { createMemoryStore, type Kept } from './kept.ts';
import { createSharedStore } from './redis-store.ts';

const logger = createLogger('cache', 'silent');
const kept = (text: string, until = 2_000): Kept => ({
  text,
  ascii: true,
  keptAt: 0,
  until,
  stamp: [{ feed: 'products', epoch: 1, sequence: 1 }],
  tags: ['Product:1'],
});

describe('a store in memory', () => {
  it('forgets what its time is over for, and what it has no room for', () => {
    const clock = { at: 1_000 };
    const store = createMemoryStore({ maxBytes: 1_000, now: () => clock.at });
    store.keep('a', kept('1', 1_500));
    expect(store.find('a')?.text).toBe('1');
    clock.at = 1_500;
    expect(store.find('a')).toBeUndefined();
    expect(store.size).toBe(0);
    for (const key of ['b', 'c', 'd', 'e', 'f']) store.keep(key, kept('x'.repeat(50)));
    expect(store.bytes).toBeLessThanOrEqual(1_000);
    expect(store.findAll(['b', 'f']).map((one) => one?.text.length)).toEqual([undefined, 50]);
  });
});

describe('a store that routers share', () => {
  const open = (rows = new Map<string, string>()) => {
    const calls: (readonly string[])[] = [];
    const redis = {
      async mget(keys: readonly string[]) {
        calls.push(keys);
        return keys.map((key) => rows.get(key) ?? null);
      },
      async set(key: string, value: string) {
        rows.set(key, value);
      },
    };
    const memory = createMemoryStore({ maxBytes: 100_000, now: () => 1_000 });
    return { rows, calls, store: createSharedStore(memory, redis, { prefix: 'shop:', logger, now: () => 1_000 }) };
  };

  it('finds what another router has kept, in one question, and has it from then on', async () => {
    const { rows, store: one } = open();
    one.keep('a', kept('1'));
    one.keep('b', kept('2'));
    const { calls, store: other } = open(rows);
    other.keep('c', kept('3'));
    const found = await other.findAll(['a', 'c', 'b', 'd']);
    expect(found.map((each) => each?.text)).toEqual(['1', '3', '2', undefined]);
    expect(calls).toEqual([['shop:a', 'shop:b', 'shop:d']]);
    expect(other.find('a')).toMatchObject({ text: '1', tags: ['Product:1'] });
  });

  it('does not take what was written in another form, or what is over', async () => {
    const { rows, store } = open();
    rows.set('shop:a', '0 {}');
    rows.set('shop:b', `1 ${JSON.stringify(kept('1', 900))}`);
    expect(await store.findAll(['a', 'b'])).toEqual([undefined, undefined]);
  });

  it('goes on with what a router has itself while Redis is down', async () => {
    const down = async () => {
      throw new Error('connection refused');
    };
    const memory = createMemoryStore({ maxBytes: 100_000, now: () => 1_000 });
    const store = createSharedStore(memory, { mget: down, set: down }, { prefix: '', logger, now: () => 1_000 });
    store.keep('a', kept('1'));
    expect(store.find('a')).toMatchObject({ text: '1' });
    expect(await store.find('b')).toBeUndefined();
  });
});
