// `npm run bench:stock`: what one hot variant costs, beside the same load on many variants. Prints tables and writes
// bench/results/stock.json. `-- --quick` takes shorter rounds and writes nothing; `-- --only holds` or
// `orders` takes a part.
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { ROOT } from '@cartograph/runtime/sdl';
import { createFolder } from './shop-process.ts';
import { openHolds } from './stock-holds.ts';
import { openOrders } from './stock-orders.ts';
import { type Buying, compareRounds } from './stock-rounds.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean' }, only: { type: 'string' } } });
const ROUNDS = values.quick ? 2 : 4;
const SECONDS = values.quick ? 1 : 4;

const folder = createFolder();
const tables: Record<string, object> = {};

/** The two kinds of rounds alternate, so that whatever else the machine does meets both. */
async function measure(name: string, open: (folder: string) => Promise<Buying & AsyncDisposable>): Promise<void> {
  await using buying = await open(folder.path);
  const result = await compareRounds(buying, { rounds: ROUNDS, seconds: SECONDS });
  await buying.check();
  tables[name] = { atOnce: buying.atOnce, manyVariants: buying.variants.length, ...result };
  console.log(`${name}, ${buying.atOnce} at a time, on one variant and on ${buying.variants.length}:`);
  console.table(result);
}

try {
  if (values.only !== 'orders') await measure('holds', openHolds);
  if (values.only !== 'holds') await measure('orders', openOrders);
  const machine = { cores: cpus().length, cpu: cpus()[0]?.model, node: process.version };
  const result = { machine, roundsEach: ROUNDS, secondsEach: SECONDS, ...tables };
  if (!values.quick && !values.only)
    writeFileSync(new URL('bench/results/stock.json', ROOT), `${JSON.stringify(result, null, 2)}\n`);
} finally {
  folder.remove();
}
