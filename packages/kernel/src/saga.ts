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
 * `State` is plain JSON: it is stored after each step, and a recovery goes on from it.
 */
export interface Step<State, R> {
  readonly name: string;
  readonly run: (state: State) => Promise<State | Refused<R> | Paused<State>>;
  readonly undo?: (state: State) => Promise<void>;
}

/** A process that crosses subgraphs: its steps in order, each confirmed or undone. */
export interface Saga<State, R> {
  readonly name: string;
  readonly steps: readonly Step<State, R>[];
}
