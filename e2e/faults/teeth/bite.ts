import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from '@cartograph/runtime/sdl';
import type { Finding } from '../check.ts';
import { openHistory } from '../history.ts';
import { judge } from '../run.ts';
import { SCENARIOS, type ScenarioName } from '../scenarios/all.ts';
import { openStage, type Stage } from '../scenarios/stage.ts';
import type { ProcessPlan } from '../world/layout.ts';
import type { Postgres } from '../world/postgres.ts';
import { openWorld } from '../world/world.ts';
import { patchFunction } from './patch-function.ts';
import type { Tooth } from './tooth.ts';

/** Where bugs are tried: each has a folder and a copy of the database to itself. */
export interface Place {
  readonly folder: string;
  readonly postgres: Postgres;
}

export interface Bite {
  readonly tooth: string;
  readonly scenario: ScenarioName;
  readonly caughtBy: readonly string[];
  /** Rules that should have been broken and were not. */
  readonly missed: readonly string[];
  readonly seconds: number;
}

/** One process for everything, because each bug has a shop of its own; two of orders where one of them is cut off. */
function processes(scenario: ScenarioName, patches: Pick<ProcessPlan, 'env' | 'loader'> = {}): readonly ProcessPlan[] {
  const others = ['customers', 'products', 'shipping', 'payments'] as const;
  return TWO_OF_ORDERS.includes(scenario)
    ? [{ parts: [...others, 'router'], ...patches }, ...[1, 2].map(() => ({ parts: ['orders'] as const, ...patches }))]
    : [{ parts: [...others, 'orders', 'router'], ...patches }];
}

const TWO_OF_ORDERS: readonly ScenarioName[] = ['a process that writes afterwards'];

const HOOK = fileURLToPath(new URL('e2e/faults/world/patch-source.mjs', ROOT));

/** Long enough for whatever recovers by itself; a bug may keep the system from ever coming to rest. */
const REST_MS = { sound: 90_000, broken: 20_000 };

/** Runs the scenarios on the product as it is: no rule may be broken. */
export async function runSound(
  place: Place,
  names: readonly ScenarioName[],
): Promise<ReadonlyMap<ScenarioName, readonly Finding[]>> {
  const findings = new Map<ScenarioName, readonly Finding[]>();
  const [alone, together] = [
    names.filter((name) => TWO_OF_ORDERS.includes(name)),
    names.filter((name) => !TWO_OF_ORDERS.includes(name)),
  ];
  for (const group of [together, ...alone.map((name) => [name])]) {
    const [first] = group;
    if (!first) continue;
    await onStage({ ...place, name: `sound ${first}` }, processes(first), async (stage) => {
      for (const name of group) {
        stage.world.history.note('scenario', { name });
        await SCENARIOS[name](stage);
        stage.world.calmWebhooks();
        findings.set(name, (await judge(stage.world, REST_MS.sound)).findings.filter(isBroken));
      }
    });
  }
  return findings;
}

/** Runs a bug's scenario on a product that has it: the rules that it names must be broken. */
export async function bite(place: Place, tooth: Tooth): Promise<Bite> {
  const began = performance.now();
  const patches = { env: { FAULTS_PATCHES: JSON.stringify(tooth.source ?? []) }, loader: HOOK };
  let broken: readonly string[] = [];
  await onStage({ ...place, name: tooth.name }, processes(tooth.scenario, tooth.source && patches), async (stage) => {
    for (const patch of tooth.database ?? []) await patchFunction(stage.db, patch);
    for (const statement of tooth.statements ?? []) await stage.db.query(statement);
    await SCENARIOS[tooth.scenario](stage);
    broken = (await judge(stage.world, REST_MS.broken)).findings.filter(isBroken).map(({ name }) => name);
  });
  return {
    tooth: tooth.name,
    scenario: tooth.scenario,
    caughtBy: broken,
    missed: tooth.caughtBy.filter((name) => !broken.includes(name)),
    seconds: Math.round((performance.now() - began) / 1000),
  };
}

const isBroken = ({ broken }: Finding): boolean => broken.length > 0;

async function onStage(
  { folder, postgres, name }: Place & { readonly name: string },
  plans: readonly ProcessPlan[],
  play: (stage: Stage) => Promise<void>,
): Promise<void> {
  const plain = name.replace(/\W+/g, '-');
  const own = join(folder, plain);
  mkdirSync(own, { recursive: true });
  using history = openHistory(join(own, 'history.jsonl'));
  const database = await postgres.copy(plain);
  await using world = await openWorld({ folder: own, seed: 1, processes: plans, history, postgres: database });
  const stage = await openStage(world);
  try {
    await play(stage);
  } finally {
    await stage.db.end();
  }
}
