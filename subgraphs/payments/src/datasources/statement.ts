import type { Database } from '@cartograph/runtime/database/connect';
import type { Row } from './rows.ts';

/** A hand-written statement, prepared once per connection: planning these costs more than running them. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** Runs one statement, which is one transaction. */
export async function run(
  db: Database,
  { name, text }: Statement,
  values: readonly unknown[],
): Promise<readonly Row[]> {
  return (await db.pool.query<Row>({ name, text, values: [...values] })).rows;
}
