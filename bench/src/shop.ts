// `npm run bench:shop`: what a shop's requests cost, all processes and the database counted. Prints a table and
// writes bench/results/shop.json.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmbedded } from '@cartograph/runtime/database/embedded';
import { openAdmin } from '@cartograph/runtime/database/provision';
import { ROOT } from '@cartograph/runtime/sdl';
import { cpuMs, memoryMb } from './cpu.ts';
import { createShopper, OPERATIONS } from './shop-operations.ts';

const PORT = 24_000;
const WARM_UP = 150;
const REQUESTS = 300;
const url = `http://127.0.0.1:${PORT}/graphql`;
const folder = mkdtempSync(join(tmpdir(), 'cartograph-bench-'));

interface Running {
  readonly child: ChildProcess;
  /** Seconds from spawn to the first answered query. */
  readonly seconds: number;
}

async function startShop(): Promise<Running> {
  const started = performance.now();
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/start.ts', '--port', String(PORT)], {
    cwd: fileURLToPath(ROOT),
    env: { ...process.env, DATA_DIR: folder },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const body = JSON.stringify({ query: '{ products(first: 1) { nodes { title } } }' });
  while (child.exitCode === null) {
    const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body }).catch(
      () => null,
    );
    if (answer?.ok && (await answer.text()).includes('"title"'))
      return { child, seconds: (performance.now() - started) / 1000 };
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('the shop did not start');
}

async function stopShop({ child }: Running): Promise<void> {
  child.kill('SIGINT');
  if (child.exitCode === null) await once(child, 'exit');
}

try {
  const cold = await startShop();
  await stopShop(cold);
  const warm = await startShop();
  const database = await startEmbedded({ dir: join(folder, 'postgres') });
  const admin = await openAdmin(database.adminUrl);
  const postmaster = Number(readFileSync(join(folder, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0]);
  const roots = [warm.child.pid as number, postmaster];
  const statements = async () => {
    // Our own look into the statistics is the one statement that does not count.
    const { rows } = await admin.query<{ calls: string }>(
      `SELECT coalesce(sum(calls), 0)::text AS calls FROM extensions.pg_stat_statements WHERE query NOT LIKE '%pg_stat_statements%'`,
    );
    return Number(rows[0]?.calls);
  };
  const shopper = await createShopper(url);
  const idleMb = memoryMb(roots);

  const rows = [];
  for (const [name, operation] of Object.entries(OPERATIONS)) {
    for (let i = 0; i < WARM_UP; i += 1) await shopper.run(operation);
    const [calls, cpu, started] = [await statements(), cpuMs(roots), performance.now()];
    for (let i = 0; i < REQUESTS; i += 1) await shopper.run(operation);
    const wall = performance.now() - started;
    rows.push({
      operation: name,
      requests: 1,
      statements: +(((await statements()) - calls) / REQUESTS).toFixed(1),
      cpuMs: +((cpuMs(roots) - cpu) / REQUESTS).toFixed(2),
      wallMs: +(wall / REQUESTS).toFixed(2),
    });
  }
  const result = {
    machine: { cores: cpus().length, cpu: cpus()[0]?.model, node: process.version },
    startSeconds: { cold: +cold.seconds.toFixed(2), warm: +warm.seconds.toFixed(2) },
    memoryMb: { afterStart: idleMb, afterLoad: memoryMb(roots) },
    requestsPerOperation: REQUESTS,
    operations: rows,
  };
  console.log(
    `Start to first answered query: ${result.startSeconds.cold} s with a new database and the demo loaded, ${result.startSeconds.warm} s warm`,
  );
  console.log(
    `Memory (router, five subgraphs, sandbox providers, PostgreSQL): ${idleMb} MB after start, ${result.memoryMb.afterLoad} MB after the load`,
  );
  console.table(rows);
  writeFileSync(new URL('bench/results/shop.json', ROOT), `${JSON.stringify(result, null, 2)}\n`);
  await admin.end();
  await stopShop(warm);
  await database.stop();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
