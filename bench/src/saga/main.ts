import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startEmbedded } from '@cartograph/runtime/database/embedded';
import { migrate } from '@cartograph/runtime/database/migrate';
import { openAdmin, provision, withDatabase } from '@cartograph/runtime/database/provision';
import { ROOT } from '@cartograph/runtime/sdl';
import type { Client } from 'pg';
import { percentile } from '../../router/harness/statistics.ts';
import { cpuMs } from '../cpu.ts';
import { ENGINES, type EngineName } from './engines.ts';

const ORDERS = 400;
const KILLS = 20;

/** A database for one engine, as a superuser: the tables of DBOS need more rights than a subgraph's role has. */
async function openDatabase(adminUrl: string, engine: EngineName) {
  const database = `bench_${engine}`;
  const urls = await provision({ adminUrl, database, secret: 'for the bench only', subgraphs: ['orders'] });
  await migrate({
    url: urls.orders ?? '',
    subgraph: 'orders',
    dir: fileURLToPath(new URL('prisma/orders/migrations', ROOT)),
  });
  const url = new URL(withDatabase(adminUrl, database));
  const admin = await openAdmin(url.href);
  await admin.query('CREATE TABLE orders.bench_order (id TEXT PRIMARY KEY)');
  url.searchParams.set('schema', 'orders');
  return { admin, url: url.href };
}

function startProcess(engine: EngineName, url: string, role: string): ChildProcess {
  return fork(new URL('process.ts', import.meta.url), [engine, url, role], { execArgv: ['--import', 'tsx'] });
}

async function told<T>(child: ChildProcess): Promise<T> {
  const [message] = (await once(child, 'message')) as [T];
  return message;
}

async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function statements(admin: Client): Promise<number> {
  const { rows } = await admin.query<{ calls: number }>(
    `SELECT coalesce(sum(calls), 0)::int AS calls FROM extensions.pg_stat_statements s
     JOIN pg_database d ON d.oid = s.dbid WHERE d.datname = current_database()`,
  );
  return rows[0]?.calls ?? 0;
}

/** What one checkout costs, its own effects left out. */
async function measure(engine: EngineName, db: { admin: Client; url: string }, postmaster: number, atOnce: number) {
  const child = startProcess(engine, db.url, `buyer${atOnce}`);
  const { startedMs } = await told<{ startedMs: number }>(child);
  const place = async (first: number, count: number) => {
    child.send({ first, count, atOnce });
    return told<{ ms: number; cpuMs: number }>(child);
  };
  await place(0, ORDERS);
  const before = { sql: await statements(db.admin), postgres: cpuMs([postmaster]) };
  const { ms, cpuMs: nodeMs } = await place(ORDERS, ORDERS);
  const sql = (await statements(db.admin)) - before.sql;
  const postgresMs = cpuMs([postmaster]) - before.postgres;
  await end(child);
  const each = (total: number) => Number((total / ORDERS).toFixed(2));
  return {
    engine,
    'at once': atOnce,
    'start ms': Math.round(startedMs),
    statements: each(sql),
    'CPU ms': each(nodeMs + postgresMs),
    'Node ms': each(nodeMs),
    'PostgreSQL ms': each(postgresMs),
    'per second': Math.round((ORDERS / ms) * 1000),
  };
}

const isDone: Record<EngineName, string> = {
  ours: `SELECT FROM orders.saga WHERE id = $1 AND status = 'DONE'`,
  dbos: `SELECT FROM dbos.workflow_status WHERE workflow_uuid = $1 AND status = 'SUCCESS'`,
};

/** From `kill -9` of a process in the middle of a checkout to the end of that checkout, by another process. */
async function recover(engine: EngineName, db: { admin: Client; url: string }) {
  const survivor = startProcess(engine, db.url, 'survivor');
  await told(survivor);
  const times: number[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    const victim = startProcess(engine, db.url, 'victim');
    await told(victim);
    victim.send({ first: kill, count: 1, atOnce: 1 });
    await told(victim);
    const killed = performance.now();
    await end(victim);
    while ((await db.admin.query(isDone[engine], [`victim-${kill}`])).rowCount === 0) await sleep(5);
    times.push(performance.now() - killed);
  }
  await end(survivor);
  times.sort((a, b) => a - b);
  const at = (percent: number) => Math.round(percentile(times, percent));
  return { engine, kills: KILLS, 'p50 ms': at(50), 'p95 ms': at(95), 'longest ms': at(100) };
}

const folder = mkdtempSync(join(tmpdir(), 'cartograph-bench-'));
chmodSync(folder, 0o755);
const server = await startEmbedded({ dir: join(folder, 'postgres') });
try {
  const costs = [];
  const recoveries = [];
  for (const engine of ENGINES) {
    const db = await openDatabase(server.adminUrl, engine);
    const { rows } = await db.admin.query<{ pid: string }>(
      `SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1) AS pid`,
    );
    const postmaster = Number(rows[0]?.pid);
    for (const atOnce of [1, 20]) costs.push(await measure(engine, db, postmaster, atOnce));
    recoveries.push(await recover(engine, db));
    await db.admin.end();
  }
  console.log('What an engine costs a checkout of four steps that do nothing:');
  console.table(costs);
  console.log('From kill -9 in the middle of a checkout to its end:');
  console.table(recoveries);
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
