import { createHash } from 'node:crypto';

/** Says what an answer holds. Weak, for the same answer is also sent compressed. */
export const etagOf = (body: string | Buffer): string =>
  `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;

/** Whether the caller has this answer already (304). */
export function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch === etag || ifNoneMatch.trim() === '*') return true;
  const opaque = withoutWeakness(etag);
  return ifNoneMatch.split(',').some((known) => withoutWeakness(known.trim()) === opaque);
}

/** A proxy may have taken the mark off; what is compared is the rest. */
const withoutWeakness = (etag: string): string => (etag.startsWith('W/') ? etag.slice(2) : etag);
