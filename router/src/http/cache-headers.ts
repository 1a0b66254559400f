import type { Viewer } from '@cartograph/kernel/viewer';
import type { CachePolicy } from '../caching/policy.ts';

/** Answers by POST, errors, and whatever a signed-in viewer reads. */
export const NO_STORE = 'no-store';
/** May be kept, and is asked about by its ETag each time. */
const REVALIDATE = 'no-cache';

/** What the answer to a GET depends on besides its URL. Without the token a proxy would give one viewer's to another. */
export const VARY_GET = 'accept, accept-encoding, authorization';

export interface GetAnswer {
  readonly viewer: Viewer;
  readonly policy: CachePolicy | null;
  /** Any error at all, also beside data. */
  readonly failed: boolean;
  /** For how many seconds a router has had the answer; by another's clock it may seem to be of tomorrow. */
  readonly age?: number;
}

/** The `cache-control` of an answer to a GET. */
export function cacheControlOf({ viewer, policy, failed, age = 0 }: GetAnswer): string {
  if (failed || viewer.kind !== 'anonymous') return NO_STORE;
  const left = policy ? policy.maxAge - Math.max(0, Math.ceil(age)) : 0;
  if (!policy || left <= 0) return REVALIDATE;
  return `${policy.scope === 'PUBLIC' ? 'public' : 'private'}, max-age=${left}`;
}
