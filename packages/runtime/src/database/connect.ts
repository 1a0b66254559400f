import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { connectionError, messageOf, parseUrl } from './errors.ts';
import { repeatStatements } from './repeated.ts';
import { countStatements, type StatementCounter } from './statements.ts';
import { poolTypes } from './types.ts';

// Otherwise a Date bound to a `timestamp` column is written in the machine's time zone.
pg.defaults.parseInputDatesAsUTC = true;

const TEN_SECONDS = 10_000;
/** Longer than the server lets a statement run: what has not answered by then is cut off, and nobody waits for it. */
const ANSWER_WITHIN_MS = 12_000;
/** A new one costs a process, a handshake and the planning of every statement: the driver's 10 s end between two buyers. */
const KEPT_IDLE_MS = 300_000;

export type ConnectOptions = {
  /** Shown in pg_stat_activity as the application's name. */
  readonly name: string;
  /**
   * Connections this process may hold; 5 unless told. Each reads and plans every statement for itself: with the driver's 10 an
   * order takes a tenth more of the database, and a process that starts again a fifth more.
   */
  readonly maxConnections?: number;
  /** How long a connection may take to be made: 5 s unless told, since somebody waits. */
  readonly connectWithinMs?: number;
  /** After so long without an answer a connection is given up. Whether its statement had an effect is not known. */
  readonly answerWithinMs?: number;
  readonly log?: (message: string) => void;
};

export type Database = {
  readonly url: string;
  readonly pool: pg.Pool;
  /** For `new PrismaClient({ adapter })`; shares the pool, so both sides are counted and limited together. */
  readonly adapter: PrismaPg;
  readonly statements: StatementCounter;
  /** Resolves when the database answers; otherwise throws a sentence that says what to do. */
  ping(): Promise<void>;
  close(): Promise<void>;
};

/** Before anything is served a busy machine may take its time: in ms, for what a start asks of the database. */
export const START_PATIENCE_MS = 20_000;

/** Opens nothing yet: connections are made on first use. `url` names the PostgreSQL schema as `?schema=`. */
export function connect(
  url: string,
  {
    name,
    maxConnections = 5,
    connectWithinMs = 5_000,
    answerWithinMs = ANSWER_WITHIN_MS,
    log = console.error,
  }: ConnectOptions,
): Database {
  const { connectionString, schema } = splitSchema(url);
  const pool = new pg.Pool({
    connectionString,
    application_name: name,
    max: maxConnections,
    types: poolTypes,
    connectionTimeoutMillis: connectWithinMs,
    idleTimeoutMillis: KEPT_IDLE_MS,
    statement_timeout: TEN_SECONDS,
    query_timeout: answerWithinMs,
    idle_in_transaction_session_timeout: TEN_SECONDS,
    keepAlive: true,
    options: sessionOptions(schema),
  });
  const statements = countStatements(pool);
  repeatStatements(pool);
  // An idle connection that the server closes must not end the process; the next query opens another.
  pool.on('error', (error) => log(`${name}: an idle database connection was lost: ${messageOf(error)}`));
  let closing: Promise<void> | undefined;
  return {
    url,
    pool,
    adapter: new PrismaPg(pool, { schema }),
    statements,
    ping: () => ping(pool, url),
    close: () => (closing ??= pool.end()),
  };
}

async function ping(pool: pg.Pool, url: string): Promise<void> {
  try {
    await pool.query('SELECT 1');
  } catch (error) {
    throw connectionError(error, url);
  }
}

/**
 * `extensions` holds pg_trgm and unaccent; it comes last, so that it can never shadow a table. Compiling a statement
 * (`jit`) takes longer than any of ours runs. The server's own `random_page_cost` of 4 is that of spinning disks: it reads a
 * table of a thousand rows whole for three keys.
 */
export const sessionOptions = (schema: string): string =>
  `-c search_path=${schema},extensions -c TimeZone=UTC -c jit=off -c random_page_cost=1.1`;

/** `schema` is Prisma's own parameter: `pg` does not know it. */
export function splitSchema(url: string): { connectionString: string; schema: string } {
  const parsed = parseUrl(url);
  const schema = parsed.searchParams.get('schema') ?? 'public';
  if (!/^[a-z_][a-z0-9_]*$/.test(schema)) throw new Error(`"${schema}" is not a schema name: use a-z, 0-9 and _`);
  parsed.searchParams.delete('schema');
  return { connectionString: parsed.href, schema };
}
