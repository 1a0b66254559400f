import type { Contender } from '../contenders/contender.ts';
import type { Traffic } from '../subgraphs/memo-server.ts';
import type { Load } from './load.ts';
import { amountFor, measure, type Sample, warmUp } from './measure.ts';
import type { OnStage, Stage } from './stage.ts';

/** Where CPU is compared, and where memory is. */
export const CPU_AT = 10;
export const MEMORY_AT = 50;

export interface Effort {
  readonly rounds: number;
  /** Of all rounds, those that go through every number of connections. */
  readonly latencyRounds: number;
  readonly connections: readonly number[];
  readonly cellSeconds: number;
  readonly warmUpSeconds: number;
}

export interface Measured {
  readonly contender: Contender;
  readonly samples: readonly Sample[];
  /** Of one request. */
  readonly traffic: Traffic;
}

/** A median of fewer would be no median. */
const FEWEST_ROUNDS = 2;

/**
 * Rounds in which everybody has a turn, each time with another one first: what disturbs the machine meanwhile disturbs all
 * alike. None begins after `until`, once there were enough.
 */
export async function runRounds(load: Load, stage: Stage, effort: Effort, until: number): Promise<readonly Measured[]> {
  const [request = ''] = Object.keys(stage.workload.requests);
  const body = stage.body(request);
  const costs = new Map<OnStage, number>();
  for (const one of stage.contenders) costs.set(one, await warmUp(load, one, body, effort.warmUpSeconds));
  const samples = new Map<OnStage, Sample[]>(stage.contenders.map((one) => [one, []]));
  for (let round = 0; round < effort.rounds; round += 1) {
    if (round >= FEWEST_ROUNDS && performance.now() > until) break;
    for (const connections of round < effort.latencyRounds ? effort.connections : [CPU_AT])
      for (const one of rotated(stage.contenders, round)) {
        if (connections !== CPU_AT && one.contender.table !== 'main') continue;
        const amount = amountFor(costs.get(one) as number, effort.cellSeconds, connections);
        const sample = await measure(load, one, { body, connections, amount, watchMemory: connections === MEMORY_AT });
        samples.get(one)?.push(sample);
      }
  }
  const measured: Measured[] = [];
  // Asks once more, so it is also seen that the answer is still right after all that load.
  for (const [one, taken] of samples)
    measured.push({ contender: one.contender, samples: taken, traffic: await stage.trafficOf(one, request) });
  return measured;
}

const rotated = <T>(all: readonly T[], by: number): readonly T[] => [
  ...all.slice(by % all.length),
  ...all.slice(0, by % all.length),
];
