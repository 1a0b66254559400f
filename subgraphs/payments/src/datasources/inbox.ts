import type { Database } from '@cartograph/runtime/database/connect';
import { sweeping } from '@cartograph/runtime/database/sweep';
import { APPLY_SECONDS, createInbox } from '@cartograph/runtime/inbox';
import type { ProviderHistory } from '../ports/payment-provider.ts';
import type { Inbox } from '../ports.ts';
import { run, type Statement } from './statement.ts';

/**
 * Stores the event by its id and says in the same statement whether it is news: a payment that we do not have, or one
 * that has seen this version already, leaves nothing to do.
 * $1 id, $2 provider, $3 type, $4 reference, $5 version or null when it has none, $6 payload.
 */
const RECEIVE: Statement = {
  name: 'receive_event',
  text: `
INSERT INTO provider_events AS e (id, provider, type, reference, version, payload, attempts, due_at, applied_at)
SELECT $1::text, $2::text, $3::text, $4::text, $5::bigint, $6::jsonb, 1,
  now() + interval '${APPLY_SECONDS} seconds',
  CASE WHEN p.id IS NULL
    OR (p.provider_version >= $5 AND p.capturing_minor + p.refunding_minor = 0) THEN now() END
FROM (SELECT 1) one LEFT JOIN payments p ON p.id = $4
ON CONFLICT (provider, id) DO UPDATE SET deliveries = e.deliveries + 1
RETURNING applied_at IS NULL AND xmax = 0 AS is_news`,
};

/** What says something of a payment is kept longer: some providers cannot be asked again. */
const FORGET = sweeping(
  'provider_events',
  `applied_at < $1::timestamptz AND (reference IS NULL OR applied_at < $1::timestamptz - interval '400 days')`,
);

const BATCH = 500;

/** The events of one provider, each as it was verified and stored. */
export const createProviderHistory = (db: Database, provider: string): ProviderHistory => ({
  async ofPayment(reference) {
    const { rows } = await db.pool.query<{ payload: unknown }>(
      'SELECT payload FROM provider_events WHERE reference = $1 AND provider = $2 ORDER BY received_at, id',
      [reference, provider],
    );
    return rows.map(({ payload }) => payload);
  },
  async *since(from) {
    for (let after = ''; ; ) {
      const { rows } = await db.pool.query<{ id: string; payload: unknown }>(
        `SELECT id, payload FROM provider_events
         WHERE provider = $1 AND received_at >= $2 AND reference IS NOT NULL AND id > $3 ORDER BY id LIMIT ${BATCH}`,
        [provider, from, after],
      );
      for (const { payload } of rows) yield payload;
      after = rows.at(-1)?.id ?? '';
      if (rows.length < BATCH) return;
    }
  },
});

export const createProviderInbox = (db: Database): Inbox => ({
  ...createInbox(db.pool),
  async receive({ id, type, reference, payment }, provider, payload) {
    const values = [id, provider, type, reference, payment?.version ?? null, JSON.stringify(payload)];
    const [row] = await run(db, RECEIVE, values);
    return row?.is_news === true;
  },
  async forget(before) {
    await db.pool.query(FORGET, [before]);
  },
});
