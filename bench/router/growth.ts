import type { Load } from './harness/load.ts';
import { amountFor, measure, warmUp } from './harness/measure.ts';
import { CPU_AT, type Effort } from './harness/rounds.ts';
import type { Stage } from './harness/stage.ts';
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
  const series = [...byFirstWord(Object.keys(stage.workload.requests))].map(
    ([name, points]) =>
      [name, effort.endsOnly ? points.filter((_, at) => at === 0 || at === points.length - 1) : points] as const,
  );
  const costs = await costsOf(
    load,
    stage,
    series.flatMap(([, points]) => points),
    effort,
  );
  const labels = stage.contenders.map(({ contender }) => contender.label);
  return series.map(([name, points]) => ({
    title: `How cost grows with ${name}: CPU ms, the least of the turns`,
    columns: [name, ...labels],
    rows: points.map((point) => [
      Number(point.split(' ')[1]),
      ...stage.contenders.map((one) => Math.min(...(costs.get(`${point} ${one.contender.id}`) ?? []))),
    ]),
  }));
}

/** By point and contender, one cost for each round. */
async function costsOf(load: Load, stage: Stage, points: readonly string[], effort: GrowthEffort) {
  const { rounds, cellSeconds, until } = effort;
  const costs = new Map<string, number[]>();
  const expected = new Map<string, number>();
  const [first = ''] = points;
  for (const one of stage.contenders) await warmUp(load, one, stage.body(first), cellSeconds * 4);
  for (let round = 0; round < rounds && (round === 0 || performance.now() < until); round += 1)
    for (const point of points)
      for (const one of stage.contenders) {
        const key = `${point} ${one.contender.id}`;
        const body = stage.body(point);
        if (round === 0) expected.set(key, await warmUp(load, one, body, cellSeconds));
        const amount = amountFor(expected.get(key) as number, cellSeconds, CPU_AT);
        const cell = { body, connections: CPU_AT, amount, leadIn: 0, varied: false, watchMemory: false };
        costs.set(key, [...(costs.get(key) ?? []), (await measure(load, one, cell)).cpuMs]);
      }
  return costs;
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
