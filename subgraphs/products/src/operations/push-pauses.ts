const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 10 * 60_000;

/** How long what was not answered waits, after so many failures before. */
export const retryPause = (failures: number): number => Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures);

/** What the other side does not take is tried again when somebody may have put it right there. */
export const REFUSED_MS = 3_600_000;
