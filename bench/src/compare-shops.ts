// `npm run bench:compare -- OTHER`: what `placeOrder` costs here and in another checkout, for which both shops run at the same
// time and take turns; with `--node PATH` instead, what it costs here on another Node.js. Prints each turn, the medians, how
// many orders a second sixteen buyers get, and our statements.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { median } from '../router/harness/statistics.ts';
import { costBetween, createMeter, perRequest } from './shop-meter.ts';
import { createShopper, OPERATIONS, type Operation } from './shop-operations.ts';
import { createFolder, openDatabaseView, startShop } from './shop-process.ts';

const options = {
  orders: { type: 'string', default: '50' },
  turns: { type: 'string', default: '5' },
  node: { type: 'string' },
} as const;
const { values, positionals } = parseArgs({ options, allowPositionals: true });
const [ORDERS, TURNS] = [Number(values.orders), Number(values.turns)];
const AT_ONCE = 16;
const IDLE_MS = 2_000;
/** Each shop takes thirteen ports. */
const FIRST_PORT = 24_100;
const placeOrder = OPERATIONS.placeOrder as Operation;
const closers: (() => Promise<void> | void)[] = [];

interface Contender {
  readonly name: string;
  readonly checkout?: string;
  readonly node?: string;
}

async function open(contender: Contender, port: number) {
  const folder = createFolder();
  closers.push(folder.remove);
  const shop = await startShop(folder.path, { ...contender, port });
  closers.push(shop.stop);
  const view = await openDatabaseView(folder.path);
  closers.push(view.close);
  const meter = createMeter(view.admin, { shop: shop.pid, postmaster: view.postmaster });
  return {
    name: contender.name,
    admin: view.admin,
    meter,
    shopper: await createShopper(shop.url),
    turns: [] as Turn[],
  };
}
type Shop = Awaited<ReturnType<typeof open>>;
type Turn = ReturnType<typeof perRequest>;

async function order({ shopper }: Shop, count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) await shopper.run(placeOrder);
}

async function takeTurn(shop: Shop): Promise<void> {
  const { meter } = shop;
  const before = await meter.read();
  await new Promise((wake) => setTimeout(wake, IDLE_MS));
  const begun = await meter.read();
  await order(shop, ORDERS);
  await meter.settled();
  const turn = perRequest(costBetween(begun, await meter.read()), costBetween(before, begun), ORDERS);
  shop.turns.push(turn);
  console.log(shop.name, JSON.stringify(turn));
}

async function crowd(shop: Shop): Promise<void> {
  let left = 2 * ORDERS;
  const before = await shop.meter.read();
  const started = performance.now();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (; left > 0; ) {
        left -= 1;
        await shop.shopper.run(placeOrder);
      }
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  await shop.meter.settled();
  const { statements, nodeMs, postgresMs } = costBetween(before, await shop.meter.read());
  const each = (value: number) => (value / 2 / ORDERS).toFixed(1);
  console.log(
    `${shop.name}: ${((2 * ORDERS) / seconds).toFixed(1)} orders a second at ${AT_ONCE} at once, ${each(statements)} statements and ${each(nodeMs + postgresMs)} ms each`,
  );
}

/** What one order is made of; the names of prepared statements are no difference. */
async function printStatements(shop: Shop): Promise<void> {
  await shop.admin.query('SELECT extensions.pg_stat_statements_reset()');
  await order(shop, ORDERS);
  await shop.meter.settled();
  const { rows } = await shop.admin.query<{ subgraph: string; calls: number; text: string }>(
    `SELECT right(rolname, -length(current_database()) - 1) AS subgraph, sum(calls)::float / $1 AS calls,
       regexp_replace(left(query, 160), '\\s+', ' ', 'g') AS text
     FROM extensions.pg_stat_statements JOIN pg_roles ON pg_roles.oid = userid
     WHERE starts_with(rolname, current_database() || '_')
     GROUP BY 1, 3 HAVING sum(calls) > $1::float / 10 ORDER BY 1, 2 DESC`,
    [ORDERS],
  );
  for (const { subgraph, calls, text } of rows) console.log(subgraph.padEnd(10), calls.toFixed(2).padStart(5), text);
}

try {
  const contenders: readonly Contender[] = [
    ...positionals.map((path) => ({ name: resolve(path), checkout: resolve(path) })),
    ...(values.node ? [{ name: values.node, node: values.node }] : []),
    { name: 'this checkout' },
  ];
  const shops: Shop[] = [];
  for (const [index, contender] of contenders.entries()) shops.push(await open(contender, FIRST_PORT + 20 * index));
  for (const shop of shops) await order(shop, ORDERS);
  for (const shop of shops) await shop.meter.settled();
  // Forth and back, so that nobody is always the first.
  for (let turn = 0; turn < TURNS; turn += 1)
    for (const shop of turn % 2 ? [...shops].reverse() : shops) await takeTurn(shop);
  for (const { name, turns } of shops)
    console.log(
      `${name}: medians of ${TURNS}: ${median(turns.map((one) => one.statements))} statements, ${median(turns.map((one) => one.cpuMs))} ms (Node ${median(turns.map((one) => one.nodeMs))}, PostgreSQL ${median(turns.map((one) => one.postgresMs))})`,
    );
  for (let turn = 0; turn < 2; turn += 1) for (const shop of shops) await crowd(shop);
  for (const shop of shops.slice(-1)) await printStatements(shop);
} finally {
  for (const close of closers.reverse()) await close();
}
