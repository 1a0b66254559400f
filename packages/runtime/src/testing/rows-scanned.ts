import type pg from 'pg';

/**
 * How many rows of `table` one statement reads without an index, as PostgreSQL counts them; afterwards nothing has changed.
 * Rows that a test has just inserted are known to the planner only after an `ANALYZE`.
 */
export async function rowsScanned(
  pool: pg.Pool,
  table: string,
  statement: string,
  values: readonly unknown[],
): Promise<number> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query(statement, [...values]);
    const { rows } = await client.query<{ scanned: number }>(
      'SELECT seq_tup_read::int AS scanned FROM pg_stat_xact_user_tables WHERE relid = $1::regclass',
      [table],
    );
    const [row] = rows;
    if (!row) throw new Error(`there is no table ${table}`);
    return row.scanned;
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}
