import type { Inbox, InboxEvent, NewInboxEvent } from '@cartograph/kernel/inbox';
import { toPage } from '@cartograph/kernel/page';
import type { Pool } from 'pg';
import { sweeping } from './database/sweep.ts';

/** Longer than an application lasts: after that its process is taken for dead. */
export const APPLY_SECONDS = 20;
const MAX_ATTEMPTS = 12;

/**
 * The DDL every subgraph with an inbox has in its migration:
 * CREATE TABLE provider_events (provider TEXT NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, payload JSONB NOT NULL,
 *   deliveries INT NOT NULL DEFAULT 1, received_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_at TIMESTAMPTZ,
 *   ignored BOOLEAN NOT NULL DEFAULT false, attempts INT NOT NULL DEFAULT 0,
 *   due_at TIMESTAMPTZ NOT NULL DEFAULT now(), last_error TEXT, PRIMARY KEY (provider, id));
 * CREATE INDEX provider_events_due ON provider_events (due_at) WHERE applied_at IS NULL;
 * CREATE INDEX provider_events_received ON provider_events (received_at, provider, id);
 * `due_at` is when it is tried (again), the end of the lease while somebody applies it, infinity for a dead letter.
 */
export function createInbox(pool: Pool): Inbox {
  const list = createList(pool);
  return {
    async store({ provider, id, type, payload }, how) {
      const { rows } = await pool.query<{ isNew: boolean }>({
        name: 'store-provider-event',
        text: STORE_EVENT,
        values: [provider, id, type, JSON.stringify(payload), how === 'to-ignore'],
      });
      return how === 'to-apply' && rows[0]?.isNew === true;
    },
    async apply(event, work) {
      const { provider, id } = event;
      let isNoted = false;
      try {
        isNoted = (await work(event)) === 'noted';
      } catch (error) {
        await pool.query(
          `UPDATE provider_events SET last_error = $3, due_at = CASE WHEN attempts >= ${MAX_ATTEMPTS} THEN 'infinity'
             ELSE now() + least(make_interval(secs => 2 ^ (attempts - 1)), interval '1 hour') END
           WHERE provider = $1 AND id = $2 AND applied_at IS NULL`,
          [provider, id, String((error as Error).message).slice(0, 1000)],
        );
        return false;
      }
      if (isNoted) return true;
      await pool.query(noteApplied('$1', '$2'), [provider, id]);
      return true;
    },
    async takeDue(limit) {
      const { rows } = await pool.query<NewInboxEvent>(
        `UPDATE provider_events SET attempts = attempts + 1, due_at = now() + interval '${APPLY_SECONDS} seconds'
         WHERE (provider, id) IN (
           SELECT provider, id FROM provider_events WHERE applied_at IS NULL AND due_at <= now()
           ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
         RETURNING provider, id, type, payload`,
        [limit],
      );
      return rows;
    },
    list,
    async find(provider, id) {
      const { rows } = await pool.query<InboxEvent>(`${SELECT} WHERE provider = $1 AND id = $2`, [provider, id]);
      return rows[0] ?? null;
    },
    async replay(provider, id) {
      await pool.query(
        `UPDATE provider_events SET attempts = 0, due_at = now()
         WHERE provider = $1 AND id = $2 AND applied_at IS NULL AND due_at = 'infinity'`,
        [provider, id],
      );
    },
    async forget(before) {
      await pool.query(sweeping('provider_events', 'applied_at < $1'), [before]);
    },
  };
}

/** Stores an event once: $1 provider, $2 id, $3 type, $4 payload, $5 whether it is ignored. */
export const STORE_EVENT = `
  INSERT INTO provider_events AS e (provider, id, type, payload, ignored, applied_at, attempts, due_at)
  VALUES ($1, $2, $3, $4, $5, CASE WHEN $5 THEN now() END, CASE WHEN $5 THEN 0 ELSE 1 END,
    now() + interval '${APPLY_SECONDS} seconds')
  ON CONFLICT (provider, id) DO UPDATE SET deliveries = e.deliveries + 1
  RETURNING xmax = 0 AS "isNew"`;

/** Notes that an event was applied, where the row set `when` has a row. */
export const noteApplied = (provider: string, id: string, when = '(SELECT) applied'): string => `
  UPDATE provider_events SET applied_at = now(), last_error = NULL FROM ${when}
  WHERE provider = ${provider} AND id = ${id} AND applied_at IS NULL`;

const STATUS = `CASE WHEN ignored THEN 'IGNORED' WHEN applied_at IS NOT NULL THEN 'APPLIED'
  WHEN due_at = 'infinity' THEN 'DEAD' ELSE 'WAITING' END`;

const SELECT = `SELECT provider, id, type, payload, ${STATUS} AS status, deliveries, attempts, last_error AS "lastError",
  received_at AS "receivedAt", applied_at AS "appliedAt" FROM provider_events`;

const createList =
  (pool: Pool): Inbox['list'] =>
  async (status, { limit, after }) => {
    const { rows } = await pool.query<InboxEvent>(
      `${SELECT} WHERE ($1::text IS NULL OR ${STATUS} = $1)
         AND ($2::timestamptz IS NULL OR (received_at, provider, id) < ($2, $3, $4))
       ORDER BY received_at DESC, provider DESC, id DESC LIMIT $5`,
      [status, after?.[0] ?? null, after?.[1] ?? null, after?.[2] ?? null, limit + 1],
    );
    return toPage(rows, limit);
  };
