// `npm run faults`: buyers against a nemesis. Exits with 1 when a rule is broken.
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ROOT } from '@cartograph/runtime/sdl';
import { describe, isSound, type Summary, summarise, writeReport } from './report.ts';
import { runFaults } from './run.ts';
import { SMALL_SHOP, WHOLE_SHOP } from './shops.ts';
import { endOnSignals } from './world/at-end.ts';

const { values } = parseArgs({
  options: {
    orders: { type: 'string', default: '300' },
    kills: { type: 'string', default: '10' },
    seeds: { type: 'string', default: '1' },
    seed: { type: 'string' },
    'at-once': { type: 'string', default: '24' },
    small: { type: 'boolean', default: false },
    report: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});

if (values.help) {
  console.log(`npm run faults [-- --orders N] [--kills N] [--seeds N | --seed N] [--at-once N] [--small] [--report FOLDER]

  --orders N       buyers in each run (default 300), for goods that suffice for five of eight
  --kills N        processes killed in each run (default 10), and beside them as many faults of other kinds
  --seeds N        so many runs, with the seeds 1 to N
  --seed N         one run with this seed: the same buyers and the same faults again
  --at-once N      buyers in the shop at a time (default 24)
  --small          8 processes instead of 10
  --report FOLDER  where report.md, report.json, histories and logs go (default .cartograph/faults)`);
  process.exit(0);
}

endOnSignals();

const report = resolve(values.report ?? fileURLToPath(new URL('.cartograph/faults', ROOT)));
const seeds = values.seed
  ? [Number(values.seed)]
  : Array.from({ length: Number(values.seeds) }, (_, index) => index + 1);
const command = `npm run faults -- ${process.argv.slice(2).join(' ')}`;
const summaries: Summary[] = [];
mkdirSync(report, { recursive: true });

for (const seed of seeds) {
  const folder = join(report, `seed-${seed}`);
  rmSync(folder, { recursive: true, force: true });
  const result = await runFaults(folder, values.small ? SMALL_SHOP : WHOLE_SHOP, {
    seed,
    orders: Number(values.orders),
    kills: Number(values.kills),
    atOnce: Number(values['at-once']),
    log: console.log,
  });
  summaries.push(summarise(result));
  writeReport(report, summaries, command);
  if (isSound(result)) rmSync(join(folder, 'postgres'), { recursive: true, force: true });
  else console.error(`seed ${seed} breaks:\n${describe(result.findings)}\nIts history is in ${folder}.`);
}
console.log(`The report is ${join(report, 'report.md')}.`);
process.exit(summaries.every(isSound) ? 0 : 1);
