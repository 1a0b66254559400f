// `npm run bench:shop`: what a shop's requests cost, all processes and the database counted. Prints tables and writes
// bench/results/shop.json. `-- --quick` takes fewer requests and writes nothing.
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { ROOT } from '@cartograph/runtime/sdl';
import { memoryMb } from './cpu.ts';
import { costBetween, createMeter, perRequest, perSecond } from './shop-meter.ts';
import { createShopper, OPERATIONS } from './shop-operations.ts';
import { createFolder, openDatabaseView, type Shop, startShop } from './shop-process.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean' } } });
const WARM_UP = values.quick ? 100 : 300;
const REQUESTS = values.quick ? 100 : 300;
const IDLE_SECONDS = values.quick ? 10 : 30;

const startOf = ({ startSeconds, startCpuSeconds }: Shop) => ({
  seconds: Number(startSeconds.toFixed(2)),
  cpuSeconds: Number(startCpuSeconds.toFixed(2)),
});
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const folder = createFolder();
const closers: (() => Promise<void>)[] = [];

try {
  const cold = await startShop(folder.path);
  await cold.stop();
  const warm = await startShop(folder.path);
  closers.push(warm.stop);
  const view = await openDatabaseView(folder.path);
  closers.push(view.close);
  const roots = [warm.pid, view.postmaster];
  const meter = createMeter(view.admin, { shop: warm.pid, postmaster: view.postmaster });
  const afterStart = memoryMb(roots);

  const shopper = await createShopper(warm.url);
  await meter.settled();
  const beforeIdle = await meter.read();
  await sleep(IDLE_SECONDS * 1000);
  const idle = costBetween(beforeIdle, await meter.read());

  const operations = [];
  for (const [name, operation] of Object.entries(OPERATIONS)) {
    for (let i = 0; i < WARM_UP; i += 1) await shopper.run(operation);
    await meter.settled();
    const before = await meter.read();
    const started = performance.now();
    for (let i = 0; i < REQUESTS; i += 1) await shopper.run(operation);
    const wallMs = (performance.now() - started) / REQUESTS;
    // What a request leaves to be done behind its answer is its cost too.
    await meter.settled();
    const cost = costBetween(before, await meter.read());
    operations.push({ operation: name, ...perRequest(cost, idle, REQUESTS), wallMs: Number(wallMs.toFixed(2)) });
  }
  const result = {
    machine: { cores: cpus().length, cpu: cpus()[0]?.model, node: process.version },
    start: { cold: startOf(cold), warm: startOf(warm) },
    memoryMb: { afterStart, afterLoad: memoryMb(roots) },
    idlePerSecond: perSecond(idle),
    requestsPerOperation: REQUESTS,
    operations,
  };
  console.log('Start to first answered query, with a new database and warm:', result.start);
  console.log(
    `Memory (router, five subgraphs, sandbox providers, PostgreSQL): ${afterStart} MB after start, ${result.memoryMb.afterLoad} MB after the load`,
  );
  console.log('Idle, per second:', result.idlePerSecond);
  console.table(operations.map(({ bySubgraph, ...row }) => row));
  console.log('Statements by subgraph:');
  console.table(Object.fromEntries(operations.map(({ operation, bySubgraph }) => [operation, bySubgraph])));
  if (!values.quick) writeFileSync(new URL('bench/results/shop.json', ROOT), `${JSON.stringify(result, null, 2)}\n`);
} finally {
  // Last opened, first closed.
  for (const close of closers.reverse()) await close();
  folder.remove();
}
