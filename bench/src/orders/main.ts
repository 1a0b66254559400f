// `npm run bench:orders`: how many orders a second a shop takes and what each costs: what `npm start` starts, and a shop of ten
// processes, calm and under faults. Beside it the aims, as far as this host is slower than theirs.
// The buyers want one thing each and there is enough of it; `npm run faults` has those who quarrel. Prints a table and writes
// bench/results/orders.json. `-- --quick` takes fewer orders and writes nothing.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '@cartograph/runtime/sdl';
import { endOnSignals } from '../../../e2e/faults/world/at-end.ts';
import { asRecords, printed, type Table } from '../../router/tables/table.ts';
import { besideAims, measureHost } from './host.ts';
import { measureInOneProcess } from './in-one-process.ts';
import type { Measured } from './measure.ts';
import { measureTroubled, type Trouble } from './troubled.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    orders: { type: 'string' },
    kills: { type: 'string' },
    'at-once': { type: 'string', default: '24' },
    seed: { type: 'string', default: '1' },
  },
});
const orders = Number(values.orders ?? (values.quick ? 100 : 600));
const warmUp = values.quick ? 200 : 1_500;
const kills = Number(values.kills ?? (values.quick ? 3 : 10));
const folder = mkdtempSync(join(tmpdir(), 'cartograph-bench-orders-'));
// The database's own system user must be able to walk down to it.
chmodSync(folder, 0o755);

const row = (name: string, one: Measured): Table['rows'][number] => [
  name,
  one.orders,
  one.ordersPerSecond,
  one.p50,
  one.p99,
  one.statements,
  one.nodeMs + one.postgresMs,
  one.nodeMs,
  one.postgresMs,
  one.harnessMs,
];

endOnSignals();

try {
  const seed = Number(values.seed);
  const effort = { orders, warmUp, atOnce: Number(values['at-once']), log: console.error };
  const loadBefore = loadavg()[0];
  const host = await measureHost(join(folder, 'host'), effort.atOnce);
  const inOneProcess = await measureInOneProcess(join(folder, 'one'), {
    ...effort,
    log: (line) => effort.log(`in one process: ${line}`),
  });
  const measure = (name: string, trouble: Trouble) => measureTroubled(join(folder, name), { ...effort, seed, trouble });
  const calm = await measure('calm', { kills: 0, beside: false });
  const killed = await measure('killed', { kills, beside: false });
  const faulty = await measure('faulty', { kills, beside: true });
  const table: Table = {
    title: `Orders, calm and under faults (${effort.atOnce} buyers at once)`,
    columns: [
      '',
      'orders',
      'orders/s',
      'p50 ms',
      'p99 ms',
      'statements each',
      'CPU ms each',
      'of it Node',
      'of it PostgreSQL',
      'harness CPU ms each',
    ],
    rows: [
      row('calm, in one process', inOneProcess),
      row('calm, ten processes', calm),
      row(`${killed.faults} kills`, killed),
      row(`${faulty.faults} faults, ${kills} of them kills`, faulty),
    ],
  };
  const loadAverage = [loadBefore, loadavg()[0]];
  const aims = besideAims(host, inOneProcess, killed, faulty);
  console.log(printed(table));
  console.log(printed(aims));
  console.log(`\nLoad of the machine ${loadAverage.map((one) => one?.toFixed(1)).join(' before, ')} after`);
  if (!values.quick) {
    const machine = { cores: cpus().length, cpu: cpus()[0]?.model, node: process.version };
    const file = new URL('bench/results/orders.json', ROOT);
    writeFileSync(
      file,
      `${JSON.stringify({ machine, loadAverage, ...asRecords(table), aims: asRecords(aims) }, null, 2)}\n`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
// Half-closed connections of processes that were killed would keep this one for minutes.
process.exit();
