import { randomUUID } from 'node:crypto';
import type { Viewer } from '@cartograph/kernel/viewer';
import type { Pool as Database } from 'pg';
import { Pool } from 'undici';
import { currentRequestId } from './current-request.ts';
import { withDeadline } from './deadline.ts';
import { ENVELOPE_HEADER, type SignEnvelope } from './envelope.ts';
import { createJob, type Job } from './job.ts';
import type { Logger } from './logger.ts';

/** What routers hear a few times a second. `changed` is empty when nothing has: then that is the news. */
export interface ChangeAnnouncement {
  readonly feed: string;
  /** Goes up whenever another process begins to announce. */
  readonly epoch: number;
  /** Goes up by one with each announcement of an epoch. A router that misses one forgets all that it has kept. */
  readonly sequence: number;
  /** When it was put together, by a clock of this process. */
  readonly saidAt: number;
  readonly changed: readonly { readonly typename: string; readonly ids?: readonly string[] }[];
}

export interface ChangeFeedOptions {
  /** The subgraph. */
  readonly name: string;
  readonly database: Database;
  /** Where routers listen; with Redis between them one of them is enough. Empty: nobody is told. */
  readonly routerUrls: readonly string[];
  readonly sign: SignEnvelope;
  readonly logger: Logger;
  /** How long a router may take to start, in milliseconds. */
  readonly startingMs?: number;
}

/** With the time an announcement may take, well below the half second for which a router believes one. */
const EVERY_MS = 150;
/** How often a router that keeps nothing is told, and could say that it does now. */
const IDLE_MS = 5_000;
/** A router that takes longer does not believe it any more. */
const TIMEOUT_MS = 200;
/** Long enough for a router that starts at the same time as we do. */
const STARTING_MS = 15_000;
/** One line in this many milliseconds says enough of what does not answer. */
const LOG_EVERY_MS = 60_000;
/** More ids of a type are announced as the whole type. */
const MAX_IDS = 500;

/**
 * The DDL every subgraph with a change feed has in its migration, with triggers that write into `change`:
 * CREATE TABLE change (position BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, typename TEXT NOT NULL, id TEXT);
 * CREATE TABLE change_feed (name TEXT PRIMARY KEY, holder TEXT NOT NULL DEFAULT '',
 *   held_until TIMESTAMPTZ(3) NOT NULL DEFAULT '-infinity', epoch BIGINT NOT NULL DEFAULT 0);
 * INSERT INTO change_feed (name) VALUES ('<subgraph>');
 *
 * One process announces at a time: it takes the row for two seconds, and the changes with it. The row is locked while they are
 * taken, so that nobody follows before they are gone; and whoever follows begins another epoch, for what was taken but not
 * told before a crash is told to nobody. At rest the row is written once a second.
 */
const TAKE = `
  WITH held AS (
    UPDATE change_feed SET
      epoch = CASE WHEN holder = $2 AND held_until > now() THEN epoch
        ELSE greatest(epoch + 1, (extract(epoch FROM clock_timestamp()) * 1000)::bigint) END,
      holder = $2, held_until = now() + interval '2 seconds'
    WHERE name = $1 AND (held_until <= now()
      OR (holder = $2 AND (held_until < now() + interval '1 second' OR EXISTS (SELECT FROM change))))
    RETURNING epoch
  ), gone AS (
    DELETE FROM change WHERE EXISTS (SELECT FROM held) RETURNING typename, id
  ), grouped AS (
    SELECT typename, CASE WHEN count(id) = count(*) AND count(DISTINCT id) <= ${MAX_IDS} THEN array_agg(DISTINCT id) END AS ids
    FROM gone GROUP BY typename
  )
  SELECT coalesce((SELECT epoch FROM held),
      (SELECT epoch FROM change_feed WHERE name = $1 AND holder = $2 AND held_until > now()))::text AS epoch,
    coalesce((SELECT json_agg(json_strip_nulls(json_build_object('typename', typename, 'ids', ids))) FROM grouped), '[]') AS changed`;

/** Changes that nobody has announced for a minute are told to nobody: whoever begins to, begins with empty caches. */
const SWEEP = `
  WITH idle AS (
    SELECT FROM change_feed WHERE name = $1 AND held_until < now() - interval '1 minute' FOR UPDATE
  ) DELETE FROM change WHERE EXISTS (SELECT FROM idle)`;
