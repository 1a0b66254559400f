import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shopFor } from './buyers/buyer.ts';
import { admitGuests } from './buyers/crowd.ts';
import type { Shop } from './buyers/customer.ts';
import type { BuyerPlan } from './buyers/plan.ts';
import { stockShelf } from './buyers/shelf.ts';
import { prepareEvidence } from './evidence.ts';
import { type History, openHistory } from './history.ts';
import { describe as describeFindings, isSound } from './report.ts';
import { judge, runIn, VARIANTS } from './run.ts';
import { SMALL_SHOP } from './shops.ts';
import { openWorld, type World } from './world/world.ts';

const SEED = 2026;

let world: World;
let history: History;
let keepFolder = true;
const folder = mkdtempSync(join(tmpdir(), 'cartograph-faults-'));

beforeAll(async () => {
  history = openHistory(join(folder, 'history.jsonl'));
  world = await openWorld({ folder, seed: SEED, processes: SMALL_SHOP, history });
  const db = await world.postgres.connect();
  await prepareEvidence(db);
  await db.end();
}, 120_000);
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
  history[Symbol.dispose]();
  if (!keepFolder) rmSync(folder, { recursive: true, force: true });
}, 60_000);

/** A shop of so many pieces of one variant, and buyers who all want one of them at the same moment. */
async function crowd(pieces: number, buyers: number, after: number, changes: Partial<BuyerPlan> = {}) {
  const db = await world.postgres.connect();
  const shelf = await stockShelf(world.url, db, { variants: 1, pieces, after });
  await db.end();
  const guests = await admitGuests(world.url, buyers);
  const shop: Shop = { url: world.url, history, shelf, giveUpMs: 60_000 };
  const lines = [{ variantId: shelf.variantIds[0] ?? '', quantity: 1 }];
  const from = history.entries.length;
  await Promise.all(
    guests.map((accessToken, n) => shopFor(shop, accessToken, { ...PLAIN, lines, n: after * 1_000 + n, ...changes })),
  );
  const said = history.entries.slice(from);
  return { told: said.filter(({ what }) => what === 'told'), again: said.filter(({ what }) => what === 'asks again') };
}

const PLAIN: Omit<BuyerPlan, 'n' | 'lines'> = {
  token: 'tok_success',
  bank: 'approves',
  clicks: 1,
  leavesAfterMs: null,
  patienceMs: 60_000,
  cancels: false,
  reusesKey: false,
  afterwards: null,
};

describe('a popular variant', () => {
  it('of 50 pieces is sold 50 times to 200 buyers at once, and the others are told so in words', async () => {
    const { told, again } = await crowd(50, 200, VARIANTS);
    expect(told.filter(({ kind }) => kind === 'PlaceOrderSuccess')).toHaveLength(50);
    expect(told.filter(({ kind }) => kind === 'OutOfStock')).toHaveLength(150);
    expect(again.filter(({ status }) => Number(status) >= 500)).toEqual([]);
    const refusals = told.filter(({ kind }) => kind === 'OutOfStock').map(({ ms }) => Number(ms));
    expect(Math.max(...refusals)).toBeLessThan(20_000);
  }, 90_000);

  it('is paid once by who sends the same request five times at once', async () => {
    const { told } = await crowd(20, 10, VARIANTS + 1, { clicks: 5 });
    expect(told).toHaveLength(50);
    expect(new Set(told.map(({ orderId }) => orderId)).size).toBe(10);
    const { findings } = await judge(world, 60_000);
    expect(describeFindings(findings)).toBe('');
  }, 120_000);
});

describe('300 orders and 10 kills', () => {
  it('leave every rule unbroken', async () => {
    const result = await runIn(world, { seed: SEED, orders: 300, kills: 10, atOnce: 24, log: () => {} });
    keepFolder = !isSound(result);
    expect(describeFindings(result.findings), `seed ${SEED}; everything is kept in ${folder}`).toBe('');
    expect(result.history.filter(({ what, kind }) => what === 'fault' && kind === 'kill').length).toBeGreaterThan(5);
  }, 600_000);
});
