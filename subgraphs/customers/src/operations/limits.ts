import { CodedError } from '@cartograph/kernel/errors';
import type { Ports } from '../ports.ts';

const QUARTER_HOUR = 900;
const HOUR = 3600;

/** How often each thing may be tried for one address or account. */
const LIMITS = {
  'sign-in:CUSTOMER': { most: 10, seconds: QUARTER_HOUR },
  'sign-in:STAFF': { most: 10, seconds: QUARTER_HOUR },
  password: { most: 10, seconds: QUARTER_HOUR },
  register: { most: 20, seconds: HOUR },
  reset: { most: 3, seconds: HOUR },
  verify: { most: 3, seconds: HOUR },
} as const;

export type Limited = keyof typeof LIMITS;

/** The address itself is not stored: an attempt may name anybody. */
export const subjectOf = (ports: Ports, what: Limited, who: string): string => `${what}:${ports.secrets.hash(who)}`;

/** Counts an attempt; false when there were too many. */
export const takeAttempt = (ports: Ports, what: Limited, who: string): Promise<boolean> =>
  ports.attempts.take(subjectOf(ports, what, who), LIMITS[what], ports.clock());

export async function limitAttempts(ports: Ports, what: Limited, who: string): Promise<void> {
  if (await takeAttempt(ports, what, who)) return;
  throw new CodedError('RATE_LIMITED', 'Too many attempts. Wait a quarter of an hour, or reset the password.');
}

export const clearAttempts = (ports: Ports, what: Limited, who: string): Promise<void> =>
  ports.attempts.clear(subjectOf(ports, what, who));
