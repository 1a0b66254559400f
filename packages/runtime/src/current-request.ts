import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { CodedError } from '@cartograph/kernel/errors';

/** The request that work is done for. */
export interface CurrentRequest {
  readonly id: string;
  /** Until when its caller waits, by `performance.now()`. */
  readonly deadline: number;
  /** Whether it may end anywhere: a query has no effect that could stay half done. */
  readonly mayBeCut: boolean;
}

const current = new AsyncLocalStorage<CurrentRequest | undefined>();

/** Runs `work` so that every call to a neighbour inside it carries the request's id, and none begins that nobody waits for. */
export const withRequest = <T>(request: CurrentRequest, work: () => T): T => current.run(request, work);

/** Runs `work` for nobody's request, though one may have caused it: it goes on after that. */
export const withoutRequest = <T>(work: () => T): T => current.run(undefined, work);

/** The id of the request that is being answered; a fresh one for work that no request caused. */
export const currentRequestId = (): string => current.getStore()?.id ?? randomUUID();

/** Whether a request is being answered, and not a job's work done. */
export const isForRequest = (): boolean => current.getStore() !== undefined;

/** Whatever calls it later, the function runs for the request, and in the span, that are under way now. */
export function boundToRequest<Args extends unknown[]>(work: (...args: Args) => void): (...args: Args) => void {
  // Not `AsyncLocalStorage.bind`, which gives each function it makes a deprecated property, at ten times the price.
  const here = new AsyncResource('CartographRequest');
  return (...args) => here.runInAsyncScope(work, undefined, ...args);
}

/** How long the caller still waits, in milliseconds; without end for work that no request caused. */
export const timeLeft = (): number => leftOf(current.getStore());

/** How long work that may be cut still has. What has effects is never cut: it is driven to its end, whoever waits. */
export function timeLeftToWork(): number {
  const request = current.getStore();
  return request?.mayBeCut ? leftOf(request) : Number.POSITIVE_INFINITY;
}

/** What to answer instead of beginning more work for somebody who no longer waits. */
export const tooLate = (): CodedError | null => (timeLeftToWork() > 0 ? null : new CodedError('DEADLINE_EXCEEDED'));

const leftOf = (request: CurrentRequest | undefined): number =>
  request ? request.deadline - performance.now() : Number.POSITIVE_INFINITY;
