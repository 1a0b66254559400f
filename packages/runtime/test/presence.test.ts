import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Pool } from 'pg';
import { expect, it, vi } from 'vitest';
import { createLogger } from '../src/logger.ts';
import { createPresence, SEEN_OWNERS } from '../src/presence.ts';
import { type TestDatabase, testDatabase } from '../src/testing/test-database.ts';

const isSeen = async (pool: Pool, owner: string) =>
  (await pool.query(`SELECT FROM (${SEEN_OWNERS}) AS seen (owner) WHERE owner = $1`, [owner])).rowCount === 1;

/** A process of its own that is seen; it says as whom. */
async function startProcess(db: TestDatabase): Promise<{ readonly child: ChildProcess; readonly owner: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', fileURLToPath(new URL('be-seen.ts', import.meta.url))], {
    env: { ...process.env, DATABASE_URL: db.url },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, owner: said.toString().trim() };
}

it('a process is seen until kill -9, and while it only stands still', async () => {
  await using db = await testDatabase('orders');
  const { child, owner } = await startProcess(db);
  expect(await isSeen(db.pool, owner)).toBe(true);

  child.kill('SIGSTOP');
  expect(await isSeen(db.pool, owner)).toBe(true);
  child.kill('SIGKILL');
  await vi.waitFor(async () => expect(await isSeen(db.pool, owner)).toBe(false), { timeout: 15_000, interval: 10 });
});

it('a process is seen again, as the same, after its connection was cut', async () => {
  await using db = await testDatabase('orders');
  const presence = createPresence(db.pool, createLogger('test', 'silent'));
  await presence.seen;
  const holders = async (): Promise<readonly number[]> => {
    const sql = `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid::text = $1 AND granted`;
    return (await db.pool.query<{ pid: number }>(sql, [presence.owner])).rows.map(({ pid }) => pid);
  };
  const [before] = await holders();
  await db.pool.query('SELECT pg_terminate_backend($1)', [before]);

  await vi.waitFor(async () => expect((await holders()).filter((pid) => pid !== before)).toHaveLength(1), 15_000);
  await presence.close();
  expect(await isSeen(db.pool, presence.owner)).toBe(false);
});
