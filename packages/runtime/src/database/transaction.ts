import type pg from 'pg';
import { codeOf, isNoAnswer } from './errors.ts';

const SERIALIZATION_FAILURE = '40001';
const DEADLOCK = '40P01';
const UNIQUE_VIOLATION = '23505';

const RETRIES = 3;

export type TransactionOptions = {
  /** How often `work` may run again after a deadlock or serialization failure; it must be safe to repeat. */
  readonly retries?: number;
  readonly isolation?: 'READ COMMITTED' | 'REPEATABLE READ' | 'SERIALIZABLE';
};

/** Runs `work` between BEGIN and COMMIT on one connection. Nothing outside the database may happen in `work`. */
export const inTransaction = <T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
  { retries, isolation }: TransactionOptions = {},
): Promise<T> =>
  repeatAfterConflict(() => once(pool, work, isolation ? `BEGIN ISOLATION LEVEL ${isolation}` : 'BEGIN'), retries);

/** Runs again what a deadlock or a serialization failure has undone whole. */
export async function repeatAfterConflict<T>(work: () => Promise<T>, retries = RETRIES): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= retries || !isConflict(error)) throw error;
      // Two transactions that met once would meet again if both came back at the same moment.
      await new Promise((wake) => setTimeout(wake, Math.random() * 10 * 2 ** attempt));
    }
  }
}

async function once<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>, begin: string): Promise<T> {
  const client = await pool.connect();
  // The pool listens only to idle connections: without this, a cut in mid-transaction would end the process.
  const ignore = (): void => {};
  client.on('error', ignore);
  let broken: Error | undefined;
  try {
    await client.query(begin);
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // Behind a statement that is not answered, a rollback would wait as long.
    if (isNoAnswer(error)) broken = error;
    else
      await client.query('ROLLBACK').catch((lost: Error) => {
        broken = lost;
      });
    throw error;
  } finally {
    client.off('error', ignore);
    client.release(broken); // A connection that cannot even roll back is thrown away.
  }
}

const isConflict = (error: unknown): boolean => {
  const code = sqlStateOf(error);
  return code === SERIALIZATION_FAILURE || code === DEADLOCK;
};

/** True for a unique index or constraint violation, of that name when one is given; knows errors of `pg` and Prisma. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (sqlStateOf(error) !== UNIQUE_VIOLATION && codeOf(error) !== 'P2002') return false;
  return constraint === undefined || constraintOf(error) === constraint;
}

type Raw = {
  readonly constraint?: unknown;
  readonly cause?: unknown;
  readonly meta?: { readonly driverAdapterError?: unknown };
  readonly originalCode?: unknown;
  readonly originalMessage?: unknown;
};

/** Prisma keeps the server's own code two levels down. */
function sqlStateOf(error: unknown): string | undefined {
  const inner = prismaCause(error)?.originalCode;
  return typeof inner === 'string' ? inner : codeOf(error);
}

function constraintOf(error: unknown): string | undefined {
  const { constraint } = error as Raw;
  if (typeof constraint === 'string') return constraint;
  const message = prismaCause(error)?.originalMessage;
  return typeof message === 'string' ? /constraint "([^"]+)"/.exec(message)?.[1] : undefined;
}

const prismaCause = (error: unknown): Raw | undefined =>
  ((error as Raw | undefined)?.meta?.driverAdapterError as Raw | undefined)?.cause as Raw | undefined;
