import type { Database } from '@cartograph/runtime/database/connect';
import type { Attempts } from '../ports.ts';

export const createAttemptStore = (db: Database): Attempts => ({
  // Counted before the attempt is made, and in one statement: a hundred at once do not get past it.
  async take(subject, { most, seconds }, now) {
    const { rows } = await db.pool.query<{ count: number }>(
      `INSERT INTO attempts (subject, count, window_end) VALUES ($1, 1, $2)
       ON CONFLICT (subject) DO UPDATE SET
         count = CASE WHEN attempts.window_end <= $3 THEN 1 ELSE attempts.count + 1 END,
         window_end = CASE WHEN attempts.window_end <= $3 THEN $2 ELSE attempts.window_end END
       RETURNING count`,
      [subject, new Date(now.getTime() + seconds * 1000), now],
    );
    return (rows[0]?.count ?? 1) <= most;
  },

  async clear(subject) {
    await db.pool.query('DELETE FROM attempts WHERE subject = $1', [subject]);
  },
});
