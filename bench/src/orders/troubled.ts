import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openHistory } from '../../../e2e/faults/history.ts';
import { type PlannedFault, planFaults, type Victims } from '../../../e2e/faults/nemesis/plan.ts';
import { unleash } from '../../../e2e/faults/nemesis/run.ts';
import { createRandom } from '../../../e2e/faults/random.ts';
import { describe } from '../../../e2e/faults/report.ts';
import { judge, TROUBLE, victims } from '../../../e2e/faults/run.ts';
import { WHOLE_SHOP } from '../../../e2e/faults/shops.ts';
import { openWorld, type World } from '../../../e2e/faults/world/world.ts';
import { type Measured, measure, type OrdersEffort, openShop } from './measure.ts';
import { watchSpending } from './spending.ts';

export interface Trouble {
  /** How many times a process or the database is killed; 0 leaves everything calm, whatever `beside` says. */
  readonly kills: number;
  /** Whether everything else that the nemesis knows happens too. */
  readonly beside: boolean;
}

const REST_WITHIN_MS = 120_000;

/** A shop of ten processes that is troubled while it sells. Throws when a rule of the faults is broken at the end. */
export async function measureTroubled(
  folder: string,
  { trouble, seed, ...effort }: OrdersEffort & { readonly trouble: Trouble; readonly seed: number },
): Promise<Measured & { readonly faults: number }> {
  mkdirSync(folder, { recursive: true });
  using history = openHistory(join(folder, 'history.jsonl'));
  await using world = await openWorld({ folder, seed, processes: WHOLE_SHOP, history });
  const db = await world.postgres.connect();
  const shop = await openShop(world.url, db, history, effort);
  await db.end();
  await using spending = await watchSpending(world.postgres);
  const plan = planTrouble(trouble, seed, victims(world));
  const measured = await measure(
    { shop, read: spending.read, settled: () => settled(world) },
    { ...effort, log: (line) => effort.log(`${plan.length} faults: ${line}`) },
    (progress) => {
      if (trouble.beside && plan.length > 0) world.troubleWebhooks(TROUBLE);
      const nemesis = unleash(world, plan, progress, history);
      return async () => {
        nemesis.stop();
        await nemesis.healed;
        world.calmWebhooks();
      };
    },
  );
  return { ...measured, faults: history.entries.filter(({ what }) => what === 'fault').length };
}

const KILLS: readonly PlannedFault['fault']['kind'][] = ['kill', 'stop the database'];

function planTrouble({ kills, beside }: Trouble, seed: number, victims: Victims): readonly PlannedFault[] {
  const plan = planFaults(createRandom(seed, 'nemesis'), victims, kills);
  return beside ? plan : plan.filter(({ fault }) => KILLS.includes(fault.kind));
}

/** What is left to be done behind the answers is their cost too; and no rule may be broken. */
async function settled(world: World): Promise<void> {
  const { restedAfterMs, findings } = await judge(world, REST_WITHIN_MS);
  if (restedAfterMs === null) throw new Error('the shop did not come to rest');
  const broken = describe(findings);
  if (broken) throw new Error(`rules were broken:\n${broken}`);
}
