import type { Pool, PoolClient } from 'pg';
import type { Logger } from './logger.ts';

/** An event that leaves in the transaction that caused it. `id` makes its effect at the receiver happen once. */
export interface OutboxEvent {
  readonly id: string;
  readonly topic: string;
  /** Events of one key (an order, a customer) are delivered in order. */
  readonly key: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/**
 * The DDL every subgraph with an outbox has in its migration:
 * CREATE TABLE outbox (position BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id TEXT NOT NULL UNIQUE,
 *   topic TEXT NOT NULL, key TEXT NOT NULL, payload JSONB NOT NULL, attempts INT NOT NULL DEFAULT 0,
 *   due_at TIMESTAMPTZ NOT NULL DEFAULT now(), created_at TIMESTAMPTZ NOT NULL DEFAULT now(), last_error TEXT);
 * CREATE INDEX outbox_due ON outbox (due_at);
 * A delivered event is deleted; one that failed `MAX_ATTEMPTS` times stays, visible, with `due_at` = infinity.
 */
export async function writeOutbox(client: Pool | PoolClient, events: readonly OutboxEvent[]): Promise<void> {
  if (events.length === 0) return;
  await client.query(
    `INSERT INTO outbox (id, topic, key, payload)
     SELECT e->>'id', e->>'topic', e->>'key', e->'payload' FROM jsonb_array_elements($1::jsonb) e
     ON CONFLICT (id) DO NOTHING`,
    [JSON.stringify(events)],
  );
}

export type Deliver = (event: OutboxEvent) => Promise<void>;

const MAX_ATTEMPTS = 12;
const BATCH = 20;

/**
 * Delivers what is due, at least once, oldest first per key. Call it from a job; safe on several processes:
 * a row is locked while its delivery runs. `deliver` has a topic's handler; a topic without one is an error.
 */
export async function relayOutbox(
  pool: Pool,
  handlers: Readonly<Record<string, Deliver>>,
  logger: Logger,
): Promise<void> {
  for (;;) {
    const delivered = await relayBatch(pool, handlers, logger);
    if (delivered < BATCH) return;
  }
}

async function relayBatch(pool: Pool, handlers: Readonly<Record<string, Deliver>>, logger: Logger): Promise<number> {
  // A lease instead of a lock: no transaction stays open while a neighbour is called.
  const { rows } = await pool.query<OutboxEvent & { attempts: number; position: number }>(
    `UPDATE outbox SET attempts = attempts + 1, due_at = now() + interval '30 seconds'
     WHERE position IN (
       SELECT o.position FROM outbox o
       WHERE o.due_at <= now()
         AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.key = o.key AND e.position < o.position)
       ORDER BY o.position LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)
     RETURNING position, id, topic, key, payload, attempts`,
  );
  await Promise.all(
    rows.map(async ({ attempts, position, ...event }) => {
      try {
        const deliver = handlers[event.topic];
        if (!deliver) throw new Error(`no handler for topic ${event.topic}`);
        await deliver(event);
        await pool.query('DELETE FROM outbox WHERE position = $1', [position]);
      } catch (error) {
        const dead = attempts >= MAX_ATTEMPTS;
        logger[dead ? 'error' : 'warn'](
          { err: error, event: event.id, topic: event.topic, attempts },
          'delivery failed',
        );
        // Doubles from one second to an hour. A dead letter no longer holds back its key.
        const seconds = Math.min(2 ** (attempts - 1), 3600);
        await pool.query(
          `UPDATE outbox SET last_error = $2, due_at = now() + make_interval(secs => $3),
             key = CASE WHEN $4 THEN 'dead:' || id ELSE key END
           WHERE position = $1`,
          [position, (error as Error).message, dead ? 100 * 365 * 86_400 : seconds, dead],
        );
      }
    }),
  );
  return rows.length;
}
