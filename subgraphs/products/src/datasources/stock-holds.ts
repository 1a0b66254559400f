import type pg from 'pg';
import type { HoldAnswer, StockAllocation, StockLine } from '../domain/stock.ts';
import type { StockHolds } from '../ports.ts';

/**
 * What orders do to stock. Each is one call of a function in the database, because the rows of a hot variant are locked
 * while it runs: between two statements of ours they would stay locked for a round trip, and all its buyers would wait.
 */
export function createStockHolds(pool: pg.Pool): StockHolds {
  const call = <T>(sql: string, values: readonly unknown[]): Promise<T> => callFunction<T>(pool, sql, values);
  return {
    async hold(orderId, lines, seconds) {
      const answer = await call<HoldAnswer>('SELECT hold_stock($1, $2, $3, $4) AS answer', [
        orderId,
        ...columnsOf(lines),
        seconds,
      ]);
      return answer.outcome === 'HELD' ? { ...answer, expiresAt: new Date(answer.expiresAt) } : answer;
    },
    commit: (orderId) => call<readonly StockAllocation[] | null>('SELECT commit_stock($1) AS answer', [orderId]),
    release: (orderId) => call<boolean>('SELECT release_stock($1) AS answer', [orderId]),
    restock: (orderId, lines, key) =>
      call('SELECT restock_order($1, $2, $3, $4) AS answer', [orderId, ...columnsOf(lines), key]),
    expire: (limit) => call<number>('SELECT expire_stock($1) AS answer', [limit]),
  };
}

export const columnsOf = (lines: readonly StockLine[]): [string[], number[]] => [
  lines.map(({ variantId }) => variantId),
  lines.map(({ quantity }) => quantity),
];

/** Runs one function that answers with one value. */
export async function callFunction<T>(pool: pg.Pool, sql: string, values: readonly unknown[]): Promise<T> {
  const { rows } = await pool.query<{ answer: T }>(sql, [...values]);
  const [row] = rows;
  if (!row) throw new Error(`no answer from: ${sql}`);
  return row.answer;
}
