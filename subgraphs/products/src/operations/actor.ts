import { CodedError } from '@cartograph/kernel/errors';
import type { Viewer } from '@cartograph/kernel/viewer';

/** Whom the ledger names as the one who did it. */
export function actorOf(viewer: Viewer): string {
  if (viewer.kind === 'staff') return viewer.staffId;
  if (viewer.kind === 'service') return viewer.service;
  throw new CodedError('FORBIDDEN');
}
