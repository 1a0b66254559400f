/** A business refusal is an answer: the steps before it are undone and it is remembered. */
export interface Refused<R> {
  readonly refused: R;
}

/** The saga waits for somebody outside (3-D Secure): nothing is undone, the same step runs again on resume. */
export interface Paused<State> {
  readonly paused: State;
}

/**
 * One step of a saga. `run` and `undo` happen at least once, so both must be safe to repeat.
 * `State` is plain JSON: it is stored before each step that can be undone, and a recovery goes on from it.
 */
export interface Step<State, R> {
  readonly name: string;
  run(state: State): Promise<State | Refused<R> | Paused<State>>;
  /** A step without it is past the point of no return: it is repeated until it answers. */
  undo?(state: State, refusal: R): Promise<void>;
  /** `undo` runs after this step's own refusal too, and keeps what another process may still send for it from happening. */
  readonly undoesRefusal?: boolean;
}

/** The state of a saga that has dispensable steps. */
export interface LeavesOut {
  readonly leftOut?: readonly string[];
}

/** A process that crosses subgraphs: its steps in order, each confirmed or undone. */
export interface Saga<State, R> {
  readonly name: string;
  readonly steps: readonly Step<State, R>[];
  /** Undone last: what the write that began the saga has left. Safe to repeat, as every undo. */
  undoBegin?(state: State, refusal: R): Promise<void>;
  /** The refusal of a saga whose step gave no answer, time after time. It is undone with the steps before it. */
  gaveUp(step: string): R;
  /**
   * Steps without a way back, and undos of steps (`begin` is the last), that staff may leave undone. Such a step finds its
   * name in the state's `leftOut` from then on: it must not insist any more, and tells what it leaves for people to do.
   */
  readonly dispensable?: readonly string[];
  /** Called when a step has given no answer for some seconds, for people to know. May be called again. */
  stuck?(state: State, at: { readonly step: string; readonly undoing: boolean }): Promise<void>;
}

/** How a saga stands. `retrying`: a step gave no answer yet, and the saga goes on by itself. */
export type SagaOutcome<State, R> =
  | { readonly kind: 'done'; readonly state: State }
  | { readonly kind: 'refused'; readonly state: State; readonly refusal: R }
  | { readonly kind: 'paused'; readonly state: State }
  | { readonly kind: 'retrying'; readonly state: State };

/** What the first write of a saga must hold, in the statement that writes the business rows it belongs to. */
export interface SagaStart {
  readonly id: string;
  readonly name: string;
  /** The first step. */
  readonly step: string;
  readonly state: unknown;
  readonly owner: string;
  readonly leaseSeconds: number;
}

/**
 * An operator takes a saga in hand whose step gives no answer: `retry` asks again at once, `give-up` undoes the step with
 * those before it, or leaves a dispensable one out and goes on.
 */
export type Intervention = 'retry' | 'give-up';

/** Where an operator has seen a saga stand. */
export interface StuckAt {
  readonly step: string;
  readonly undoing: boolean;
}

/** What an intervention writes, in the statement that tells of it; only where the saga still stands as it stood. */
export interface SagaTakeover {
  readonly id: string;
  readonly version: number;
  readonly step: string;
  /** Only ever from RUNNING to UNDOING. */
  readonly status: 'RUNNING' | 'UNDOING';
  readonly state: unknown;
  readonly refusal: unknown;
  readonly owner: string;
  readonly leaseSeconds: number;
}

/** `not-stuck`: it has moved on, or somebody else took it in hand. `no-way-back`: that step can only be asked again. */
export type InterventionOutcome = 'taken' | 'not-stuck' | 'no-way-back';

/** Drives sagas to their end, whatever stops in between. The one seam behind which the engine can change. */
export interface SagaRunner {
  /**
   * Starts a saga with the write that `insert` makes; null when `insert` says that it was there before.
   * Answers as soon as the outcome is known or a step has to be repeated, at the latest after `withinMs`.
   */
  begin<State, R>(
    saga: Saga<State, R>,
    id: string,
    state: State,
    insert: (start: SagaStart) => Promise<boolean>,
    withinMs: number,
  ): Promise<SagaOutcome<State, R> | null>;
  /**
   * Wakes a paused saga with a changed state. One that is not paused, or that somebody else wakes at this moment, is left
   * alone (`woke` is false) and answers how it stands.
   */
  resume<State, R>(
    saga: Saga<State, R>,
    id: string,
    change: (state: State) => State,
    withinMs: number,
  ): Promise<(SagaOutcome<State, R> & { readonly woke: boolean }) | null>;
  /** Waits until the saga is done, refused or paused, at most so long; null when there is none of that id. */
  settled<State, R>(saga: Saga<State, R>, id: string, withinMs: number): Promise<SagaOutcome<State, R> | null>;
  /**
   * Takes a saga that is stuck at that step from whoever drives it, with the write that `take` makes, and goes on from
   * there. One that has come to stand elsewhere is left alone: whoever asks twice has not seen where it is now.
   */
  intervene(
    sagas: readonly Saga<unknown, unknown>[],
    id: string,
    at: StuckAt,
    how: Intervention,
    take: (takeover: SagaTakeover) => Promise<boolean>,
  ): Promise<InterventionOutcome>;
  /** Takes over what a process that ended has left behind. Returns how many. */
  recover(sagas: readonly Saga<unknown, unknown>[]): Promise<number>;
  /** Lets go of everything under way, for other processes to take over. */
  close(): Promise<void>;
}
