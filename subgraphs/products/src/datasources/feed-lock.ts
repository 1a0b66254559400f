import type pg from 'pg';
import type { Feeds } from '../ports/feed-reader.ts';

/** A lock of a connection, not of a transaction: a process that ends gives it back. */
export const createFeeds = (pool: pg.Pool): Feeds => ({
  async alone(name, work) {
    const client = await pool.connect();
    try {
      const { rows } = await client.query('SELECT pg_try_advisory_lock(hashtext($1)) AS free', [`feed ${name}`]);
      if (rows[0]?.free) await work();
    } finally {
      client.release(true); // Closes the connection, and the lock with it.
    }
  },
});
