import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { admitGuests } from '../../../e2e/faults/buyers/crowd.ts';
import { createCustomer, type Shop } from '../../../e2e/faults/buyers/customer.ts';
import { PLACE } from '../../../e2e/faults/buyers/operations.ts';
import { stockShelf } from '../../../e2e/faults/buyers/shelf.ts';
import { prepareEvidence } from '../../../e2e/faults/evidence.ts';
import type { History } from '../../../e2e/faults/history.ts';
import { VARIANTS } from '../../../e2e/faults/run.ts';
import { BERLIN } from '../../../e2e/src/shop-operations.ts';
import { percentile } from '../../router/harness/statistics.ts';
import { shareOf } from '../shop-meter.ts';
import type { Spent } from './spending.ts';

export interface OrdersEffort {
  readonly orders: number;
  /** Orders before, that nobody counts: some hundreds for each process, until what runs often is compiled and planned. */
  readonly warmUp: number;
  readonly atOnce: number;
  readonly log: (line: string) => void;
}

/** A shop that has enough for all these orders, and notes each change of one for the rules of the faults. */
export async function openShop(
  url: string,
  db: pg.Client,
  history: History,
  { orders, warmUp }: Pick<OrdersEffort, 'orders' | 'warmUp'>,
): Promise<Shop> {
  await prepareEvidence(db);
  const shelf = await stockShelf(url, db, { variants: VARIANTS, pieces: (warmUp + orders) * VARIANTS });
  return { url, history, shelf, giveUpMs: 300_000 };
}

/** A shop that orders are counted in. */
export interface Measurable {
  readonly shop: Shop;
  read(): Promise<Spent>;
  /** What is left to be done behind the answers is their cost too. Throws when a rule is broken then. */
  settled(): Promise<void>;
}

/** Of one order, all that follows it included, less what an idle shop spends in the same time. */
export interface Measured {
  readonly orders: number;
  /** Until the last buyer has an answer. */
  readonly ordersPerSecond: number;
  /** Milliseconds from a buyer's first request to the answer, however often it was asked. */
  readonly p50: number;
  readonly p99: number;
  readonly statements: number;
  readonly nodeMs: number;
  readonly postgresMs: number;
  /** What buyers took of the same cores, and where they are its own, providers and the network between. */
  readonly harnessMs: number;
}

/** Begins when the orders that count do, and is told how many of them are served, from 0 to 1; ends with what it gives. */
export type Beside = (progress: () => number) => () => Promise<void>;

const IDLE_SECONDS = 10;
const PATIENCE_MS = 10_000;

/** Warms the shop up, looks at it while it idles, and then buys from it. */
export async function measure(
  { shop, read, settled }: Measurable,
  { orders, warmUp, atOnce, log }: OrdersEffort,
  beside: Beside = () => async () => {},
): Promise<Measured> {
  const guests = await admitGuests(shop.url, atOnce);
  await buyAll(shop, guests, 0, warmUp);
  await settled();
  const idleFrom = await read();
  await sleep(IDLE_SECONDS * 1000);
  const before = await read();

  let served = 0;
  const end = beside(() => served / orders);
  const times = await buyAll(shop, guests, warmUp, orders, () => {
    served += 1;
    if (served % Math.ceil(orders / 4) === 0) log(`${served} of ${orders} orders`);
  });
  const seconds = (performance.now() - before.at) / 1000;
  await end();
  await settled();
  const sorted = times.sort((a, b) => a - b);
  return {
    orders,
    ordersPerSecond: orders / seconds,
    p50: percentile(sorted, 50),
    p99: percentile(sorted, 99),
    ...costOf([idleFrom, before], [before, await read()], orders),
  };
}

/** Each guest buys one thing after the other; gives how long each of them waited. */
async function buyAll(
  shop: Shop,
  guests: readonly string[],
  from: number,
  count: number,
  served = () => {},
): Promise<number[]> {
  const times: number[] = [];
  let next = from;
  await Promise.all(
    guests.map(async (accessToken) => {
      while (next < from + count) {
        const n = next++;
        times.push(await buy(shop, accessToken, n));
        served();
      }
    }),
  );
  return times;
}

async function buy(shop: Shop, accessToken: string, n: number): Promise<number> {
  const { variantIds, shippingMethodId } = shop.shelf;
  const { insist, tell } = createCustomer(shop, { accessToken, n, patienceMs: PATIENCE_MS });
  const input = {
    idempotencyKey: randomUUID(),
    lines: [{ variantId: variantIds[n % variantIds.length], quantity: 1 }],
    currencyCode: 'EUR',
    email: `buyer${n}@example.com`,
    shippingAddress: BERLIN,
    shippingMethodId,
    payment: { token: 'tok_success' },
  };
  const began = performance.now();
  const answer = await insist('placeOrder', PLACE, { input });
  const ms = performance.now() - began;
  if (!answer || tell('placeOrder', input.idempotencyKey, answer, ms).kind !== 'PlaceOrderSuccess')
    throw new Error(`buyer ${n} was answered ${JSON.stringify(answer)}`);
  return ms;
}

type Span = readonly [from: Spent, to: Spent];

function costOf(idle: Span, busy: Span, orders: number) {
  const share = shareOf(grown(busy), grown(idle), orders);
  return {
    statements: share((one) => one.statements),
    nodeMs: share((one) => one.nodeMs),
    postgresMs: share((one) => one.postgresMs),
    harnessMs: share((one) => one.harnessMs),
  };
}

const grown = ([from, to]: Span) => ({
  seconds: (to.at - from.at) / 1000,
  statements: to.statements - from.statements,
  nodeMs: to.nodeMs - from.nodeMs,
  postgresMs: to.postgresMs - from.postgresMs,
  harnessMs: to.harnessMs - from.harnessMs,
});
