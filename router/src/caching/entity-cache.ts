import { createHash } from 'node:crypto';
import type { FetchNode } from '@apollo/query-planner';
import type { Viewer } from '@cartograph/kernel/viewer';
import { parse } from 'graphql';
import type { Supergraph } from '../supergraph/supergraph.ts';
import type { CacheObserver } from '../telemetry/cache-meter.ts';
import { compileEntityTags, type EntityTags } from './answer-tags.ts';
import { type ChangeFeeds, type Stamp, stampOf } from './change-feeds.ts';
import type { Kept, KeptStore } from './kept.ts';
import { supergraphCaching } from './operation-caching.ts';
import { compileEntityPolicy } from './policy.ts';
import { scopeOf } from './viewer-scope.ts';

/** What of a fetch decides over keeping its entities. Made once per fetch of a plan. */
export interface EntityCaching {
  /** Another one for another supergraph, subgraph or document. */
  readonly id: string;
  /** Whoever answers it: one subgraph. */
  readonly asked: ReadonlySet<string>;
  /** In milliseconds. */
  readonly lifetime: number;
  readonly tagsOf: EntityTags;
}

/** Null where the schema does not say that everybody sees the same of these entities, and for how long. */
export function compileEntityCaching(supergraph: Supergraph, node: FetchNode): EntityCaching | null {
  const { hints, keys } = supergraphCaching(supergraph);
  const document = parse(node.operation);
  const policy = compileEntityPolicy(hints, supergraph.schema, document);
  if (policy?.scope !== 'PUBLIC') return null;
  const text = JSON.stringify([supergraph.id, node.serviceName, node.operation]);
  return {
    id: createHash('sha256').update(text).digest('base64url'),
    asked: new Set([node.serviceName]),
    lifetime: policy.maxAge * 1_000,
    tagsOf: compileEntityTags(supergraph.schema, keys, document),
  };
}

/** The entities of one fetch, as far as they are kept. */
export interface EntityLookup {
  /** As the subgraph answered it, made anew; undefined where it has to be asked. One for each representation. */
  readonly found: readonly (Record<string, unknown> | undefined)[];
  /** How many are not there. */
  readonly missing: number;
  /** Keeps what the subgraph answered without any error for the representation at `index`, before it is touched. */
  keep(index: number, entity: unknown): void;
}

export interface EntityCache {
  /**
   * `variables` is the text of every other variable of the fetch. Null: nothing is kept for this viewer, or now. A promise
   * only where other routers' entities have to be asked for.
   */
  lookup(
    caching: EntityCaching,
    viewer: Viewer,
    variables: string,
    representations: readonly string[],
  ): EntityLookup | null | Promise<EntityLookup>;
}

export interface EntityCacheOptions {
  readonly feeds: ChangeFeeds;
  readonly store: KeptStore;
  /** Nothing is kept for longer, in milliseconds. */
  readonly longest: number;
  readonly observer: CacheObserver;
  readonly now?: () => number;
}

export function createEntityCache(options: EntityCacheOptions): EntityCache {
  const { feeds, store, longest, observer, now = Date.now } = options;

  function current(key: string, kept: Kept | undefined): Record<string, unknown> | undefined {
    const verdict = kept && feeds.judge(kept);
    if (verdict === 'current') {
      observer.hit('entity');
      return JSON.parse(kept?.text ?? '');
    }
    if (verdict === 'stale') {
      observer.purged('entity', 1);
      store.forget(key);
    }
    observer.miss('entity');
    return undefined;
  }

  return {
    lookup(caching, viewer, variables, representations) {
      if (scopeOf(viewer, 'PUBLIC') === null) return null;
      const stamp = stampOf(feeds.stamp(), caching.asked);
      if (!stamp) return null;
      const keys = representations.map((representation) => `${caching.id} {${variables}} ${representation}`);
      const judge = (kept: readonly (Kept | undefined)[]): EntityLookup => {
        const found = kept.map((one, index) => current(keys[index] as string, one));
        return {
          found,
          missing: found.reduce((count, one) => (one === undefined ? count + 1 : count), 0),
          keep(index, entity) {
            keep(keys[index] as string, caching, stamp, representations[index] as string, entity);
          },
        };
      };
      const kept = store.findAll(keys);
      return kept instanceof Promise ? kept.then(judge) : judge(kept);
    },
  };

  function keep(
    key: string,
    { lifetime, tagsOf }: EntityCaching,
    stamp: Stamp,
    representation: string,
    entity: unknown,
  ) {
    // Null may mean that it is not there yet, or not for everybody.
    if (typeof entity !== 'object' || entity === null || Array.isArray(entity)) return;
    const keptAt = now();
    const until = keptAt + Math.min(lifetime, longest);
    const tags = tagsOf(JSON.parse(representation), entity);
    store.keep(key, { text: JSON.stringify(entity), ascii: false, keptAt, until, stamp, tags });
  }
}
