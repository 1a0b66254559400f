import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { admitGuests } from '../../../e2e/faults/buyers/crowd.ts';
import { createCustomer, type Shop } from '../../../e2e/faults/buyers/customer.ts';
import { PLACE } from '../../../e2e/faults/buyers/operations.ts';
import { stockShelf } from '../../../e2e/faults/buyers/shelf.ts';
import { prepareEvidence } from '../../../e2e/faults/evidence.ts';
import { openHistory } from '../../../e2e/faults/history.ts';
import { type PlannedFault, planFaults, type Victims } from '../../../e2e/faults/nemesis/plan.ts';
import { unleash } from '../../../e2e/faults/nemesis/run.ts';
import { createRandom } from '../../../e2e/faults/random.ts';
import { describe } from '../../../e2e/faults/report.ts';
import { judge, TROUBLE, VARIANTS, victims } from '../../../e2e/faults/run.ts';
import { WHOLE_SHOP } from '../../../e2e/faults/shops.ts';
import { openWorld, type World } from '../../../e2e/faults/world/world.ts';
import { BERLIN } from '../../../e2e/src/shop-operations.ts';
import { percentile } from '../../router/harness/statistics.ts';
import { shareOf } from '../shop-meter.ts';
import { type Spent, watchSpending } from './spending.ts';

export interface OrdersEffort {
  readonly orders: number;
  /** Orders before, that nobody counts: some hundreds for each process, until what runs often is compiled and planned. */
  readonly warmUp: number;
  readonly trouble: Trouble;
  readonly atOnce: number;
  readonly seed: number;
  readonly log: (line: string) => void;
}

export interface Trouble {
  /** How many times a process or the database is killed; 0 leaves everything calm, whatever `beside` says. */
  readonly kills: number;
  /** Whether everything else that the nemesis knows happens too. */
  readonly beside: boolean;
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
  /** What buyers, providers and the network between took of the same cores. */
  readonly harnessMs: number;
  readonly faults: number;
}

const IDLE_SECONDS = 10;
const PATIENCE_MS = 10_000;
const REST_WITHIN_MS = 120_000;

/** A shop of its own: warmed up, looked at while it idles, and then bought from. Throws when a rule is broken at the end. */
export async function measureOrders(folder: string, effort: OrdersEffort): Promise<Measured> {
  const { orders, warmUp, trouble, atOnce, seed, log } = effort;
  mkdirSync(folder, { recursive: true });
  using history = openHistory(join(folder, 'history.jsonl'));
  await using world = await openWorld({ folder, seed, processes: WHOLE_SHOP, history });
  const shop = await openShop(world, (warmUp + orders) * VARIANTS);
  const guests = await admitGuests(world.url, atOnce);
  await using spending = await watchSpending(world.postgres);
  await buyAll(shop, guests, 0, warmUp);
  await settled(world);
  const idleFrom = await spending.read();
  await sleep(IDLE_SECONDS * 1000);
  const before = await spending.read();

  let served = 0;
  const plan = planTrouble(trouble, seed, victims(world));
  if (trouble.beside && plan.length > 0) world.troubleWebhooks(TROUBLE);
  const nemesis = unleash(world, plan, () => served / orders, history);
  const times = await buyAll(shop, guests, warmUp, orders, () => {
    served += 1;
    if (served % Math.ceil(orders / 4) === 0) log(`${plan.length} faults: ${served} of ${orders} orders`);
  });
  const seconds = (performance.now() - before.at) / 1000;
  nemesis.stop();
  await nemesis.healed;
  world.calmWebhooks();
  await settled(world);
  const each = costOf([idleFrom, before], [before, await spending.read()], orders);
  const sorted = times.sort((a, b) => a - b);
  return {
    orders,
    ordersPerSecond: orders / seconds,
    p50: percentile(sorted, 50),
    p99: percentile(sorted, 99),
    ...each,
    faults: history.entries.filter(({ what }) => what === 'fault').length,
  };
}

const KILLS: readonly PlannedFault['fault']['kind'][] = ['kill', 'stop the database'];

function planTrouble({ kills, beside }: Trouble, seed: number, victims: Victims): readonly PlannedFault[] {
  const plan = planFaults(createRandom(seed, 'nemesis'), victims, kills);
  return beside ? plan : plan.filter(({ fault }) => KILLS.includes(fault.kind));
}

async function openShop(world: World, pieces: number): Promise<Shop> {
  const { url, history, postgres } = world;
  const db = await postgres.connect();
  await prepareEvidence(db);
  const shelf = await stockShelf(url, db, { variants: VARIANTS, pieces });
  await db.end();
  return { url, history, shelf, giveUpMs: 300_000 };
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

/** What is left to be done behind the answers is their cost too; and no rule may be broken. */
async function settled(world: World): Promise<void> {
  const { restedAfterMs, findings } = await judge(world, REST_WITHIN_MS);
  if (restedAfterMs === null) throw new Error('the shop did not come to rest');
  const broken = describe(findings);
  if (broken) throw new Error(`rules were broken:\n${broken}`);
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
