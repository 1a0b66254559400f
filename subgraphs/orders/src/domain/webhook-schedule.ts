/** The pauses before the second and each later try, in seconds: 23.7 hours in all. */
const PAUSES = [5, 30, 120, 600, 1800, 3600, 7200, 14_400, 18_000, 18_000, 21_600];

export const MAX_TRIES = PAUSES.length + 1;

/** How much longer or shorter a pause may be, so that what failed together does not come back together. */
const JITTER = 0.1;

/** A receiver may ask for more time, but not for so much that a day is not enough. */
const MAX_RETRY_AFTER = 21_600;

/**
 * How long to wait after so many tries, in seconds; null when it was the last. `random` is from 0 to 1.
 */
export function nextPause(tries: number, random: number, retryAfter: number | null): number | null {
  const pause = PAUSES[tries - 1];
  if (pause === undefined) return null;
  const spread = pause * (1 + JITTER * (2 * random - 1));
  return Math.max(spread, Math.min(retryAfter ?? 0, MAX_RETRY_AFTER));
}

/** An endpoint that has taken nothing for that long is disabled when the next of its deliveries is given up. */
export const FAILING_DAYS = 3;
