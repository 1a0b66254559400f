import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';

export interface Other {
  /** What another transaction has locked before. */
  readonly has: string;
  /** What it asks for next. */
  readonly wants: string;
}

const LOCK_TIMEOUT = '55P03';

/**
 * Whether two ways through the database take their locks in one order. While `work` waits for what another transaction `has`,
 * that one must get what it `wants`; otherwise the two would wait in a circle, and PostgreSQL would end one of them.
 */
export async function meetLocked<T>(pool: Pool, { has, wants }: Other, work: () => Promise<T>): Promise<T> {
  const other = await pool.connect();
  try {
    await other.query('BEGIN');
    await other.query(has);
    const going = work();
    await waitsFor(other, going);
    await other.query(`SET LOCAL lock_timeout = '300ms'`);
    const error: unknown = await other.query(wants).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    await other.query(error ? 'ROLLBACK' : 'COMMIT');
    if (!error) return await going;
    await going.catch(() => {});
    if ((error as { code?: unknown }).code !== LOCK_TIMEOUT) throw error;
    throw new Error(`a circle: it waits for "${has}" and does not let go of "${wants}"`);
  } finally {
    other.release(true);
  }
}

/** Resolves when somebody waits for this connection, or when the work is done without. */
export async function waitsFor(holder: PoolClient, work: Promise<unknown>): Promise<void> {
  let isDone = false;
  const end = () => {
    isDone = true;
  };
  work.then(end, end);
  for (;;) {
    const { rowCount } = await holder.query(
      'SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)) LIMIT 1',
    );
    if (isDone || rowCount === 1) return;
    await sleep(5);
  }
}
