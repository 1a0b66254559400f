import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Embedded, startEmbedded } from '@cartograph/runtime/database/embedded';
import { migrate } from '@cartograph/runtime/database/migrate';
import { provision, withDatabase } from '@cartograph/runtime/database/provision';
import { ROOT } from '@cartograph/runtime/sdl';
import pg from 'pg';
import { SUBGRAPHS, type SubgraphName } from '../../../scripts/settings.ts';
import { seedAll } from '../../src/demo.ts';
import { lives } from '../../src/process.ts';
import { until } from '../until.ts';
import { atEnd } from './at-end.ts';
import { databaseEnv } from './layout.ts';

/** A shop's database, on a server that may be killed. */
export interface Postgres extends AsyncDisposable {
  readonly port: number;
  /** Each subgraph's URL, straight to the server. */
  readonly urls: Readonly<Record<SubgraphName, string>>;
  /** A superuser's connection, for looking at all schemas at once. */
  connect(): Promise<pg.Client>;
  /** What `pg_ctl stop -m immediate` does: no checkpoint, no goodbye; the next start recovers from the log. */
  stopImmediately(): Promise<void>;
  start(): Promise<void>;
  /** Another database on the same server that is as this one was; nobody may be connected to this one. */
  copy(name: string): Promise<Postgres>;
}

/** A server of its own in this folder, with the demo shop in its database. */
export async function openPostgres(folder: string): Promise<Postgres> {
  const dir = join(folder, 'postgres');
  // Its own system user must be able to walk down to it.
  chmodSync(folder, 0o755);
  let server: Embedded = await startEmbedded({ dir });
  const { adminUrl } = server;
  const urls = await fillShop(adminUrl, folder);
  const pidFile = join(await dataFolderOf(adminUrl), 'postmaster.pid');
  const pid = () => Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
  // It has a session of its own, and would outlive us.
  const forget = atEnd(() => {
    if (existsSync(pidFile)) process.kill(pid(), 'SIGQUIT');
  });
  const power = {
    async stopImmediately() {
      const running = pid();
      process.kill(running, 'SIGQUIT');
      await until(() => !lives(running), 10_000, 'the database to stop');
    },
    async start() {
      // The last of its old processes may still be about to end, and then it refuses to start.
      for (let failures = 0; ; failures += 1)
        try {
          server = await startEmbedded({ dir });
          return;
        } catch (error) {
          if (failures === 20) throw error;
          await sleep(250);
        }
    },
  };
  const stop = async () => {
    forget();
    await server.stop();
  };
  return { ...view(adminUrl, urls, power), [Symbol.asyncDispose]: stop };
}

async function fillShop(adminUrl: string, folder: string): Promise<Readonly<Record<SubgraphName, string>>> {
  const urls = await provision({ adminUrl, secret: 'for fault runs only', subgraphs: SUBGRAPHS });
  await spareTheDisk(adminUrl);
  for (const subgraph of SUBGRAPHS) {
    const dir = fileURLToPath(new URL(`prisma/${subgraph}/migrations`, ROOT));
    await migrate({ url: urls[subgraph], subgraph, dir });
  }
  const env = databaseEnv(urls, SUBGRAPHS, Number(new URL(adminUrl).port));
  await seedAll({ ...env, DATA_DIR: folder, BASE_PORT: '4000', LOG_LEVEL: 'error' });
  return urls;
}

/** Processes die here, never the machine: what was written to a file is there, also when the disk has not seen it. */
async function spareTheDisk(adminUrl: string): Promise<void> {
  const client = await connectTo(adminUrl);
  await client.query('ALTER SYSTEM SET fsync = off');
  await client.query('SELECT pg_reload_conf()');
  await client.end();
}

async function dataFolderOf(adminUrl: string): Promise<string> {
  const client = await connectTo(adminUrl);
  const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
  await client.end();
  return rows[0]?.data_directory ?? '';
}

type Power = Pick<Postgres, 'stopImmediately' | 'start'>;

function view(adminUrl: string, urls: Postgres['urls'], power: Power): Postgres {
  return {
    ...power,
    port: Number(new URL(adminUrl).port),
    urls,
    connect: () => connectTo(adminUrl),
    async copy(name) {
      const client = await connectTo(withDatabase(adminUrl, 'postgres'));
      const source = decodeURIComponent(new URL(adminUrl).pathname.slice(1));
      await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)} TEMPLATE ${pg.escapeIdentifier(source)}`);
      await client.end();
      const moved = SUBGRAPHS.map((subgraph) => [subgraph, withDatabase(urls[subgraph], name)]);
      return view(withDatabase(adminUrl, name), Object.fromEntries(moved), power);
    },
    // Whoever has opened the server closes it.
    [Symbol.asyncDispose]: async () => {},
  };
}

async function connectTo(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, statement_timeout: 60_000 });
  client.on('error', () => {});
  await client.connect();
  return client;
}
