import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createCustomer, type Shop } from './customer.ts';

/** A shop that takes so long over each answer. */
async function openSlowShop(ms: number) {
  const server = createServer((_request, response) => {
    void sleep(ms).then(() => response.end(JSON.stringify({ data: { placed: { __typename: 'PlaceOrderSuccess' } } })));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

const noted: string[] = [];
const buyerOf = (url: string, giveUpMs: number) =>
  createCustomer({ url, giveUpMs, history: { note: (what: string) => noted.push(what) } } as unknown as Shop, {
    accessToken: '',
    n: 1,
    patienceMs: 100,
  });

it('has the patience that a slow machine asks for in the end, and none for a shop that never answers', async () => {
  await using slow = await openSlowShop(300);
  expect(await buyerOf(slow.url, 30_000).insist('placeOrder', '', {})).toEqual({ __typename: 'PlaceOrderSuccess' });
  await using silent = await openSlowShop(60_000);
  expect(await buyerOf(silent.url, 500).insist('placeOrder', '', {})).toBeNull();
  expect(noted.at(-1)).toBe('never answered');
});
