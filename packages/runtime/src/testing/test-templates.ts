import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { isAlive } from '../database/embedded-lock.ts';
import { migrate, readMigrations } from '../database/migrate.ts';
import { openAdmin, provision, subgraphUrl, withDatabase } from '../database/provision.ts';
import { ROOT } from '../sdl.ts';

const SECRET = 'for tests only';
const LOCK = 1129336405;
const TEMPLATE = 'cartograph_template_';
const TEST = 'cartograph_test_';

const folder = join(fileURLToPath(ROOT), 'prisma');
const migrationsOf = (subgraph: string): string => join(folder, subgraph, 'migrations');

export const allSubgraphs = (): string[] =>
  readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'schema.prisma')))
    .sort();

/** Changes with every migration file, so that a template is never behind. */
function templateName(subgraphs: readonly string[]): string {
  const hash = createHash('sha256').update('1'); // Raise it when `provision` changes what it makes.
  for (const subgraph of subgraphs) {
    hash.update(subgraph);
    for (const { name, checksum } of readMigrations(migrationsOf(subgraph))) hash.update(`${name} ${checksum}`);
  }
  return `${TEMPLATE}${hash.digest('hex').slice(0, 12)}`;
}

/** Copies a provisioned and migrated database, which is made on first use. Returns the copy's URL for each subgraph. */
export async function copyTemplate(
  adminUrl: string,
  run: string,
  subgraphs: readonly string[],
): Promise<Map<string, string>> {
  const template = templateName(subgraphs);
  const copy = `${TEST}${run}_${crypto.randomUUID().slice(0, 13).replace('-', '')}`;
  const client = await openAdmin(withDatabase(adminUrl, 'postgres'));
  try {
    // Copies may run side by side; making a template excludes both copies and other makers.
    await client.query('SELECT pg_advisory_lock_shared($1)', [LOCK]);
    if (!(await isReady(client, template))) {
      await client.query('SELECT pg_advisory_unlock_shared($1)', [LOCK]);
      await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
      if (!(await isReady(client, template))) await makeTemplate(client, adminUrl, template, subgraphs);
    }
    // Files as they are, without a page of it in the log: half of the time, and there is one per test.
    await client.query(`CREATE DATABASE ${copy} TEMPLATE ${template} STRATEGY FILE_COPY`);
  } finally {
    await client.end();
  }
  // The copy's schemas belong to the template's roles.
  return new Map(
    subgraphs.map((name) => [name, withDatabase(subgraphUrl(withDatabase(adminUrl, template), name, SECRET), copy)]),
  );
}

async function isReady(client: pg.Client, name: string): Promise<boolean> {
  const sql = `SELECT shobj_description(oid, 'pg_database') AS note FROM pg_database WHERE datname = $1`;
  const { rows } = await client.query<{ note: string | null }>(sql, [name]);
  return rows[0]?.note?.startsWith('ready') ?? false;
}

async function makeTemplate(
  client: pg.Client,
  adminUrl: string,
  name: string,
  subgraphs: readonly string[],
): Promise<void> {
  const note = `ready ${subgraphs.join(' ')}`;
  const sql = `SELECT datname FROM pg_database
    WHERE datname = $1 OR datname LIKE $2 AND shobj_description(oid, 'pg_database') = $3`;
  const { rows } = await client.query<{ datname: string }>(sql, [name, `${TEMPLATE}%`, note]);
  // A half-made one, and those of earlier migrations.
  for (const { datname } of rows) await drop(client, datname);
  const urls = await provision({ adminUrl, database: name, secret: SECRET, subgraphs });
  for (const subgraph of subgraphs) {
    const url = urls[subgraph];
    if (url) await migrate({ url, subgraph, dir: migrationsOf(subgraph) });
  }
  await client.query(`COMMENT ON DATABASE ${name} IS ${pg.escapeLiteral(note)}`);
}

async function drop(client: pg.Client, name: string): Promise<void> {
  await client.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`);
}

/** Throws when there was a deadlock: who asks again hides it, and waits a second for nothing. See docs/locks.md. */
export async function dropCopy(adminUrl: string, url: string): Promise<void> {
  const name = decodeURIComponent(new URL(url).pathname.slice(1));
  const client = await openAdmin(withDatabase(adminUrl, 'postgres'));
  try {
    const { rows } = await client.query<{ deadlocks: string }>(
      'SELECT deadlocks FROM pg_stat_database WHERE datname = $1',
      [name],
    );
    await drop(client, name);
    if (Number(rows[0]?.deadlocks) > 0) throw new Error(`there were ${rows[0]?.deadlocks} deadlocks in this database`);
  } finally {
    await client.end();
  }
}

/** Removes what the tests of this run, and of runs that were killed, have left behind. */
export async function dropLeftovers(adminUrl: string, run: string): Promise<void> {
  const client = await openAdmin(withDatabase(adminUrl, 'postgres'));
  try {
    const isLeft = (name: string): boolean => {
      const owner = name.slice(TEST.length).split('_')[0] ?? '';
      return owner === run || !isAlive(Number(owner));
    };
    for (const name of await names(client, 'SELECT datname FROM pg_database WHERE datname LIKE $1')) {
      if (isLeft(name)) await drop(client, name);
    }
    for (const name of await names(client, 'SELECT rolname FROM pg_roles WHERE rolname LIKE $1')) {
      if (!isLeft(name)) continue;
      await client.query(`DROP OWNED BY ${pg.escapeIdentifier(name)} CASCADE`);
      await client.query(`DROP ROLE ${pg.escapeIdentifier(name)}`);
    }
  } finally {
    await client.end();
  }
}

async function names(client: pg.Client, sql: string): Promise<string[]> {
  const { rows } = await client.query<string[]>({ text: sql, values: [`${TEST}%`], rowMode: 'array' });
  return rows.flat();
}
