import { realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { START_PATIENCE_MS } from './connect.ts';
import { findBinaries } from './embedded-binaries.ts';
import { type Folder, folderError, openFolder } from './embedded-folder.ts';
import { withLock } from './embedded-lock.ts';
import { halt, initialise, launch, runningPid } from './embedded-server.ts';
import { serverUser } from './embedded-user.ts';
import { codeOf, DatabaseError } from './errors.ts';

/** Marks the one connection that each session holds open: the server's list of them says who still needs it. */
const SESSION = 'cartograph session';
const PATIENCE = 30_000;

export type EmbeddedOptions = {
  /** Holds the cluster, its password and its port; `.cartograph/postgres` of the checkout by custom. */
  readonly dir: string;
  readonly log?: (message: string) => void;
  /** False only for tests: faster, and a power cut may lose everything. */
  readonly durable?: boolean;
};

export type Embedded = {
  /** Superuser URL; names the database `cartograph`, which `provision` creates. */
  readonly adminUrl: string;
  /** True when this call started the server, false when it found it running. */
  readonly owned: boolean;
  /** Leaves the server. Whoever leaves last stops it, no matter who started it. */
  stop(): Promise<void>;
};

/**
 * Starts the PostgreSQL of this folder, or joins it when it runs already: beside another command, or left behind by a
 * process that was killed. The server has a session of its own, so Ctrl-C does not reach it: call `stop` last.
 */
export async function startEmbedded({ dir, log = console.error, durable = true }: EmbeddedOptions): Promise<Embedded> {
  const folder = openFolder(resolve(dir), serverUser, log);
  const lock = join(folder.path, 'lock');
  try {
    return await withLock(lock, async () => {
      const running = await joinRunning(folder);
      const { client, port } = running ?? (await begin(folder, durable));
      // A command that forgets to stop must still be able to end.
      client.unref();
      let stopping: Promise<void> | undefined;
      return {
        adminUrl: urlOf(folder, port, 'cartograph'),
        owned: running === undefined,
        stop: () => (stopping ??= withLock(lock, () => leave(folder, client))),
      };
    });
  } catch (error) {
    throw folderError(error, folder.path);
  }
}

// `ref` and `unref` are missing from the types of `pg`.
type SessionClient = pg.Client & { ref(): void; unref(): void };
type Session = { readonly client: SessionClient; readonly port: number };

const urlOf = (folder: Folder, port: number, database: string): string =>
  `postgresql://postgres:${folder.password}@127.0.0.1:${port}/${database}`;

async function begin(folder: Folder, durable: boolean): Promise<Session> {
  const user = serverUser(folder.data);
  const binaries = findBinaries(user, folder.path);
  await initialise(binaries, user, folder);
  const port = await launch(binaries, user, folder, { durable });
  const client = await openSession(folder, port);
  // Otherwise the roles of `provision` could still look into these.
  await client.query('REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC');
  return { client, port };
}

async function joinRunning(folder: Folder): Promise<Session | undefined> {
  for (const deadline = Date.now() + PATIENCE; Date.now() < deadline; await sleep(100)) {
    const server = runningPid(folder);
    if (!server) return undefined;
    try {
      return { client: await openSession(folder, server.port), port: server.port };
    } catch (error) {
      // It recovers from a crash, or is about to stop: either way it will say so soon.
      if (codeOf(error) !== '57P03' && codeOf(error) !== 'ECONNREFUSED' && codeOf(error) !== 'ECONNRESET') throw error;
    }
  }
  throw new DatabaseError(
    `The embedded database in ${folder.path} runs but does not answer. End process ${runningPid(folder)?.pid}, then start again.`,
  );
}

async function openSession(folder: Folder, port: number): Promise<SessionClient> {
  const client = new pg.Client({
    connectionString: urlOf(folder, port, 'postgres'),
    application_name: SESSION,
    connectionTimeoutMillis: START_PATIENCE_MS,
    keepAlive: true,
  }) as SessionClient;
  client.on('error', () => {}); // The server went away; `leave` finds that out by itself.
  await client.connect();
  const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
  const served = rows[0]?.data_directory ?? '';
  if (realpathSync(served) !== realpathSync(folder.data)) {
    await client.end();
    throw new DatabaseError(
      `Port ${port} is served by the database in ${served}, not ${folder.data}. Stop that one, then start again.`,
    );
  }
  return client;
}

async function leave(folder: Folder, client: SessionClient): Promise<void> {
  client.ref(); // Or the process would end while it waits for the answer.
  const others = await countOthers(client);
  await client.end().catch(() => {});
  if (others > 0 || !runningPid(folder)) return;
  const user = serverUser(folder.data);
  await halt(findBinaries(user, folder.path), user, folder);
}

async function countOthers(client: pg.Client): Promise<number> {
  try {
    const { rows } = await client.query<{ others: number }>(
      'SELECT count(*)::int AS others FROM pg_stat_activity WHERE application_name = $1 AND pid <> pg_backend_pid()',
      [SESSION],
    );
    return rows[0]?.others ?? 0;
  } catch {
    return 0; // Our connection was cut: the server is ending, or nobody can use it any more.
  }
}
