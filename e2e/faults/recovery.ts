import type pg from 'pg';
import type { HistoryEntry } from './history.ts';

/**
 * For every checkout that was under way when an orders process was killed, how many milliseconds after the kill it had an
 * outcome: whether it was in that process's hands or in another's.
 */
export async function recoveryTimes(db: pg.Client, history: readonly HistoryEntry[]): Promise<readonly number[]> {
  const kills = history.filter(
    ({ what, kind, part }) => what === 'fault' && kind === 'kill' && String(part).startsWith('orders'),
  );
  const { rows } = await db.query<{ ms: number }>(
    `SELECT (extract(epoch FROM first.at - k.at) * 1000)::int AS ms
     FROM unnest($1::timestamptz[]) AS k (at)
     JOIN orders.orders o ON o.placed_at < k.at
     JOIN LATERAL (SELECT min(t.at) AS at FROM evidence.transition t WHERE t.order_id = o.id) first ON first.at > k.at
     ORDER BY 1`,
    [kills.map(({ time }) => time)],
  );
  return rows.map(({ ms }) => ms);
}
