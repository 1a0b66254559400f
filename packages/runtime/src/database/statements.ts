import type pg from 'pg';
import { boundToRequest, isForRequest, tooLate } from '../current-request.ts';
import { currentSpan } from '../tracing/current-span.ts';
import { createStatementNames, prepareByName } from './prepared.ts';
import { traceStatement } from './traced-statement.ts';

/** Counts what one pool sends to the server, BEGIN and COMMIT included; tests assert on it. */
export type StatementCounter = {
  /** Statements sent since the pool was opened. */
  readonly count: number;
  /** Those of them that answered requests: jobs send theirs whenever they have work. */
  readonly ofRequests: number;
  /** The SQL of each statement since `record(true)`. */
  readonly texts: readonly string[];
  /** Starts (emptying `texts`) or stops keeping the SQL. Off by default: it would grow for ever. */
  record(on: boolean): void;
};

/** Also the one place where statements get their names (see `prepareByName`) and their spans. */
export function countStatements(pool: pg.Pool): StatementCounter {
  let count = 0;
  let ofRequests = 0;
  let recording = false;
  let texts: string[] = [];
  const names = createStatementNames();
  // Both `pool.query` and a checked-out client end in `client.query`, so one patch per connection sees everything.
  pool.on('connect', (client) => {
    const query = prepareByName(client.query.bind(client) as (...args: unknown[]) => unknown, names);
    client.query = ((...args: unknown[]) => {
      count += 1;
      if (isForRequest()) ofRequests += 1;
      if (recording) texts.push(textOf(args[0]));
      const span = currentSpan();
      return span?.recording ? traceStatement(span, textOf(args[0]), query, args) : query(...args);
    }) as typeof client.query;
  });
  keepRequests(pool);
  return {
    get count() {
      return count;
    },
    get ofRequests() {
      return ofRequests;
    },
    get texts() {
      return texts;
    },
    record(on) {
      recording = on;
      if (on) texts = [];
    },
  };
}

/**
 * Who waits for a connection gets it from whoever gives one back, and would go on for their request, in their span. And who has
 * waited for so long that nobody waits for the answer gives it back at once.
 */
function keepRequests(pool: pg.Pool): void {
  type Callback = (error?: Error, client?: pg.PoolClient, release?: pg.PoolClient['release']) => void;
  const connect = pool.connect.bind(pool) as (callback: Callback) => void;
  function connectInTime(callback: Callback): void {
    const late = tooLate();
    if (late) return void process.nextTick(callback, late);
    const connected: Callback = (error, client, release) => {
      const late = error ? null : tooLate();
      if (!late) return callback(error, client, release);
      client?.release();
      callback(late);
    };
    connect(boundToRequest(connected));
  }
  pool.connect = ((callback?: Callback) => {
    if (callback) return connectInTime(callback);
    return new Promise((resolve, reject) =>
      connectInTime((error, client) => (client ? resolve(client) : reject(error))),
    );
  }) as typeof pool.connect;
}

function textOf(query: unknown): string {
  if (typeof query === 'string') return query;
  const { text, cursor } = query as { text?: string; cursor?: { text?: string } };
  return text ?? cursor?.text ?? '(unknown statement)';
}
