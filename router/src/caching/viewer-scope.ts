import type { Viewer } from '@cartograph/kernel/viewer';
import type { CachePolicy } from './policy.ts';

/**
 * Whose answers are the same. Everybody shares what is PUBLIC, except staff and services: they see what is not for sale,
 * and must see their own changes at once. Null: nothing is kept for this viewer.
 */
export function scopeOf(viewer: Viewer, scope: CachePolicy['scope']): string | null {
  if (viewer.kind === 'staff' || viewer.kind === 'service') return null;
  if (scope === 'PUBLIC') return 'public';
  switch (viewer.kind) {
    case 'anonymous':
      return 'anonymous';
    case 'guest':
      return `guest ${JSON.stringify(viewer.guestId)}`;
    case 'customer':
      // Signed in with the same account, but another guest's cart to merge: another viewer.
      return `customer ${JSON.stringify([viewer.customerId, viewer.guestId ?? null])}`;
  }
}