const SWEEP_EVERY_MS = 30_000;

/** Tells the routers what has changed, so that they can keep everything else. */
export function createChangeFeed(options: ChangeFeedOptions): Job {
  const { name, database, routerUrls, logger } = options;
  if (routerUrls.length === 0)
    return createJob('sweep changes', SWEEP_EVERY_MS, async () => void (await database.query(SWEEP, [name])), logger);

  const tell = createTeller(options);
  const warn = createWarning(logger);
  let holder: string = randomUUID();
  let epoch = 0;
  let sequence = 0;
  let idleUntil = 0;

  async function announce(): Promise<void> {
    const saidAt = performance.now();
    if (saidAt < idleUntil) return;
    let taken: { epoch: string | null; changed: ChangeAnnouncement['changed'] } | undefined;
    try {
      [taken] = (await database.query<NonNullable<typeof taken>>(TAKE, [name, holder])).rows;
    } catch (err) {
      // Changes may have been taken all the same. Under another name we begin another epoch, once ours has run out.
      holder = randomUUID();
      warn({ err }, 'what changed cannot be read; the routers keep nothing');
      return;
    }
    if (!taken?.epoch) return; // Another process speaks.
    if (epoch !== Number(taken.epoch)) {
      epoch = Number(taken.epoch);
      sequence = 0;
    }
    sequence += 1;
    const isHeard = await tell({ feed: name, epoch, sequence, saidAt, changed: taken.changed });
    if (!isHeard) idleUntil = performance.now() + IDLE_MS;
  }
  const job = createJob('announce changes', EVERY_MS, announce, logger);
  return {
    ...job,
    async stop() {
      await job.stop();
      await tell.close();
    },
  };
}

function createTeller({ name, routerUrls, sign, logger, startingMs = STARTING_MS }: ChangeFeedOptions) {
  const viewer: Viewer = { kind: 'service', service: name };
  const routers = routerUrls.map((url) => ({
    url,
    pool: new Pool(new URL(url).origin, { connections: 1 }),
    hasAnswered: false,
  }));
  const warn = createWarning(logger);
  let startedAt: number | undefined;

  /** Whether the router keeps anything of ours. */
  async function post(router: (typeof routers)[number], body: string): Promise<boolean> {
    const envelope = sign({ audience: 'router', viewer, requestId: currentRequestId(), body });
    const headers = { 'content-type': 'application/json', [ENVELOPE_HEADER]: envelope };
    const statusCode = await withDeadline(TIMEOUT_MS, async (signal) => {
      const answer = await router.pool.request({ method: 'POST', path: '/purge', headers, body, signal });
      await answer.body.dump();
      return answer.statusCode;
    });
    router.hasAnswered = true;
    if (statusCode !== 204 && statusCode !== 202) throw new Error(`the router answered HTTP ${statusCode}`);
    return statusCode === 204;
  }

  /**
   * A router that is not told knows that it was not, and keeps nothing. So nothing is told twice. False where every router
   * says that it keeps nothing anyway.
   */
  async function tell(announcement: ChangeAnnouncement): Promise<boolean> {
    startedAt ??= performance.now();
    const body = JSON.stringify(announcement);
    const told = await Promise.allSettled(routers.map((router) => post(router, body)));
    const isStarting = performance.now() - startedAt < startingMs;
    for (const [index, { url, hasAnswered }] of routers.entries()) {
      const result = told[index];
      // Whoever starts together with us may be a moment later.
      if (result?.status !== 'rejected' || (isStarting && !hasAnswered)) continue;
      // Somebody who is not there explains itself without a stack.
      const { message, code } = result.reason as NodeJS.ErrnoException;
      warn({ reason: message || code, router: url }, 'a router cannot be told what changed; it keeps nothing');
    }
    return told.some((each) => each.status === 'rejected' || each.value);
  }
  tell.close = async () => void (await Promise.all(routers.map(({ pool }) => pool.destroy())));
  return tell;
}

function createWarning(logger: Logger) {
  let loggedAt = Number.NEGATIVE_INFINITY;
  return (what: object, message: string): void => {
    if (performance.now() - loggedAt < LOG_EVERY_MS) return;
    loggedAt = performance.now();
    logger.warn(what, message);
  };
}
