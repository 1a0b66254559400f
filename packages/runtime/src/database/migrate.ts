import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { START_PATIENCE_MS, sessionOptions, splitSchema } from './connect.ts';
import { connectionError, DatabaseError, messageOf } from './errors.ts';

/** The advisory lock that `prisma migrate` takes too, so the two never run at the same time. */
const MIGRATE_LOCK = 72707369;

export type MigrateOptions = {
  /** The subgraph's own URL: its tables must belong to its role. */
  readonly url: string;
  readonly subgraph: string;
  /** The folder `prisma/<subgraph>/migrations`. */
  readonly dir: string;
};

type Migration = { readonly name: string; readonly sql: string; readonly checksum: string };

/**
 * `prisma migrate deploy` without its engine, which is a download: the same table, checksums and lock, so that
 * either can follow the other. Returns the names of the migrations it applied.
 */
export async function migrate({ url, subgraph, dir }: MigrateOptions): Promise<string[]> {
  const { connectionString, schema } = splitSchema(url);
  const client = new pg.Client({
    connectionString,
    application_name: `${subgraph} migrate`,
    connectionTimeoutMillis: START_PATIENCE_MS,
    options: sessionOptions(schema),
  });
  client.on('error', () => {}); // The query that was running rejects as well, and says more.
  try {
    await client.connect();
  } catch (error) {
    throw connectionError(error, url);
  }
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATE_LOCK]);
    return await applyMissing(client, subgraph, readMigrations(dir));
  } finally {
    await client.end(); // Also frees the lock.
  }
}

/** All migrations of a folder, oldest first. */
export function readMigrations(dir: string): Migration[] {
  if (!existsSync(dir)) return [];
  return readdirSync(dir)
    .filter((name) => existsSync(join(dir, name, 'migration.sql')))
    .sort()
    .map((name) => {
      const sql = readFileSync(join(dir, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    });
}

async function applyMissing(client: pg.Client, subgraph: string, migrations: readonly Migration[]): Promise<string[]> {
  const checksums = await appliedChecksums(client, subgraph);
  const applied: string[] = [];
  for (const migration of migrations) {
    const earlier = checksums.get(migration.name);
    if (earlier === undefined) {
      await apply(client, subgraph, migration);
      applied.push(migration.name);
    } else if (earlier !== migration.checksum) {
      throw new DatabaseError(
        `${subgraph}: migration ${migration.name} was edited after it was applied. Restore the file and write a new migration; on a development database you may delete the data folder instead.`,
      );
    }
  }
  return applied;
}

async function appliedChecksums(client: pg.Client, subgraph: string): Promise<Map<string, string>> {
  await client.query(`CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
    migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
    started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`);
  const { rows } = await client.query<{ migration_name: string; checksum: string; finished_at: Date | null }>(
    'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL',
  );
  const failed = rows.find((row) => row.finished_at === null);
  if (failed) {
    throw new DatabaseError(
      `${subgraph}: migration ${failed.migration_name} failed earlier (P3009). Repair the schema, then run: npm run prisma -- ${subgraph} migrate resolve --rolled-back ${failed.migration_name}`,
    );
  }
  return new Map(rows.map((row) => [row.migration_name, row.checksum]));
}

/** A crash in the middle leaves nothing behind, so the next start simply tries again. */
async function apply(client: pg.Client, subgraph: string, migration: Migration): Promise<void> {
  // CREATE INDEX CONCURRENTLY cannot run in a transaction: its row is written before and finished after, as Prisma does.
  const atomic = !/\bCONCURRENTLY\b/i.test(migration.sql);
  const id = randomUUID();
  try {
    if (atomic) await client.query('BEGIN');
    await client.query('INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ($1, $2, $3)', [
      id,
      migration.checksum,
      migration.name,
    ]);
    await client.query(migration.sql);
    await client.query('UPDATE _prisma_migrations SET finished_at = now(), applied_steps_count = 1 WHERE id = $1', [
      id,
    ]);
    if (atomic) await client.query('COMMIT');
  } catch (error) {
    const text = messageOf(error);
    // The connection itself may be gone; the first error is the one to report.
    await client.query('ROLLBACK').catch(() => {});
    if (!atomic)
      await client.query('UPDATE _prisma_migrations SET logs = $2 WHERE id = $1', [id, text]).catch(() => {});
    throw new DatabaseError(`${subgraph}: migration ${migration.name} failed: ${text}`, { cause: error });
  }
}
