import { CodedError } from '@cartograph/kernel/errors';
import type { Logger } from '@cartograph/runtime/logger';
import type { RouterContext } from '../context.ts';
import type { SubgraphPolicy } from '../settings/resilience.ts';
import { readAnswer } from './answer.ts';
import type { Connection, ConnectionFailure, Exchange } from './connection.ts';
import { FAILURES, type FailureKind } from './failure.ts';
import type { SubgraphObserver } from './observer.ts';
import type { Occupant } from './places.ts';
import type { Replica } from './replica.ts';
import type { RetryBudget } from './retry-budget.ts';
import type { SubgraphAnswer, SubgraphCall } from './subgraph-client.ts';

/** What the calls of one subgraph share. */
export interface CallDesk {
  readonly name: string;
  readonly policy: SubgraphPolicy;
  readonly logger: Logger;
  readonly observer: SubgraphObserver;
  readonly budgets: { readonly budget: RetryBudget; readonly busyBudget: RetryBudget };
  /** The replica with the least to do, another than `avoid` where there is one; null when none takes calls. */
  choose(avoid: Replica | null): Replica | null;
  /** The call has its answer, or none. */
  done(call: PendingCall): void;
}

export interface CallPromise {
  readonly resolve: (answer: SubgraphAnswer) => void;
  readonly reject: (error: CodedError) => void;
}

/** Above this share of the subgraph's own timeout a try that gave no answer says something about the replica. */
const TELLING_SHARE = 0.5;

const expire = (call: PendingCall) => call.expire();
const tryNow = (call: PendingCall) => call.begin();

/** One call from its first try to its answer. A class, because there is one per call: no closure is made on the way. */
export class PendingCall implements Exchange, Occupant<PendingCall> {
  before: PendingCall | null = null;
  behind: PendingCall | null = null;
  place: Occupant<PendingCall>['place'] = 'none';
  readonly #desk: CallDesk;
  readonly #call: SubgraphCall;
  readonly #context: RouterContext;
  readonly #promise: CallPromise;
  readonly #startedAt: number;
  readonly #expiresAt: number;
  readonly #timer: NodeJS.Timeout;
  #backoff: NodeJS.Timeout | null = null;
  #replica: Replica | null = null;
  #connection: Connection | null = null;
  #epoch = 0;
  #tryStartedAt = 0;
  #tries = 0;
  /** Something of the request was written, so it may have been carried out. */
  #sent = false;
  /** The try that is under way has reached the replica. */
  #asked = false;
  #settled = false;
  #lastFailure: FailureKind | null = null;
  #lastCause: unknown = null;

  constructor(desk: CallDesk, call: SubgraphCall, context: RouterContext, promise: CallPromise) {
    const now = performance.now();
    const { queryTimeout, mutationTimeout } = desk.policy;
    const timeoutMs = Math.min(call.kind === 'mutation' ? mutationTimeout : queryTimeout, context.deadline - now);
    this.#desk = desk;
    this.#call = call;
    this.#context = context;
    this.#promise = promise;
    this.#startedAt = now;
    this.#expiresAt = now + timeoutMs;
    this.#timer = setTimeout(expire, timeoutMs, this);
  }

  get late(): boolean {
    return this.#expiresAt <= this.#startedAt;
  }

  /** The next try, on whichever replica takes it. */
  begin(): void {
    this.#backoff = null;
    const replica = this.#desk.choose(this.#replica);
    if (!replica) {
      this.#settle(this.#lastFailure ?? 'breakerOpen', this.#lastCause);
      return;
    }
    const now = performance.now();
    this.#replica = replica;
    this.#epoch = replica.breaker.admit();
    this.#tryStartedAt = now;
    this.#tries += 1;
    this.#asked = false;
    replica.load += 1;
    this.#connection = replica.connections.carry(this, now);
  }

