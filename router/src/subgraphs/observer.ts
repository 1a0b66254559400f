import type { BreakerState } from './breaker.ts';
import type { FailureKind } from './failure.ts';

export type SubgraphOutcome = 'ok' | FailureKind;

/** Who counts what the clients of subgraphs do. Called on the hot path: nothing here may wait, throw or be slow. */
export interface SubgraphObserver {
  /** A call has its answer, or none: `ms` is all of its time, with waiting and retries. */
  finished(subgraph: string, outcome: SubgraphOutcome, ms: number): void;
  /** A call is sent again, because of this failure. */
  retried(subgraph: string, because: FailureKind): void;
  /** `replica` counts from 0, in the order of the subgraph's URLs. */
  breakerTurned(subgraph: string, replica: number, state: BreakerState): void;
  /** Calls that wait for a free place, after each change. */
  queued(subgraph: string, length: number): void;
}

export const NO_OBSERVER: SubgraphObserver = {
  finished() {},
  retried() {},
  breakerTurned() {},
  queued() {},
};
