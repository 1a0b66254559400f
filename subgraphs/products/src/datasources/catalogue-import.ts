import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { DemoStore, ImportRun, RepeatedKey } from '../ports.ts';

const NOTE = `
  INSERT INTO import_key AS k (run, kind, key, first_line, last_line)
  SELECT $1, t.kind, t.key, min(t.line), max(t.line)
  FROM jsonb_to_recordset($2::jsonb) AS t (kind text, key text, line int)
  GROUP BY t.kind, t.key ORDER BY t.kind, t.key
  ON CONFLICT (run, kind, key) DO UPDATE SET last_line = excluded.last_line`;

const REPEATED = `
  SELECT t.kind, t.key, t.line, k.first_line AS "firstLine", k.last_line AS "lastLine"
  FROM jsonb_to_recordset($2::jsonb) AS t (kind text, key text, line int)
  JOIN import_key k ON k.run = $1 AND k.kind = t.kind AND k.key = t.key
  WHERE k.first_line < k.last_line`;

/** The names in the file are kept in a table: they need no memory here, however long the file is. */
export async function beginImport(pool: pg.Pool): Promise<ImportRun> {
  const run = randomUUID();
  await pool.query(`DELETE FROM import_key WHERE noted_at < now() - interval '1 day'`);
  return {
    async note(keys) {
      await pool.query(NOTE, [run, JSON.stringify(keys)]);
    },
    async repeated(keys) {
      return (await pool.query<RepeatedKey>(REPEATED, [run, JSON.stringify(keys)])).rows;
    },
    async end() {
      await pool.query('DELETE FROM import_key WHERE run = $1', [run]);
    },
  };
}

const DEMO = 'demo catalogue';

const IS_WANTED = `
  SELECT CASE WHEN EXISTS (SELECT FROM seed WHERE name = $1) THEN EXISTS (SELECT FROM seed WHERE name = $1 AND finished_at IS NULL)
    ELSE NOT EXISTS (SELECT FROM product) END AS wanted`;

export function createDemoStore(pool: pg.Pool): DemoStore {
  const isWanted = async (on: pg.Pool | pg.PoolClient = pool) =>
    (await on.query<{ wanted: boolean }>(IS_WANTED, [DEMO])).rows[0]?.wanted ?? false;
  return {
    isWanted: () => isWanted(),
    async once(load) {
      const client = await pool.connect();
      try {
        // The other process is waited for as long as it takes.
        await client.query('SET statement_timeout = 0');
        await client.query('SELECT pg_advisory_lock(hashtext($1))', [DEMO]);
        if (!(await isWanted(client))) return false;
        await client.query('INSERT INTO seed (name) VALUES ($1) ON CONFLICT DO NOTHING', [DEMO]);
        await load();
        await client.query('UPDATE seed SET finished_at = now() WHERE name = $1', [DEMO]);
        return true;
      } finally {
        client.release(true); // Closes the connection, and the lock with it.
      }
    },
  };
}
