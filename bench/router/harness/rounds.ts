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
  /** Of all rounds, those that go through every number of connections; CPU is compared in each. */
  readonly latencyRounds: number;
  readonly connections: readonly number[];
  readonly cellSeconds: number;
  readonly leadInSeconds: number;
  /** Before memory is looked at: until a heap is as large as load makes it. */
  readonly memoryLeadInSeconds: number;
  readonly warmUpSeconds: number;
}

export interface Measured {
  readonly contender: Contender;
  readonly samples: readonly Sample[];
  /** Of one request. */
  readonly traffic: Traffic;
}

/**
 * Turns in which everybody is measured in the same way, each time another one first: what disturbs the machine meanwhile
 * disturbs all alike.
 */
export async function runRounds(load: Load, stage: Stage, effort: Effort, until: number): Promise<readonly Measured[]> {
  const [request = ''] = Object.keys(stage.workload.requests);
  const body = stage.body(request);
  const costs = new Map<OnStage, number>();
  for (const one of stage.contenders) costs.set(one, await warmUp(load, one, body, effort.warmUpSeconds));
  const samples = new Map<OnStage, Sample[]>(stage.contenders.map((one) => [one, []]));
  for (const [at, { mustBe, forAll, ...turn }] of turnsOf(effort).entries()) {
    if (!mustBe && performance.now() > until) continue;
    for (const one of rotated(stage.contenders, at)) {
      if (!forAll && one.contender.table !== 'main') continue;
      const amountOf = (cpuSeconds: number) => amountFor(costs.get(one) as number, cpuSeconds, turn.connections);
      const leadInSeconds = leadInSecondsAt(turn.connections, effort);
      const leadIn = leadInSeconds > 0 ? amountOf(leadInSeconds) : 0;
      const watchMemory = turn.connections === MEMORY_AT;
      const cell = { ...turn, body, amount: amountOf(effort.cellSeconds), leadIn, watchMemory };
      samples.get(one)?.push(await measure(load, one, cell));
    }
  }
  const measured: Measured[] = [];
  // Asks once more, so it is also seen that the answer is still right after all that load.
  for (const [one, taken] of samples)
    measured.push({ contender: one.contender, samples: taken, traffic: await stage.trafficOf(one, request) });
  return measured;
}

function leadInSecondsAt(connections: number, { leadInSeconds, memoryLeadInSeconds }: Effort): number {
  if (connections === MEMORY_AT) return memoryLeadInSeconds;
  return connections === CPU_AT ? leadInSeconds : 0;
}

/** Everything once and CPU five times, however long it takes; more of each while there is time. */
function turnsOf({ rounds, latencyRounds, connections }: Effort) {
  const cpu = { connections: CPU_AT, varied: false, forAll: true };
  const varied = { connections: CPU_AT, varied: true, forAll: false };
  const others = connections
    .filter((level) => level !== CPU_AT)
    .map((level) => ({ connections: level, varied: false, forAll: false }));
  return Array.from({ length: rounds }, (_, round) => [
    { ...cpu, mustBe: round < 5 },
    { ...varied, mustBe: round < 3 },
    ...(round < latencyRounds ? others.map((turn) => ({ ...turn, mustBe: round === 0 })) : []),
  ]).flat();
}

const rotated = <T>(all: readonly T[], by: number): readonly T[] => [
  ...all.slice(by % all.length),
  ...all.slice(0, by % all.length),
];
