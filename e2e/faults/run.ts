import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { sendCrowd } from './buyers/crowd.ts';
import { UNITS_PER_ORDER } from './buyers/plan.ts';
import { stockShelf } from './buyers/shelf.ts';
import { check, type Finding } from './check.ts';
import { gatherEvidence, prepareEvidence } from './evidence.ts';
import { type HistoryEntry, openHistory } from './history.ts';
import { planFaults } from './nemesis/plan.ts';
import { unleash } from './nemesis/run.ts';
import { createRandom } from './random.ts';
import { recoveryTimes } from './recovery.ts';
import { rest } from './rest.ts';
import type { ProcessPlan } from './world/layout.ts';
import { openWorld, type World } from './world/world.ts';

export interface RunOptions {
  readonly seed: number;
  readonly orders: number;
  readonly kills: number;
  /** How many buyers are in the shop at a time. */
  readonly atOnce: number;
  readonly log: (line: string) => void;
}

export interface RunResult {
  readonly seed: number;
  readonly findings: readonly Finding[];
  readonly history: readonly HistoryEntry[];
  readonly seconds: number;
  /** From the last fault or answer until nothing was under way; null when that never came. */
  readonly restedAfterMs: number | null;
  /** See `recoveryTimes`. */
  readonly recoveryMs: readonly number[];
  readonly webhooks: readonly Readonly<Record<string, number>>[];
  readonly providerFaults: number;
  readonly deaths: number;
}

/** Demand is this many times what there is. */
const SCARCITY = 1.6;
export const VARIANTS = 8;
const GIVE_UP_MS = 300_000;
/** Far beyond what the design allows, so that the report can say how long it took. */
const REST_WITHIN_MS = 120_000;
/** What becomes of webhooks meanwhile. */
export const TROUBLE = { doubled: 0.15, repeated: 0.15, delayed: 0.3, lost: 0.1 };

/** A world of its own for one run. `folder` keeps everything: database, logs, books, history. */
export async function runFaults(folder: string, processes: readonly ProcessPlan[], options: RunOptions) {
  mkdirSync(folder, { recursive: true });
  using history = openHistory(join(folder, 'history.jsonl'));
  await using world = await openWorld({ folder, seed: options.seed, processes, history });
  const db = await world.postgres.connect();
  await prepareEvidence(db);
  await db.end();
  // Awaited here: the world ends with this block.
  return await runIn(world, options);
}

/** One run: a crowd, a nemesis, rest, and all invariants. */
export async function runIn(world: World, { seed, orders, kills, atOnce, log }: RunOptions): Promise<RunResult> {
  const { history } = world;
  const pieces = Math.round((orders * UNITS_PER_ORDER) / SCARCITY);
  const shelf = await withDatabase(world, (db) => stockShelf(world.url, db, { variants: VARIANTS, pieces }));
  const plan = planFaults(createRandom(seed, 'nemesis'), victims(world), kills);
  const began = performance.now();
  let served = 0;
  world.troubleWebhooks(TROUBLE);
  const nemesis = unleash(world, plan, () => served / orders, history);
  const shop = { url: world.url, history, shelf, giveUpMs: GIVE_UP_MS };
  await sendCrowd(shop, { orders, atOnce, seed }, (count) => {
    served = count;
    if (count % Math.ceil(orders / 10) === 0) log(`seed ${seed}: ${count} of ${orders} buyers served`);
  });
  const seconds = (performance.now() - began) / 1000;
  nemesis.stop();
  await nemesis.healed;
  world.calmWebhooks();
  return {
    seed,
    seconds,
    ...(await judge(world, REST_WITHIN_MS)),
    history: history.entries,
    webhooks: world.couriers.map(({ counts }) => counts),
    providerFaults: world.providerFaults.count(),
    deaths: world.parts.reduce((sum, part) => sum + part.deaths(), 0),
  };
}

/** Waits until everything has come to rest, and checks every rule. */
export async function judge(world: World, restWithinMs: number) {
  return withDatabase(world, async (db) => {
    const restedAfterMs = await rest(db, world, restWithinMs);
    await gatherEvidence(db, world.folder, world.history.entries);
    const recoveryMs = await recoveryTimes(db, world.history.entries);
    return { restedAfterMs, recoveryMs, findings: await check(db) };
  });
}

async function withDatabase<T>({ postgres }: World, work: (db: pg.Client) => Promise<T>): Promise<T> {
  const db = await postgres.connect();
  try {
    return await work(db);
  } finally {
    await db.end();
  }
}

export const victims = ({ parts, links }: World) => ({
  parts: parts.map(({ name }) => name),
  links: links.map(({ name }) => name),
});
