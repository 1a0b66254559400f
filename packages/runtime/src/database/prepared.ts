import { createHash } from 'node:crypto';

/** More texts than a program has statements; beyond, something builds its SQL anew each time, which is not kept. */
const MAX_NAMES = 1_000;

type Query = (...args: unknown[]) => unknown;
type Callback = (error: unknown, result: unknown) => void;
type Config = { readonly text?: unknown; readonly name?: unknown; readonly submit?: unknown };

export interface StatementNames {
  /** The name of this text, or undefined when it is sent as it is. */
  of(text: string): string | undefined;
  /** Makes new names: what connections have prepared so far is used no more. */
  renew(): void;
}

export function createStatementNames(): StatementNames {
  const names = new Map<string, string>();
  let generation = 0;
  return {
    of(text) {
      const known = names.get(text);
      if (known) return known;
      if (names.size >= MAX_NAMES) return undefined;
      // Of the text, because a proxy may give this connection to another process afterwards.
      const name = `${createHash('sha1').update(text).digest('base64url')}.${generation}`;
      names.set(text, name);
      return name;
    },
    renew() {
      names.clear();
      generation += 1;
    },
  };
}

/**
 * Sends every statement that has parameters under a name, so that the server reads and plans it once per connection and
 * not once per request. A statement whose columns a migration has changed meanwhile is prepared anew.
 */
export function prepareByName(query: Query, names: StatementNames): Query {
  return (...args) => {
    const named = withName(args, names);
    if (!named) return query(...args);
    const callback = named.at(-1);
    if (typeof callback !== 'function')
      return (query(...named) as Promise<unknown>).catch((error: unknown) => {
        if (!isStale(error)) throw error;
        names.renew();
        return query(...(withName(args, names) ?? args));
      });
    const answer: Callback = (error, result) => {
      if (!isStale(error)) return (callback as Callback)(error, result);
      names.renew();
      query(...(withName(args, names) ?? args));
    };
    return query(...named.slice(0, -1), answer);
  };
}

function withName(args: readonly unknown[], names: StatementNames): unknown[] | undefined {
  const [first, ...rest] = args;
  if (typeof first === 'string') {
    const name = Array.isArray(rest[0]) ? names.of(first) : undefined;
    return name === undefined ? undefined : [{ text: first, name }, ...rest];
  }
  const { text, name: given, submit } = first as Config;
  // A cursor submits itself.
  if (typeof text !== 'string' || given !== undefined || submit !== undefined) return undefined;
  const name = names.of(text);
  return name === undefined ? undefined : [{ ...(first as Config), name }, ...rest];
}

/** In a transaction the repeat fails too, and the transaction is run again by whoever asked. */
const isStale = (error: unknown): boolean => {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return code === '0A000' && typeof message === 'string' && message.includes('cached plan must not change');
};
