import type { Logger } from '@cartograph/runtime/logger';
import type { Kept, KeptStore, MemoryStore } from './kept.ts';

/** The few commands of Redis that are needed here. Each may reject. */
export interface RedisCommands {
  mget(keys: readonly string[]): Promise<readonly (string | null)[]>;
  set(key: string, value: string, lifetimeMs: number): Promise<unknown>;
}

/** One warning in this many milliseconds says enough of a store that is down. */
const WARN_EVERY_MS = 60_000;

/**
 * What routers share, behind what each has in its own memory. Nothing is ever deleted in Redis: it is judged by whoever
 * finds it, and goes when its time is over. While Redis is down each router keeps its own.
 */
export function createSharedStore(
  memory: MemoryStore,
  redis: RedisCommands,
  { prefix, logger, now = Date.now }: { readonly prefix: string; readonly logger: Logger; readonly now?: () => number },
): KeptStore {
  let warnedAt = Number.NEGATIVE_INFINITY;
  const warn = (err: unknown): undefined => {
    if (now() - warnedAt < WARN_EVERY_MS) return;
    warnedAt = now();
    logger.warn({ err }, 'the shared cache cannot be reached; each router keeps its own');
  };

  async function ask(keys: readonly string[], found: readonly (Kept | undefined)[]) {
    const missing = keys.flatMap((key, index) => (found[index] ? [] : [{ key, index }]));
    const texts = await redis.mget(missing.map(({ key }) => prefix + key)).catch(warn);
    const all = [...found];
    for (const [nth, { key, index }] of missing.entries()) {
      const kept = readKept(texts?.[nth] ?? null);
      if (!kept || kept.until <= now()) continue;
      all[index] = kept;
      memory.keep(key, kept);
    }
    return all;
  }

  return {
    find: (key) => memory.find(key) ?? ask([key], [undefined]).then(([kept]) => kept),
    findAll(keys) {
      const found = memory.findAll(keys);
      return found.every((one) => one !== undefined) ? found : ask(keys, found);
    },
    keep(key, kept) {
      memory.keep(key, kept);
      const lifetime = kept.until - now();
      if (lifetime > 0) redis.set(prefix + key, writeKept(kept), Math.ceil(lifetime)).catch(warn);
    },
    forget: memory.forget,
    get bytes() {
      return memory.bytes;
    },
    get size() {
      return memory.size;
    },
  };
}

/** The version stands in front, so that routers of two releases leave each other's alone. */
const VERSION = '1 ';

const writeKept = ({ text, ascii, keptAt, until, stamp, tags }: Kept): string =>
  VERSION + JSON.stringify({ text, ascii, keptAt, until, stamp, tags } satisfies Kept);

function readKept(text: string | null): Kept | undefined {
  return text?.startsWith(VERSION) ? (JSON.parse(text.slice(VERSION.length)) as Kept) : undefined;
}
