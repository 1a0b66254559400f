// `npm run bench:stock`: what one hot variant costs, beside the same load on many variants. Prints a table and writes
// bench/results/stock.json. `-- --quick` takes shorter rounds and writes nothing.
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { ROOT } from '@cartograph/runtime/sdl';
import { createFolder } from './shop-process.ts';
import { openHolds } from './stock-holds.ts';
import { compareRounds } from './stock-rounds.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean' } } });
const ROUNDS = values.quick ? 2 : 4;
const SECONDS = values.quick ? 1 : 4;

const folder = createFolder();
try {
  await using buying = await openHolds(folder.path);
  const holds = await compareRounds(buying, { rounds: ROUNDS, seconds: SECONDS });
  await buying.check();
  console.log(`Held and sold, ${buying.atOnce} at a time, on one variant and on ${buying.variants.length}:`);
  console.table(holds);
  const machine = { cores: cpus().length, cpu: cpus()[0]?.model, node: process.version };
  const { atOnce, variants } = buying;
  const result = { machine, roundsEach: ROUNDS, secondsEach: SECONDS, atOnce, manyVariants: variants.length, holds };
  if (!values.quick) writeFileSync(new URL('bench/results/stock.json', ROOT), `${JSON.stringify(result, null, 2)}\n`);
} finally {
  folder.remove();
}
