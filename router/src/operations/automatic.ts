import { createHash } from 'node:crypto';
import type { Logger } from '@cartograph/runtime/logger';
import { createBoundedMap } from '../bounded-map.ts';

/** The documents that clients sent once together with their hash. */
export interface AutomaticOperations {
  /** A promise only where the other routers have to be asked. */
  find(hash: string): string | undefined | Promise<string | undefined>;
  /** To be called once the document has proved to be one that is executed here. */
  remember(hash: string, document: string): void;
  /** Tells nobody anything any more. */
  close(): void;
}

/** What routers share. Either may reject: then every router knows only what it was told itself. */
export interface SharedDocuments {
  get(hash: string): Promise<string | null>;
  set(hash: string, document: string, lifetimeMs: number): Promise<void>;
}

export interface AutomaticOptions {
  readonly maxEntries: number;
  readonly maxBytes: number;
  /** How long shared documents are kept after they were last registered, in milliseconds. */
  readonly lifetime: number;
  readonly shared?: SharedDocuments;
  readonly logger: Logger;
}

export const sha256 = (document: string): string => createHash('sha256').update(document).digest('hex');

/** One warning in this many milliseconds says enough of a store that is down. */
const WARN_EVERY_MS = 60_000;
/** How often a store that failed is tried again, while there is something to tell. */
const RETRY_MS = 1_000;

export function createAutomaticOperations(options: AutomaticOptions): AutomaticOperations {
  const { shared, lifetime, logger, maxEntries } = options;
  const known = createBoundedMap<string>({ ...options, bytesOf: (document) => 2 * document.length });
  /** Known here, and not yet to the others: the store was down. */
  const untold = new Set<string>();
  let retry: NodeJS.Timeout | undefined;
  let closed = false;
  let warnedAt = Number.NEGATIVE_INFINITY;

  function warn(err: unknown): undefined {
    if (performance.now() - warnedAt < WARN_EVERY_MS) return;
    warnedAt = performance.now();
    logger.warn({ err }, 'the shared documents cannot be reached; each router knows its own');
  }

  async function tell(store: SharedDocuments, hash: string, document: string): Promise<void> {
    try {
      await store.set(hash, document, lifetime);
      untold.delete(hash);
    } catch (error) {
      warn(error);
      // Who was noted first may be forgotten here by now.
      const [oldest] = untold;
      if (oldest !== undefined && untold.size >= maxEntries) untold.delete(oldest);
      untold.add(hash);
      if (!closed) retry ??= setTimeout(tellAgain, RETRY_MS, store).unref();
    }
  }

  /** One after the other: while the store is down, one is enough to know it. */
  async function tellAgain(store: SharedDocuments): Promise<void> {
    retry = undefined;
    for (const hash of [...untold]) {
      const document = known.get(hash);
      if (document === undefined) untold.delete(hash);
      else await tell(store, hash, document);
      if (retry) return;
    }
  }

  async function ask(store: SharedDocuments, hash: string): Promise<string | undefined> {
    const document = await store.get(hash).catch(warn);
    // Whoever can write to the store still cannot put another document under a hash.
    if (!document || sha256(document) !== hash) return undefined;
    known.set(hash, document);
    return document;
  }

  return {
    find: (hash) => known.get(hash) ?? (shared ? ask(shared, hash) : undefined),
    remember(hash, document) {
      if (known.get(hash) !== undefined) return;
      known.set(hash, document);
      if (shared) void tell(shared, hash, document);
    },
    close() {
      closed = true;
      clearTimeout(retry);
    },
  };
}
