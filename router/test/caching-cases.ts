import { expect, vi } from 'vitest';
import type { CachedGraph } from './cached-graph.ts';

export const WAIT = { timeout: 10_000, interval: 20 };
export const ANSWERS = { responses: { enabled: true } };
export const ENTITIES = { entities: { enabled: true } };
export const ONE = '{ product(id: "1") { id name price } }';
export const TWO = '{ product(id: "2") { id name price } }';
export const ALL = '{ products { id price } }';

/** Asks until nobody is asked behind the router any more: the answer is kept. */
export async function untilKept(
  { ask, shop }: CachedGraph,
  query: string,
  options: Parameters<CachedGraph['ask']>[1] = {},
) {
  await vi.waitFor(async () => {
    shop.asked();
    await ask(query, options);
    expect(shop.asked()).toEqual([]);
  }, WAIT);
}
