import type { Database } from '@cartograph/runtime/database/connect';
import type { Inbox } from '../ports.ts';
import { run, type Statement } from './statement.ts';

/**
 * Stores the event by its id and says in the same statement whether it is news: a payment that we do not have, or one
 * that has seen this version already, leaves nothing to do.
 * $1 id, $2 provider, $3 type, $4 reference, $5 version, $6 payload.
 */
const RECEIVE: Statement = {
  name: 'receive_event',
  text: `
INSERT INTO provider_events AS e (id, provider, type, reference, version, payload, applied_at)
SELECT $1::text, $2::text, $3::text, $4::text, $5::bigint, $6::jsonb,
  CASE WHEN p.id IS NULL
    OR (p.provider_version >= $5 AND p.capturing_minor + p.refunding_minor = 0) THEN now() END
FROM (SELECT 1) one LEFT JOIN payments p ON p.id = $4
ON CONFLICT (id) DO UPDATE SET deliveries = e.deliveries + 1
RETURNING applied_at`,
};

export const createInbox = (db: Database): Inbox => ({
  async receive({ id, type, payment }, provider, payload) {
    const values = [id, provider, type, payment.reference, payment.version, JSON.stringify(payload)];
    const [row] = await run(db, RECEIVE, values);
    return row?.applied_at === null;
  },
  async markApplied(eventId) {
    await db.pool.query('UPDATE provider_events SET applied_at = now() WHERE id = $1 AND applied_at IS NULL', [
      eventId,
    ]);
  },
  async findUnapplied(limit) {
    const { rows } = await db.pool.query<{ id: string; payload: unknown }>(
      `SELECT id, payload FROM provider_events
       WHERE applied_at IS NULL AND received_at < now() - interval '5 seconds' ORDER BY received_at LIMIT $1`,
      [limit],
    );
    return rows;
  },
  async forgetApplied(before) {
    await db.pool.query('DELETE FROM provider_events WHERE applied_at < $1', [before]);
  },
});
