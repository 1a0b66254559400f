import type { Database } from '@cartograph/runtime/database/connect';
import type { Maintenance } from '../ports.ts';

const MONTH_MS = 30 * 86_400_000;

export const createMaintenance = (db: Database): Maintenance => ({
  async sweep(now) {
    const monthAgo = new Date(now.getTime() - MONTH_MS);
    await db.pool.query('DELETE FROM attempts WHERE window_end < $1', [now]);
    await db.pool.query('DELETE FROM one_time_tokens WHERE expires_at < $1', [monthAgo]);
    await db.pool.query('DELETE FROM sessions WHERE expires_at < $1 OR ended_at < $1', [monthAgo]);
    await db.pool.query(
      `DELETE FROM sync_deliveries WHERE status <> 'PENDING'
         AND ended_at < $1::timestamptz - CASE status WHEN 'DEAD' THEN interval '60 days' ELSE interval '0' END`,
      [monthAgo],
    );
    await db.pool.query(
      `DELETE FROM sync_events e WHERE occurred_at < $1
         AND NOT EXISTS (SELECT FROM sync_deliveries d WHERE d.event_position = e.position)`,
      [monthAgo],
    );
    await db.pool.query('DELETE FROM provider_events WHERE received_at < $1', [monthAgo]);
  },
});
