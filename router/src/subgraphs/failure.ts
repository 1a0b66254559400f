import type { ErrorCode } from '@cartograph/kernel/errors';

interface Failure {
  /** What the caller is told; nothing else of it leaves the router. */
  readonly code: ErrorCode;
  /** From which budget a retry is paid; null where sending again would not help. */
  readonly retry: 'free' | 'budget' | 'busyBudget' | null;
  /** How much it counts against the replica, where 1 is a whole failure. */
  readonly weight: number;
  /** The same when the call is sent again: a connection that breaks now and then does not condemn a replica. */
  readonly weightIfRetried: number;
}

const UNAVAILABLE = { code: 'SERVICE_UNAVAILABLE', retry: null, weight: 1, weightIfRetried: 1 } as const;

/** Every way in which a subgraph can fail to answer. */
export const FAILURES = {
  /** No connection: refused, no such host, no answer to the handshake. Nothing was sent. */
  unreachable: { ...UNAVAILABLE, retry: 'budget', weightIfRetried: 0.25 },
  /** The connection broke before the answer was whole. */
  broken: { ...UNAVAILABLE, retry: 'budget', weightIfRetried: 0.25 },
  /** A kept connection broke before a byte of the answer: the peer had closed it, most likely, while it was idle. */
  stale: { ...UNAVAILABLE, retry: 'free', weight: 0, weightIfRetried: 0 },
  /** HTTP 502, 503, 504: the subgraph, or what stands before it, cannot take the call now. */
  busy: { ...UNAVAILABLE, retry: 'busyBudget' },
  /** Any other HTTP status without a GraphQL answer. */
  refused: UNAVAILABLE,
  /** Not HTTP, not JSON, or not an object. */
  malformed: UNAVAILABLE,
  /** The call took too long: the caller's time is spent, so there is none for another try. */
  timeout: { ...UNAVAILABLE, code: 'DEADLINE_EXCEEDED' },
  /** The answer outgrew its limit. The replica works; the question was too large. */
  tooLarge: { ...UNAVAILABLE, weight: 0 },
  /** No replica takes calls now: each has failed too often. */
  breakerOpen: { ...UNAVAILABLE, weight: 0 },
  /** Too many calls wait already. */
  queueFull: { ...UNAVAILABLE, weight: 0 },
  /** The client is being closed. */
  closing: { ...UNAVAILABLE, weight: 0 },
  /** Our own mistake while the request was made. */
  defect: { ...UNAVAILABLE, weight: 0 },
} satisfies Record<string, Failure>;

export type FailureKind = keyof typeof FAILURES;
