import type { Load } from './harness/load.ts';
import { amountFor, measure, warmUp } from './harness/measure.ts';
import type { Effort } from './harness/rounds.ts';
import type { OnStage, Stage } from './harness/stage.ts';
import { median } from './harness/statistics.ts';
import type { Table } from './tables/table.ts';

/** Who shows how cost grows: us, what we replace, and what there is to reach. */
export const GROWTH_CONTENDERS: readonly string[] = ['ours', 'stock', 'hand-written-once'];

interface GrowthEffort extends Pick<Effort, 'cellSeconds'> {
  readonly rounds: number;
  readonly endsOnly: boolean;
  /** No second round begins after this. */
  readonly until: number;
}

/** One table for each series: CPU ms per request, point by point. */
export async function growthTables(load: Load, stage: Stage, effort: GrowthEffort): Promise<readonly Table[]> {
  const series = byFirstWord(Object.keys(stage.workload.requests));
  const tables: Table[] = [];
  for (const [name, points] of series) {
    const taken = effort.endsOnly ? points.filter((_, at) => at === 0 || at === points.length - 1) : points;
    const rows = [];
    for (const point of taken) {
      const costs = await costsOf(load, stage, point, effort);
      rows.push([Number(point.split(' ')[1]), ...stage.contenders.map((one) => costs.get(one) ?? null)]);
    }
    const labels = stage.contenders.map(({ contender }) => contender.label);
    tables.push({ title: `How cost grows with ${name}: CPU ms`, columns: [name, ...labels], rows });
  }
  return tables;
}

async function costsOf(load: Load, stage: Stage, request: string, { rounds, cellSeconds, until }: GrowthEffort) {
  const body = stage.body(request);
  const costs = new Map<OnStage, number[]>();
  for (let round = 0; round < rounds && (round === 0 || performance.now() < until); round += 1)
    for (const one of stage.contenders) {
      const cost = await warmUp(load, one, body, round === 0 ? cellSeconds : cellSeconds / 4);
      const amount = amountFor(cost, cellSeconds, 10);
      const { cpuMs } = await measure(load, one, { body, connections: 10, amount, watchMemory: false });
      costs.set(one, [...(costs.get(one) ?? []), cpuMs]);
    }
  return new Map([...costs].map(([one, taken]) => [one, median(taken)]));
}

/** `entities 10` and `entities 30` are points of one series. */
function byFirstWord(names: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const series = new Map<string, string[]>();
  for (const name of names) {
    const first = name.split(' ')[0] as string;
    series.set(first, [...(series.get(first) ?? []), name]);
  }
  return series;
}
