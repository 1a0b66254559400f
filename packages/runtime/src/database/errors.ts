import { causesOf } from './causes.ts';

/** A database problem put in a sentence for whoever starts the system; it never holds a password. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
}

export const codeOf = (error: unknown): string | undefined =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Whether a statement was given up because the server said nothing; `pg` gives that error no code. */
export const isNoAnswer = (error: unknown): error is Error =>
  error instanceof Error && error.message === 'Query read timeout';

/** Where a database URL points, without user and password. */
export function placeOf(url: string): { host: string; database: string } {
  const { hostname, port, pathname } = parseUrl(url);
  return { host: `${hostname}:${port || '5432'}`, database: decodeURIComponent(pathname.slice(1)) || 'postgres' };
}

/** `setting` is the one that the value came from, for the sentence that refuses it. */
export function parseUrl(url: string, setting = 'The database URL'): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed && /^postgres(ql)?:$/.test(parsed.protocol)) return parsed;
  // The value itself may hold a password, so the sentence does not repeat it.
  throw new DatabaseError(
    `${setting} is not valid. Write it as postgresql://user:password@host:5432/database, with special characters percent-encoded.`,
  );
}

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ECONNRESET',
]);

/** What `pg` says, without a code, when nobody answered in time: whoever connects, and whoever asks. */
const LATE = /^(timeout expired|timeout exceeded when trying to connect|.* connection timeout|Query read timeout)$/;

/** The server is shutting down, has just crashed, is not ready yet, has no connection left, or took too long; and Prisma's names. */
const AWAY: readonly unknown[] = [
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '57014',
  'P1001',
  'P1002',
  'P1008',
  'P1017',
  'P2024',
];

/** True when a statement had no answer, or found nobody who could take it. Nobody here knows whether it had an effect. */
export const isDatabaseAway = (error: unknown): boolean =>
  causesOf(error).some(({ code, message }) => {
    const text = String(message);
    return (
      UNREACHABLE.has(String(code)) || AWAY.includes(code) || LATE.test(text) || /^Connection terminated/.test(text)
    );
  });

/** Turns what `pg` throws while connecting into a sentence that says what to do; anything else stays as it is. */
export function connectionError(error: unknown, url: string): unknown {
  const { host, database } = placeOf(url);
  const user = decodeURIComponent(new URL(url).username);
  const code = codeOf(error) ?? '';
  const say = (text: string) => new DatabaseError(text, { cause: error });
  if (LATE.test(messageOf(error)))
    return say(
      `The database at ${host} does not answer in time. If it runs, it or its machine has too much to do: start again when that is over. If it does not, start it, or correct DATABASE_URL.`,
    );
  if (UNREACHABLE.has(code) || /terminated unexpectedly/i.test(messageOf(error)))
    return say(
      `The database at ${host} does not answer. Start it, or correct DATABASE_URL; without DATABASE_URL an embedded database is used.`,
    );
  if (code === '28P01' || code === '28000')
    return say(`The database at ${host} refuses user "${user}". Correct the user and password in DATABASE_URL.`);
  if (code === '3D000')
    return say(`The server at ${host} has no database "${database}". Create it, or correct DATABASE_URL.`);
  if (code === '53300')
    return say(`The database at ${host} has no connection left. Raise max_connections, or run fewer processes.`);
  return error;
}
