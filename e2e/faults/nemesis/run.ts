import { setTimeout as sleep } from 'node:timers/promises';
import type { History } from '../history.ts';
import type { World } from '../world/world.ts';
import type { Fault, PlannedFault } from './plan.ts';

/** When buyers hang, the next fault comes all the same. */
const LONGEST_PAUSE_MS = 15_000;

export interface Nemesis {
  /** Resolves once every fault has happened and has healed. */
  readonly healed: Promise<void>;
  /** No further fault: all buyers are gone. */
  stop(): void;
}

/** Lets the planned faults happen as the run gets on; `progress` is the share of buyers served. */
export function unleash(
  world: World,
  plan: readonly PlannedFault[],
  progress: () => number,
  history: History,
): Nemesis {
  let stopped = false;
  const healing: Promise<void>[] = [];
  const inflict = createInflicter(world);
  async function run() {
    for (const { at, fault } of plan) {
      for (let waited = 0; progress() < at && waited < LONGEST_PAUSE_MS && !stopped; waited += 20) await sleep(20);
      if (stopped) break;
      history.note('fault', fault);
      healing.push(inflict(fault).then(() => history.note('healed', fault)));
    }
    await Promise.all(healing);
  }
  const healed = run();
  // Whoever waits for it hears of a failure; until then it must not end the process.
  healed.catch(() => {});
  return {
    healed,
    stop() {
      stopped = true;
    },
  };
}

function createInflicter(world: World) {
  // There is one database: it is stopped by one fault at a time.
  let database: Promise<void> = Promise.resolve();
  return async (fault: Fault): Promise<void> => {
    switch (fault.kind) {
      case 'kill': {
        const part = find(world.parts, fault.part);
        part.kill(fault.ms);
        return part.ready();
      }
      case 'stop the database':
        database = database.then(() => stopDatabase(world, fault.ms));
        return database;
      case 'pause': {
        const part = find(world.parts, fault.part);
        part.pause();
        await sleep(fault.ms);
        return part.resume();
      }
      case 'cut':
      case 'black hole': {
        const link = find(world.links, fault.link);
        link.become(fault.kind === 'cut' ? 'cut' : 'blackHole');
        await sleep(fault.ms);
        return link.become('open');
      }
      case 'bad provider':
        world.providerFaults.begin(fault.share);
        await sleep(fault.ms);
        return world.providerFaults.end();
    }
  };
}

async function stopDatabase({ postgres }: World, restMs: number): Promise<void> {
  await postgres.stopImmediately();
  await sleep(restMs);
  await postgres.start();
}

function find<T extends { readonly name: string }>(list: readonly T[], name: string): T {
  const found = list.find((one) => one.name === name);
  if (!found) throw new Error(`there is no ${name}`);
  return found;
}
