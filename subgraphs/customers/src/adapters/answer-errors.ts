import { NoAnswer } from '@cartograph/providers/calls';
import { refusedData } from '../domain/sync.ts';

/** For now: the same may be taken later. */
const PASSING = [408, 423, 425, 429];
/** Of the key that we show, and of no customer's data: somebody has to change a setting within a day. */
const OUR_ACCESS = [401, 403];

/** What an answer that is no success means for whoever waits for it. */
export function errorOf(provider: string, status: number, reason: string, retryAfterMs: number | null = null): Error {
  if (PASSING.includes(status) || status >= 500) return new NoAnswer(`HTTP ${status}`, { retryAfterMs });
  if (OUR_ACCESS.includes(status)) return new Error(`${provider} refuses our access with HTTP ${status}: ${reason}`);
  return refusedData(`${provider} refuses this with HTTP ${status}: ${reason}`);
}
