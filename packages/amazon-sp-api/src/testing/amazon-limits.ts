import type { Answer } from '@cartograph/contract-server/check';
import type { Handler } from '@cartograph/contract-server/server';
import { OPERATIONS, type OperationName } from '../operations.ts';

export interface Limit {
  readonly rate: number;
  readonly burst: number;
}

/** The usage plans from Amazon's side: who asks too often is refused, and every answer says what is granted. */
export function createAmazonLimits() {
  const buckets = new Map<string, { limit: Limit; left: number; filledAt: number }>();
  const refused: string[] = [];

  function set(operation: string, limit: Limit): void {
    buckets.set(operation, { limit, left: limit.burst, filledAt: performance.now() });
  }
  for (const [operation, { rate, burst }] of Object.entries(OPERATIONS)) set(operation, { rate, burst });

  function take(operation: string): boolean {
    const bucket = buckets.get(operation);
    if (!bucket) return true;
    const now = performance.now();
    const { rate, burst } = bucket.limit;
    bucket.left = Math.min(burst, bucket.left + ((now - bucket.filledAt) / 1_000) * rate);
    bucket.filledAt = now;
    if (bucket.left < 1) return false;
    bucket.left -= 1;
    return true;
  }

  return {
    /** Grants another plan from now on, with a full bucket. */
    set: (operation: OperationName, limit: Limit): void => set(operation, limit),
    /** Which operations were refused, in order. */
    refused: refused as readonly string[],
    kept:
      (operation: string, handle: Handler): Handler =>
      async (call): Promise<Answer> => {
        const headers = { 'x-amzn-requestid': `request-${operation}` };
        if (!take(operation)) {
          refused.push(operation);
          return {
            ...amazonError(429, 'QuotaExceeded', 'You exceeded your quota for the requested resource.'),
            headers,
          };
        }
        const answer = await handle(call);
        const rate = buckets.get(operation)?.limit.rate;
        return { ...answer, headers: { ...headers, ...(rate && { 'x-amzn-ratelimit-limit': `${rate}` }) } };
      },
  };
}

export const amazonError = (status: number, code: string, message: string, details = ''): Answer => ({
  status,
  body: { errors: [{ code, message, details }] },
});
