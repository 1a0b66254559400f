import { setTimeout as sleep } from 'node:timers/promises';
import { reasonOf } from '@cartograph/kernel/errors';
import type { Pool, PoolClient } from 'pg';
import { sweeping } from './database/sweep.ts';
import { createJob, type Job } from './job.ts';
import type { Logger } from './logger.ts';
import { createPresence, type Presence, SEEN_OWNERS } from './presence.ts';

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
 *   due_at TIMESTAMPTZ NOT NULL DEFAULT now(), created_at TIMESTAMPTZ NOT NULL DEFAULT now(), last_error TEXT,
 *   taken_by TEXT);
 * CREATE INDEX outbox_due ON outbox (due_at);
 * A delivered event is deleted; one that failed `MAX_ATTEMPTS` times stays, visible, and holds back nothing: its key is then
 * `dead:<id>:<key>`, until `REVIVED_KEY` gives it back.
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

/** The key of a dead letter that is to be delivered after all. Once there was none but its id in it. */
export const REVIVED_KEY = `CASE WHEN key LIKE 'dead:%' THEN coalesce(nullif(substr(key, length(id) + 7), ''), id) ELSE key END`;

/** What it gives is noted with the end of its delivery, in one statement. */
export type Deliver<Note = never> = (event: OutboxEvent) => Promise<void> | Promise<readonly Note[]>;

/** How what deliveries give is noted. Safe to repeat, since a delivery is at least once; and it never refuses, or none would end. */
export interface Notes<Note> {
  /** The part of a statement that notes them, given the parameter with their JSON. */
  readonly write: (parameter: string) => string;
  readonly toJson: (notes: readonly Note[]) => string;
}

const MAX_ATTEMPTS = 12;
const BATCH = 20;
const SEEN_WITHIN_MS = 1_000;
/** Not what another has taken meanwhile: that one may be about to end what is taken here, and neither would go on. */
const ENDED = sweeping('outbox', 'position = ANY($2)');

export interface RelayOptions<Note = never> {
  readonly name: string;
  readonly everyMs: number;
  readonly pool: Pool;
  /** By topic; a topic without one is an error. */
  readonly handlers: Readonly<Record<string, Deliver<Note>>>;
  readonly notes?: Notes<Note>;
  readonly logger: Logger;
  /** This process as the others see it; one of the job's own unless given. */
  readonly presence?: Presence;
}

/**
 * Delivers what is due, at least once, oldest first per key; safe on several processes. What one of them has taken is
 * left to it for 30 seconds, or until it is seen no more: then another delivers it at once.
 */
export function createRelay<Note = never>(options: RelayOptions<Note>): Job {
  const { name, everyMs, pool, logger, presence } = options;
  let own: Presence | undefined;
  let isStopping = false;
  const job = createJob(
    name,
    everyMs,
    async () => {
      own ??= presence ?? createPresence(pool, logger);
      // What one takes that is not seen yet is taken again by the others, which is safe and a waste.
      await Promise.race([own.seen, sleep(SEEN_WITHIN_MS, null, { ref: false })]);
      const seenAs = own;
      let batch: Batch<Note> = { delivered: [], noted: [], isFull: false };
      do batch = await relayBatch(options, seenAs, batch, isStopping ? 0 : BATCH);
      while (batch.delivered.length > 0 || batch.isFull);
    },
    logger,
  );
  return {
    ...job,
    async stop() {
      isStopping = true;
      await job.stop();
      if (own !== presence) await own?.close();
    },
  };
}

interface Batch<Note> {
  /** By position. They are ended with the statement that takes the next batch. */
  readonly delivered: readonly number[];
  readonly noted: readonly Note[];
  readonly isFull: boolean;
}

/** Ends what the batch before has delivered, and delivers the next one. */
async function relayBatch<Note>(
  { pool, handlers, notes, logger }: RelayOptions<Note>,
  { owner }: Presence,
  { delivered: ended, noted }: Batch<Note>,
  limit: number,
): Promise<Batch<Note>> {
  // A lease instead of a lock: no transaction stays open while a neighbour is called. The snapshot still shows what ends
  // here, which must hold back nothing.
  const { rows } = await pool.query<OutboxEvent & { attempts: number; position: number }>(
    `WITH ended AS (${ENDED})${notes ? `, noted AS (${notes.write('$4')})` : ''}
     UPDATE outbox SET attempts = attempts + 1, due_at = now() + interval '30 seconds', taken_by = $1
     WHERE position IN (
       SELECT o.position FROM outbox o
       WHERE o.position <> ALL($2) AND (o.due_at <= now() OR o.taken_by NOT IN (${SEEN_OWNERS}))
         AND NOT EXISTS (
           SELECT 1 FROM outbox e WHERE e.key = o.key AND e.position < o.position AND e.position <> ALL($2))
       ORDER BY o.position LIMIT $3 FOR UPDATE SKIP LOCKED)
     RETURNING position, id, topic, key, payload, attempts`,
    [owner, ended, limit, ...(notes ? [notes.toJson(noted)] : [])],
  );
  const delivered = await Promise.all(
    rows.map(async ({ attempts, position, ...event }) => {
      try {
        const deliver = handlers[event.topic];
        if (!deliver) throw new Error(`no handler for topic ${event.topic}`);
        return [{ position, notes: (await deliver(event)) ?? [] }];
      } catch (error) {
        const dead = attempts >= MAX_ATTEMPTS;
        logger[dead ? 'error' : 'warn'](
          { err: error, event: event.id, topic: event.topic, attempts },
          'delivery failed',
        );
        // Doubles from one second to an hour. A dead letter no longer holds back its key.
        const seconds = Math.min(2 ** (attempts - 1), 3600);
        await pool.query(
          `UPDATE outbox SET last_error = $2, due_at = now() + make_interval(secs => $3), taken_by = NULL,
             key = CASE WHEN $4 THEN 'dead:' || id || ':' || key ELSE key END
           WHERE position = $1`,
          [position, reasonOf(error), dead ? 100 * 365 * 86_400 : seconds, dead],
        );
        return [];
      }
    }),
  );
  // Two that deliver the same write their notes in the same order, and do not wait for each other in a circle.
  const done = delivered.flat().sort((a, b) => a.position - b.position);
  return {
    delivered: done.map(({ position }) => position),
    noted: done.flatMap(({ notes }) => notes),
    isFull: rows.length === BATCH,
  };
}
