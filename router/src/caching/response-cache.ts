import type { Viewer } from '@cartograph/kernel/viewer';
import type { ExecutionResult } from '../execution/operation.ts';
import type { PreparedRequest } from '../gateway/prepared-requests.ts';
import type { CacheObserver } from '../telemetry/cache-meter.ts';
import { canonicalVariables } from './canonical.ts';
import { type ChangeFeeds, type Stamp, stampOf } from './change-feeds.ts';
import type { Kept, KeptStore } from './kept.ts';
import type { OperationCaching } from './operation-caching.ts';
import { scopeOf } from './viewer-scope.ts';

/** Whole answers, kept until something in them changes. */
export interface ResponseCache {
  find(key: string): Kept | undefined | Promise<Kept | undefined>;
  /** To be called before the first subgraph is asked. Null: nobody vouches for anything now. */
  begin(): Stamp | null;
  /** Keeps an answer without any error, if all who were asked vouched for it when it was begun. */
  keep(key: string, caching: OperationCaching, answer: FreshAnswer): void;
}

export interface FreshAnswer {
  readonly result: Pick<ExecutionResult, 'data' | 'ascii'>;
  /** What `begin` gave. */
  readonly stamp: Stamp;
  /** The subgraphs that it was made of. */
  readonly asked: ReadonlySet<string>;
}

export interface ResponseCacheOptions {
  readonly feeds: ChangeFeeds;
  readonly store: KeptStore;
  /** Nothing is kept for longer, in milliseconds. */
  readonly longest: number;
  /** A larger answer is not kept, in characters. */
  readonly largest: number;
  readonly observer: CacheObserver;
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
  const { feeds, store, longest, largest, observer, now = Date.now } = options;

  function judged(key: string, kept: Kept | undefined, again: boolean): Kept | undefined | Promise<Kept | undefined> {
    const verdict = kept && feeds.judge(kept);
    if (verdict === 'current') {
      observer.hit('response');
      return kept;
    }
    if (verdict === 'stale') {
      observer.purged('response', 1);
      store.forget(key);
      // Another router may have kept a newer one meanwhile.
      if (again) return find(key, false);
    }
    observer.miss('response');
    return undefined;
  }

  function find(key: string, again: boolean): Kept | undefined | Promise<Kept | undefined> {
    const found = store.find(key);
    return found instanceof Promise ? found.then((kept) => judged(key, kept, again)) : judged(key, found, again);
  }

  return {
    find: (key) => find(key, true),
    begin() {
      const stamp = feeds.stamp();
      return stamp.length > 0 ? stamp : null;
    },
    keep(key, { policy, tagsOf }, { result: { data, ascii }, stamp: begun, asked }) {
      const stamp = stampOf(begun, asked);
      if (!policy || !stamp || data.length > largest) return;
      const keptAt = now();
      const until = keptAt + Math.min(policy.maxAge * 1_000, longest);
      store.keep(key, { text: data, ascii, keptAt, until, stamp, tags: tagsOf(JSON.parse(data)) });
    },
  };
}