  connected(connection: Connection): void {
    const { body } = this.#call;
    const { viewer, requestId, traceparent } = this.#context;
    let request: string;
    try {
      // Signed for each try: an envelope opens once.
      request = (this.#replica as Replica).requests.post({
        body,
        viewer,
        requestId,
        traceparent,
        deadlineMs: this.#expiresAt - performance.now(),
      });
    } catch (cause) {
      connection.destroy();
      this.#leaveReplica().breaker.left(this.#epoch);
      this.#settle('defect', cause);
      return;
    }
    this.#asked = true;
    connection.write(request);
  }

  sent(): void {
    this.#sent = true;
  }

  answered(status: number, text: string): void {
    const answer = readAnswer(status, text);
    if (typeof answer === 'string') {
      this.#failed(answer, `HTTP ${status}: ${text.slice(0, 200)}`);
      return;
    }
    this.#leaveReplica().breaker.succeeded(this.#epoch);
    this.#settle(null, answer);
  }

  failed(kind: ConnectionFailure, cause: unknown): void {
    // The replica talks; it is the question that was too large.
    if (kind === 'tooLarge') this.#replica?.breaker.succeeded(this.#epoch);
    this.#failed(kind, cause);
  }

  /** Time is up, wherever the call is. */
  expire(): void {
    if (this.#connection) {
      this.#connection.destroy();
      const { breaker } = this.#leaveReplica();
      const { queryTimeout, mutationTimeout } = this.#desk.policy;
      const own = this.#call.kind === 'mutation' ? mutationTimeout : queryTimeout;
      // Cut short by the caller's deadline, a try proves nothing.
      if (this.#expiresAt - this.#tryStartedAt >= own * TELLING_SHARE) breaker.failed(this.#epoch, 1);
      else breaker.left(this.#epoch);
    }
    // A replica that was not even reached did not take long: what it did before is what is wrong with it.
    if (this.#asked || this.#lastFailure === null) this.#settle('timeout', null);
    else this.#settle(this.#lastFailure, this.#lastCause);
  }

  refuse(kind: FailureKind): void {
    this.#settle(kind, null);
  }

  #failed(kind: FailureKind, cause: unknown): void {
    const { weight, weightIfRetried } = FAILURES[kind];
    const { breaker } = this.#leaveReplica();
    const waitMs = this.#retryAfter(kind);
    breaker.failed(this.#epoch, waitMs === null ? weight : weightIfRetried);
    if (waitMs === null) {
      this.#settle(kind, cause);
      return;
    }
    this.#asked = false;
    this.#lastFailure = kind;
    this.#lastCause = cause;
    this.#desk.observer.retried(this.#desk.name, kind);
    if (waitMs === 0) this.begin();
    else this.#backoff = setTimeout(tryNow, waitMs, this);
  }

  /** How long to wait before sending again, or null when the call ends here. Takes from the budget. */
  #retryAfter(kind: FailureKind): number | null {
    const { retry } = FAILURES[kind];
    const { policy, budgets } = this.#desk;
    if (retry === null || this.#tries >= policy.retry.attempts) return null;
    if (this.#sent && !this.#call.repeatable) return null;
    if (retry === 'free') return 0;
    const elsewhere = this.#desk.choose(this.#replica);
    const { backoff, maxBackoff } = policy.retry;
    // Full jitter: anything up to the limit, so that those who failed together do not come back together.
    const most = Math.min(maxBackoff, backoff * 2 ** (this.#tries - 1));
    const waitMs = elsewhere !== null && elsewhere !== this.#replica ? 0 : Math.random() * most;
    if (performance.now() + waitMs >= this.#expiresAt) return null;
    return budgets[retry].take() ? waitMs : null;
  }

  #leaveReplica(): Replica {
    const replica = this.#replica as Replica;
    replica.load -= 1;
    this.#connection = null;
    return replica;
  }

  #settle(failure: null, answer: SubgraphAnswer): void;
  #settle(failure: FailureKind, cause: unknown): void;
  #settle(failure: FailureKind | null, result: unknown): void {
    if (this.#settled) return;
    this.#settled = true;
    clearTimeout(this.#timer);
    if (this.#backoff) clearTimeout(this.#backoff);
    const { name, observer } = this.#desk;
    observer.finished(name, failure ?? 'ok', performance.now() - this.#startedAt);
    this.#desk.done(this);
    if (failure === null) this.#promise.resolve(result as SubgraphAnswer);
    else this.#promise.reject(this.#error(failure, result));
  }

  /** The log gets the truth, the caller a code. */
  #error(failure: FailureKind, cause: unknown): CodedError {
    const { name, logger } = this.#desk;
    const { requestId } = this.#context;
    // While a breaker is open every call ends here at once; its turning was logged.
    const level = failure === 'breakerOpen' ? 'debug' : 'warn';
    logger[level](
      { subgraph: name, requestId, failure, tries: this.#tries, replica: this.#replica?.url, cause: causeText(cause) },
      'subgraph gave no answer',
    );
    return new CodedError(FAILURES[failure].code, undefined, { cause });
  }
}

const causeText = (cause: unknown): string | undefined =>
  cause instanceof Error ? cause.message : typeof cause === 'string' ? cause : undefined;
