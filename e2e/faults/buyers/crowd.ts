import { createRandom } from '../random.ts';
import { until } from '../until.ts';
import { shopFor } from './buyer.ts';
import { ask } from './client.ts';
import type { Shop } from './customer.ts';
import { GUEST, SIGN_IN_STAFF } from './operations.ts';
import { planBuyer } from './plan.ts';

export interface Crowd {
  readonly orders: number;
  /** How many buyers are in the shop at a time. */
  readonly atOnce: number;
  readonly seed: number;
}

/** Guests' tokens, fetched while everything still works. */
export async function admitGuests(url: string, count: number): Promise<string[]> {
  const tokens: string[] = [];
  await until(
    async () => {
      const reply = await ask(url, null, GUEST, {}, 5_000);
      if (reply.kind === 'data') tokens.push(reply.data.accessToken);
      return tokens.length === count;
    },
    60_000,
    `${count} guests`,
    0,
  );
  return tokens;
}

/** Staff's token, fetched while everything still works. */
async function signInStaff(url: string): Promise<string> {
  let token = '';
  const input = { email: 'admin@example.com', password: 'admin-demo-password' };
  await until(
    async () => {
      const reply = await ask(url, null, SIGN_IN_STAFF, { input }, 5_000);
      token = (reply.kind === 'data' && reply.data?.session?.accessToken) || '';
      return token !== '';
    },
    60_000,
    'staff to sign in',
  );
  return token;
}

/** Sends all buyers through the shop. `served` tells after each how many are done. */
export async function sendCrowd(shop: Shop, { orders, atOnce, seed }: Crowd, served: (count: number) => void) {
  const guests = await admitGuests(shop.url, atOnce);
  const staffed = { ...shop, staffToken: await signInStaff(shop.url) };
  let next = 0;
  let done = 0;
  await Promise.all(
    guests.map(async (accessToken) => {
      while (next < orders) {
        const n = next;
        next += 1;
        await shopFor(staffed, accessToken, planBuyer(createRandom(seed, `buyer ${n}`), n, shop.shelf));
        done += 1;
        served(done);
      }
    }),
  );
}
