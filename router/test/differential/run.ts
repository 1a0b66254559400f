import { parseArgs } from 'node:util';
import { graphOf } from './case-arbitrary.ts';
import { check, Difference } from './check.ts';
import { explore } from './explore.ts';
import { tellProgress } from './progress.ts';
import type { Case } from './shrink.ts';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '2000' },
    from: { type: 'string', default: '0' },
    seed: { type: 'string' },
    operations: { type: 'string', default: '25' },
    case: { type: 'string' },
  },
});

const number = (text: string, name: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} must be a whole number, not ${text}`);
  return value;
};

async function main(): Promise<void> {
  if (values.case !== undefined) {
    const one = JSON.parse(values.case) as Case;
    const graph = graphOf(one.sdls);
    if (!graph) throw new Error('these subgraphs do not compose');
    console.log(await check(one, graph));
    return;
  }
  const cases = number(values.cases, 'cases');
  const seed = values.seed === undefined ? Date.now() % 1_000_000 : number(values.seed, 'seed');
  console.log(`seed ${seed}: run again with --seed ${seed}`);
  const tally = await explore({
    cases,
    from: number(values.from, 'from'),
    seed,
    operations: number(values.operations, 'operations'),
    shrinkMs: 90_000,
    progress: tellProgress(cases, (text) => process.stdout.write(text), process.stdout.isTTY),
  });
  console.log(`\n${JSON.stringify(tally, null, 2)}`);
}

main().catch((error) => {
  console.error(`\n${error instanceof Difference ? error.message : error.stack}`);
  process.exitCode = 1;
});
