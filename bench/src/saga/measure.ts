import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { migrate } from '@cartograph/runtime/database/migrate';
import { openAdmin, provision, withDatabase } from '@cartograph/runtime/database/provision';
import { ROOT } from '@cartograph/runtime/sdl';
import type { Client } from 'pg';
import { cpuMs, postmasterOf } from '../cpu.ts';
import type { EngineName } from './engines.ts';

const ORDERS = 400;

export interface EngineDatabase {
  readonly admin: Client;
  readonly url: string;
}

/** A database for one engine, as a superuser: the tables of DBOS need more rights than a subgraph's role has. */
export async function openDatabase(adminUrl: string, engine: EngineName): Promise<EngineDatabase> {
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

export function startProcess(engine: EngineName, url: string, role: string, steps = 4): ChildProcess {
  return fork(new URL('process.ts', import.meta.url), [engine, url, role, String(steps)], {
    execArgv: ['--import', 'tsx'],
  });
}

export async function told<T>(child: ChildProcess): Promise<T> {
  const [message] = (await once(child, 'message')) as [T];
  return message;
}

export async function end(child: ChildProcess): Promise<void> {
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

/** What one checkout costs, its own effects left out: each of its steps does nothing. */
export async function measureEngine(engine: EngineName, db: EngineDatabase, atOnce: number, steps?: number) {
  const postmaster = await postmasterOf(db.admin);
  const child = startProcess(engine, db.url, `buyer${atOnce}`, steps);
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
