import type { Viewer } from '@cartograph/kernel/viewer';
import type { ExecutionResult } from '../execution/operation.ts';
import type { PreparedRequest } from '../gateway/prepared-requests.ts';
import { canonicalVariables } from './canonical.ts';
import type { ChangeFeeds, Stamp } from './change-feeds.ts';
import type { Kept, KeptStore } from './kept.ts';
import type { OperationCaching } from './operation-caching.ts';
import { scopeOf } from './viewer-scope.ts';

/** Whole answers, kept until something in them changes. */
export interface ResponseCache {
  find(key: string): Kept | undefined | Promise<Kept | undefined>;
  /** To be called before the first subgraph is asked. Null: the answer must not be kept. */
  begin(caching: OperationCaching): Stamp | null;
  /** An answer without any error. */
  keep(key: string, caching: OperationCaching, stamp: Stamp, answer: Pick<ExecutionResult, 'data' | 'ascii'>): void;
  /** For metrics. */
  readonly counts: { hits: number; misses: number; stale: number };
}

export interface ResponseCacheOptions {
  readonly feeds: ChangeFeeds;
  readonly store: KeptStore;
  /** Nothing is kept for longer, in milliseconds. */
  readonly longest: number;
  /** A larger answer is not kept, in characters. */
  readonly largest: number;
  readonly now?: () => number;
}

/** The key under which an answer is kept: whose, of which operation, with which variables. Null: it never is. */
export function responseKey(caching: OperationCaching, request: PreparedRequest, viewer: Viewer): string | null {
  if (!caching.policy) return null;
  const scope = scopeOf(viewer, caching.policy.scope);
  return scope === null ? null : `${caching.id} ${scope} ${variablesOf(caching, request)}`;
}

/** The same request comes again and again as the same object. */
const variableTexts = new WeakMap<PreparedRequest, string>();

function variablesOf({ variables }: OperationCaching, request: PreparedRequest): string {
  let text = variableTexts.get(request);
  if (text === undefined) {
    text = canonicalVariables(variables, request.variables);
    variableTexts.set(request, text);
  }
  return text;
}

export function createResponseCache(options: ResponseCacheOptions): ResponseCache {
  const { feeds, store, longest, largest, now = Date.now } = options;
  const counts = { hits: 0, misses: 0, stale: 0 };

  function judged(key: string, kept: Kept | undefined, again: boolean): Kept | undefined | Promise<Kept | undefined> {
    const verdict = kept && feeds.judge(kept);
    if (verdict === 'current') {
      counts.hits += 1;
      return kept;
    }
    if (verdict === 'stale') {
      counts.stale += 1;
      store.forget(key);
      // Another router may have kept a newer one meanwhile.
      if (again) return find(key, false);
    }
    counts.misses += 1;
    return undefined;
  }

  function find(key: string, again: boolean): Kept | undefined | Promise<Kept | undefined> {
    const found = store.find(key);
    return found instanceof Promise ? found.then((kept) => judged(key, kept, again)) : judged(key, found, again);
  }

  return {
    find: (key) => find(key, true),
    begin: ({ subgraphs }) => (subgraphs.length === 0 ? null : feeds.stamp(subgraphs)),
    keep(key, { policy, tagsOf }, stamp, { data, ascii }) {
      if (!policy || data.length > largest) return;
      const keptAt = now();
      const until = keptAt + Math.min(policy.maxAge * 1_000, longest);
      store.keep(key, { text: data, ascii, keptAt, until, stamp, tags: tagsOf(JSON.parse(data)) });
    },
    counts,
  };
}
