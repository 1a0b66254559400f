import fc from 'fast-check';
import type { Engine } from '../federation/engine.ts';
import { type Batch, BatchArbitrary, casesOf, graphOf } from './case-arbitrary.ts';
import { check, Difference, isValid, type Notes } from './check.ts';
import type { Case } from './shrink.ts';

export interface Exploration {
  readonly cases: number;
  /** Leaves out so many that come before: a run goes on where another ended. */
  readonly from?: number;
  readonly seed: number;
  /** Operations for each supergraph; each is run once with honest subgraphs and once with faults. */
  readonly operations: number;
  readonly shrinkMs: number;
  readonly engine?: Engine;
  /** Told after each supergraph. */
  readonly progress?: (tally: Tally) => void;
}

export interface Tally {
  cases: number;
  supergraphs: number;
  readonly compared: Record<Notes['compared'], number>;
  readonly known: Record<string, number>;
}

export const newTally = (): Tally => ({
  cases: 0,
  supergraphs: 0,
  compared: { merged: 0, stock: 0, properties: 0 },
  known: {},
});

/** Runs generated cases until one fails, which is then made as small as it can be and thrown, ready to be run again. */
export async function explore(exploration: Exploration): Promise<Tally> {
  const { cases, from = 0, seed, operations, shrinkMs, engine, progress } = exploration;
  const tally = newTally();
  const batches = new BatchArbitrary(operations, shrinkMs);
  const property = fc.asyncProperty(batches, async (batch) => {
    const alone = batch.runs.length === 1;
    await checkBatch(batch, batches, alone ? newTally() : tally, engine);
    if (alone) return;
    tally.supergraphs++;
    progress?.(tally);
  });
  const supergraphs = (count: number) => Math.ceil(count / (operations * 2));
  const path = String(supergraphs(from));
  const result = await fc.check(property, { seed, path, numRuns: supergraphs(cases), endOnFailure: false });
  if (!result.failed) return tally;
  const [batch] = result.counterexample ?? [];
  const failed = batch && (batches.failed.get(batch) ?? casesOf(batch)[0]);
  const { errorInstance } = result;
  const reason =
    errorInstance instanceof Difference
      ? errorInstance.message
      : String((errorInstance as Error)?.stack ?? errorInstance);
  throw new Difference(
    `${reason}\n\nseed ${seed}, after ${from + tally.cases} cases\n${failed ? describeCase(failed) : ''}`,
  );
}

async function checkBatch(batch: Batch, batches: BatchArbitrary, tally: Tally, engine?: Engine): Promise<void> {
  const graph = graphOf(batch.sdls);
  if (!graph) return;
  for (const one of casesOf(batch)) {
    if (!isValid(one, graph)) return;
    try {
      const { compared, known } = await check(one, graph, engine);
      tally.cases++;
      tally.compared[compared]++;
      for (const { name } of known) tally.known[name] = (tally.known[name] ?? 0) + 1;
    } catch (error) {
      const kind = error instanceof Difference ? error.kind : String(error);
      if (batch.runs.length === 1 && batches.failedAs !== undefined && batches.failedAs !== kind) return;
      batches.failedAs = kind;
      batches.failed.set(batch, one);
      throw error;
    }
  }
}

export function describeCase(one: Case): string {
  const sdls = Object.entries(one.sdls).map(([name, sdl]) => `# subgraph ${name}\n${sdl}`);
  return [
    ...sdls,
    `# operation\n${one.operation.query}`,
    `# variables ${JSON.stringify(one.operation.variables)}`,
    `# faults ${JSON.stringify(one.faults)}`,
    `# to run it again: npm run test:federation -- --case '${JSON.stringify(one).replaceAll("'", "'\\''")}'`,
  ].join('\n');
}
