import { WindowedCount } from './windowed-count.ts';

/** Who counts what caches of answers do. Called on the hot path: nothing here may wait, throw or be slow. */
export interface CacheObserver {
  hit(cache: CacheName): void;
  miss(cache: CacheName): void;
  /** So many entries were thrown out because what they show has changed. */
  purged(cache: CacheName, entries: number): void;
}

/** Whole answers; entities of subgraphs. */
export type CacheName = 'response' | 'entity';

export const NO_CACHE_OBSERVER: CacheObserver = { hit() {}, miss() {}, purged() {} };

class CacheMeter {
  readonly hits = new WindowedCount();
  readonly misses = new WindowedCount();
  readonly purged = new WindowedCount();
}

export class CacheMeters implements CacheObserver {
  readonly response = new CacheMeter();
  readonly entity = new CacheMeter();

  hit(cache: CacheName): void {
    this[cache].hits.add();
  }

  miss(cache: CacheName): void {
    this[cache].misses.add();
  }

  purged(cache: CacheName, entries: number): void {
    this[cache].purged.add(entries);
  }

  rotate(): void {
    for (const { hits, misses, purged } of [this.response, this.entity])
      for (const count of [hits, misses, purged]) count.rotate();
  }
}
