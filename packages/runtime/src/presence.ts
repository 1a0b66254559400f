import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg, { type Pool } from 'pg';
import type { Logger } from './logger.ts';

/** First key of the locks by which processes are seen; the second is the process's own. */
const PRESENCE = 1_129_336_406;
const RETRY_MS = 200;

/**
 * A process as the others see it. It holds a lock in the database for as long as its connection lives: `kill -9` ends
 * both at once, on the same machine or another. What a lease finds out after seconds, this tells in milliseconds. A
 * process that stands still or is cut off keeps its lock, so leases are needed beside it.
 */
export interface Presence {
  /** Written down as the owner of what this process has taken. */
  readonly owner: string;
  /** Resolves once others can see it. */
  readonly seen: Promise<void>;
  close(): Promise<void>;
}

/** The owners of this database that are seen, as a subquery. PostgreSQL runs it only when a row has to be compared. */
export const SEEN_OWNERS = `SELECT objid::text FROM pg_locks WHERE locktype = 'advisory' AND classid = ${PRESENCE}
  AND objsubid = 2 AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/** One connection beside the pool's, opened with the pool's own settings. */
export function createPresence(pool: Pool, logger: Logger): Presence {
  const own = randomInt(1, 2 ** 31 - 1);
  const stop = new AbortController();
  let client: pg.Client | undefined;
  let wasSeen: () => void = () => {};
  const seen = new Promise<void>((resolve) => {
    wasSeen = resolve;
  });

  /** Resolves when the connection that holds the lock is lost. */
  async function hold(): Promise<void> {
    const holder = new pg.Client({ ...pool.options, statement_timeout: 0, query_timeout: 0 });
    client = holder;
    const lost = new Promise<void>((resolve) => {
      holder.once('end', resolve);
      holder.once('error', () => resolve());
    });
    try {
      await holder.connect();
      // Waits while the server still holds on to a connection of ours that is lost already: the others see us meanwhile.
      await holder.query('SELECT pg_advisory_lock($1, $2)', [PRESENCE, own]);
      wasSeen();
      await lost;
    } finally {
      await holder.end().catch(() => {});
    }
  }
  const holding = (async () => {
    while (!stop.signal.aborted) {
      await hold().catch((err) => stop.signal.aborted || logger.warn({ err }, 'not seen by the other processes'));
      await sleep(RETRY_MS, null, { signal: stop.signal, ref: false }).catch(() => {});
    }
  })();

  return {
    owner: String(own),
    seen,
    async close() {
      stop.abort();
      await client?.end().catch(() => {});
      await holding;
    },
  };
}
