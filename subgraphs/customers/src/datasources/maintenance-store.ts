import type { Database } from '@cartograph/runtime/database/connect';
import { sweeping } from '@cartograph/runtime/database/sweep';
import type { Maintenance } from '../ports.ts';

const MONTH_MS = 30 * 86_400_000;

export const createMaintenance = (db: Database): Maintenance => ({
  async sweep(now) {
    const monthAgo = new Date(now.getTime() - MONTH_MS);
    const sweep = (table: string, condition: string, before: Date) =>
      db.pool.query(sweeping(table, condition), [before]);
    await sweep('attempts', 'window_end < $1', now);
    await sweep('one_time_tokens', 'expires_at < $1', monthAgo);
    await sweep('sessions', 'expires_at < $1 OR ended_at < $1', monthAgo);
    await sweep(
      'sync_deliveries',
      `status <> 'PENDING'
         AND ended_at < $1::timestamptz - CASE status WHEN 'DEAD' THEN interval '60 days' ELSE interval '0' END`,
      monthAgo,
    );
    await sweep(
      'sync_events e',
      'occurred_at < $1 AND NOT EXISTS (SELECT FROM sync_deliveries d WHERE d.event_position = e.position)',
      monthAgo,
    );
    await sweep('provider_events', 'received_at < $1', monthAgo);
  },
});
