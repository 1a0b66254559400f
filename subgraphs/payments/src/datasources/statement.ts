import type { Database } from '@cartograph/runtime/database/connect';
import type { Row } from './rows.ts';

const DEADLOCK = '40P01';
const SERIALIZATION_FAILURE = '40001';

/** A hand-written statement, prepared once per connection: planning these costs more than running them. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** Runs one statement, which is one transaction; after a deadlock it runs again. */
export async function run(
  db: Database,
  { name, text }: Statement,
  values: readonly unknown[],
): Promise<readonly Row[]> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const { rows } = await db.pool.query<Row>({ name, text, values: [...values] });
      return rows;
    } catch (error) {
      const { code } = error as { code?: string };
      if (attempt >= 3 || (code !== DEADLOCK && code !== SERIALIZATION_FAILURE)) throw error;
    }
  }
}
