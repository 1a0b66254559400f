import { createBoundedMap } from '../bounded-map.ts';
import type { Dated } from './change-feeds.ts';

/** Something that was read once, and may be given out again as long as nothing that it depends on has changed. */
export interface Kept extends Dated {
  /** JSON. */
  readonly text: string;
  /** `text` has as many bytes as letters, for certain. */
  readonly ascii: boolean;
  /** Milliseconds since the epoch. */
  readonly keptAt: number;
  readonly until: number;
}

/** Where it lies. What is found may be stale: the finder judges it. */
export interface KeptStore {
  find(key: string): Kept | undefined | Promise<Kept | undefined>;
  findAll(keys: readonly string[]): readonly (Kept | undefined)[] | Promise<readonly (Kept | undefined)[]>;
  keep(key: string, kept: Kept): void;
  forget(key: string): void;
  /** For metrics. */
  readonly bytes: number;
  readonly size: number;
}

/** A store that never has to wait. */
export interface MemoryStore extends KeptStore {
  find(key: string): Kept | undefined;
  findAll(keys: readonly string[]): readonly (Kept | undefined)[];
}

export interface MemoryStoreOptions {
  readonly maxBytes: number;
  readonly now?: () => number;
}

/** Beyond this many the bookkeeping itself would show. */
const MAX_ENTRIES = 1_000_000;
/** Two bytes a character at worst, and what is kept of it compressed. */
const TEXT_BYTES = 2.5;
/** What a position and a tag cost, about, beside their texts. */
const BESIDE = 64;

export function createMemoryStore({ maxBytes, now = Date.now }: MemoryStoreOptions): MemoryStore {
  const entries = createBoundedMap<Kept>({
    maxBytes,
    maxEntries: MAX_ENTRIES,
    bytesOf: ({ text, tags, stamp }) =>
      TEXT_BYTES * text.length + tags.reduce((sum, tag) => sum + BESIDE + 2 * tag.length, BESIDE * (1 + stamp.length)),
  });
  function find(key: string): Kept | undefined {
    const kept = entries.get(key);
    if (!kept || kept.until > now()) return kept;
    entries.delete(key);
    return undefined;
  }
  return {
    find,
    findAll: (keys) => keys.map(find),
    keep: entries.set,
    forget: entries.delete,
    get bytes() {
      return entries.bytes;
    },
    get size() {
      return entries.size;
    },
  };
}
