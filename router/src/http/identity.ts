import { codeOf } from '@cartograph/kernel/errors';
import { ANONYMOUS, type Viewer } from '@cartograph/kernel/viewer';
import type { VerifyToken } from '@cartograph/runtime/access-token';
import type { Rates } from '../limits/rates.ts';
import type { Refused } from './refused.ts';

/** Who asks. */
export interface Identity {
  /** Known without waiting: nobody, or whose token was verified a moment ago. */
  peek(authorization: string | undefined): Viewer | undefined;
  /** Verifies; a bad token is refused, never taken for nobody. */
  identify(authorization: string | undefined, address: string): Promise<Viewer | Refused>;
}

/** A verified token is believed this long without looking again, and never beyond its own end. */
const BELIEVED_MS = 30_000;
const MAX_TOKENS = 10_000;

/** Checking a signature costs more than answering a query, and callers send the same token again and again. */
export function createIdentity(
  verify: VerifyToken,
  rates: Pick<Rates, 'mayTryToken' | 'noteBadToken'>,
  now: () => number = Date.now,
): Identity {
  const believed = new Map<string, { readonly viewer: Viewer; readonly until: number }>();

  return {
    peek(authorization) {
      if (authorization === undefined) return ANONYMOUS;
      const known = believed.get(authorization);
      return known && known.until > now() ? known.viewer : undefined;
    },
    async identify(authorization, address) {
      const tooOften = rates.mayTryToken(address);
      if (tooOften) return tooOften;
      try {
        const viewer = await verify(authorization);
        if (authorization) {
          const [oldest] = believed.keys();
          if (believed.size >= MAX_TOKENS && oldest !== undefined) believed.delete(oldest);
          believed.delete(authorization);
          believed.set(authorization, { viewer, until: Math.min(now() + BELIEVED_MS, endOf(authorization)) });
        }
        return viewer;
      } catch (error) {
        const refused = refusedFor(error);
        if (refused.status === 401) rates.noteBadToken(address);
        return refused;
      }
    },
  };
}

function refusedFor(error: unknown): Refused {
  const code = codeOf(error);
  if (!code) throw error;
  const { message } = error as Error;
  // The keys could not be had: the token may well be good, so nobody is told to sign in again.
  if (code === 'SERVICE_UNAVAILABLE') return { status: 503, code, message, headers: { 'retry-after': '1' } };
  return { status: 401, code, message, headers: { 'www-authenticate': 'Bearer' } };
}

/** Milliseconds since the epoch. Read from a token that has been verified. */
function endOf(authorization: string): number {
  const payload = JSON.parse(Buffer.from(authorization.split('.')[1] ?? '', 'base64url').toString()) as { exp: number };
  return payload.exp * 1000;
}
