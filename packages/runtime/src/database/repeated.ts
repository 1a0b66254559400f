import type pg from 'pg';
import { repeatAfterConflict } from './transaction.ts';

type Query = (...args: unknown[]) => Promise<unknown>;

/**
 * A statement of the pool is a transaction by itself: what a deadlock has ended had no effect, and is simply sent again.
 * Statements of a transaction are not: what was before them is gone as well, and `inTransaction` begins anew.
 */
export function repeatStatements(pool: pg.Pool): void {
  const query = pool.query.bind(pool) as Query;
  pool.query = ((...args: unknown[]) => {
    // Who takes the answer as it comes, row by row or by a callback, may have begun with it.
    const isTaken =
      typeof args.at(-1) === 'function' || typeof (args[0] as { submit?: unknown })?.submit === 'function';
    return isTaken ? query(...args) : repeatAfterConflict(() => query(...args));
  }) as typeof pool.query;
}
