import { Unavailable } from '@cartograph/kernel/errors';
import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
  type IBackoffFactory,
  retry,
  TaskCancelledError,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';

/**
 * Thrown by the work of a call when the provider gave no answer of use: a lost connection, a 5xx, a limit. `retryAfterMs`
 * is what the provider asks for, where it does.
 */
export class NoAnswer extends Error {
  readonly retryAfterMs: number | null;
  /** Whether it is known that nothing happened there: nobody was reached, or a limit refused it. */
  readonly hadNoEffect: boolean;
  constructor(message: string, { retryAfterMs = null, hadNoEffect = false, cause }: NoAnswerDetails = {}) {
    super(message, { cause });
    this.name = 'NoAnswer';
    this.retryAfterMs = retryAfterMs;
    this.hadNoEffect = hadNoEffect;
  }
}

interface NoAnswerDetails {
  readonly retryAfterMs?: number | null;
  readonly hadNoEffect?: boolean;
  readonly cause?: unknown;
}

/**
 * Whether a call that ended in `Unavailable` is known to have had no effect, so that it can be made anew without asking
 * what became of it. True for one made once; a repeated one may have had its effect before.
 */
export function hadNoEffect(error: unknown): boolean {
  const { cause } = error as Error;
  return cause instanceof BrokenCircuitError || (cause instanceof NoAnswer && cause.hadNoEffect);
}

/** Errors of a connection that never came to be. */
const UNREACHED = [
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
  'UND_ERR_CONNECT_TIMEOUT',
];

/** A lost connection as no answer. */
export function lostConnection(cause: Error & { readonly code?: string }): NoAnswer {
  const code = cause.code ?? '';
  return new NoAnswer(cause.message || code, { cause, hadNoEffect: UNREACHED.includes(code) });
}

export interface ProviderCallsOptions {
  /** As it is named to whoever looks after the shop. */
  readonly provider: string;
  /** How long one attempt may take. */
  readonly timeoutMs: number;
  /** How often what may be repeated is tried in all. */
  readonly attempts?: number;
  /** A provider that asks to wait for longer is not asked again in this call. */
  readonly longestPauseMs?: number;
  /** After so many calls in a row without an answer nobody waits for it; */
  readonly failuresToOpen?: number;
  /** until so much later, when one call tries. */
  readonly halfOpenAfterMs?: number;
}

export interface ProviderCalls {
  /**
   * Runs one call. It is repeated when `mayRepeat` says that this has no second effect: a question, or an effect with a key
   * that the provider honours. Throws `Unavailable` when there was no answer: the effect may or may not have happened.
   * `admit` comes before each attempt and outside of its deadline: the wait for a limit.
   */
  run<T>(mayRepeat: boolean, work: (signal: AbortSignal) => Promise<T>, admit?: () => Promise<void>): Promise<T>;
  /** False while nobody waits for the provider. */
  isOpenForCalls(): boolean;
}

/** Deadline, retry and circuit breaker of one provider, shared by all calls to it. */
export function createProviderCalls({
  provider,
  timeoutMs,
  attempts = 3,
  longestPauseMs = 2_000,
  failuresToOpen = 5,
  halfOpenAfterMs = 1_000,
}: ProviderCallsOptions): ProviderCalls {
  const noAnswers = handleWhen((error) => isNoAnswer(error) && pauseOf(error) <= longestPauseMs);
  const breaker = circuitBreaker(handleWhen(isNoAnswer), {
    halfOpenAfter: halfOpenAfterMs,
    breaker: new ConsecutiveBreaker(failuresToOpen),
  });
  // Aggressive: what does not heed the signal is not waited for either.
  const once = wrap(breaker, timeout(timeoutMs, TimeoutStrategy.Aggressive));
  const repeat = retry(noAnswers, { maxAttempts: attempts - 1, backoff: BACKOFF });
  return {
    async run(mayRepeat, work, admit) {
      const attempt = async () => {
        await admit?.();
        // One of its own: all calls would listen to the library's, and Node warns of a leak from the eleventh on.
        return once.execute(({ signal }) => work(signal), new AbortController().signal);
      };
      try {
        return await (mayRepeat ? repeat.execute(attempt) : attempt());
      } catch (cause) {
        if (!isNoAnswer(cause) && !(cause instanceof BrokenCircuitError)) throw cause;
        throw new Unavailable(provider, { cause, timedOut: cause instanceof TaskCancelledError });
      }
    },
    isOpenForCalls: () => breaker.state !== CircuitState.Open,
  };
}

const isNoAnswer = (error: unknown): boolean => error instanceof NoAnswer || error instanceof TaskCancelledError;

const pauseOf = (error: unknown): number => (error instanceof NoAnswer ? (error.retryAfterMs ?? 0) : 0);

const FIRST_PAUSE_MS = 100;

/** What the provider asks for, or else twice as long each time; with jitter, so that callers do not come back together. */
const BACKOFF: IBackoffFactory<{ readonly attempt: number; readonly result: object }> = {
  next: ({ attempt, result }) => {
    const asked = pauseOf((result as { readonly error?: Error }).error);
    const pause = asked > 0 ? asked : FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
    return { duration: pause, next: BACKOFF.next };
  },
};

/** The pause that a `Retry-After` header asks for, in seconds or as a date; null for none that can be read. */
export function readRetryAfter(header: string | null | undefined, now = Date.now()): number | null {
  if (!header) return null;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}
