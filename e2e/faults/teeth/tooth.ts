import type { ScenarioName } from '../scenarios/all.ts';

/** A text in one of the product's files, and what stands in its place in a process that is to have the bug. */
export interface SourcePatch {
  /** From the root of the repository. */
  readonly file: string;
  /** There exactly once: otherwise the code has changed, and the bug has to be thought of anew. */
  readonly find: string;
  readonly replace: string;
}

/** The same for a function in the database. */
export interface FunctionPatch {
  readonly schema: string;
  readonly function: string;
  readonly find: string;
  readonly replace: string;
}

/** A bug that we could have made, and the rule that would have told us. */
export interface Tooth {
  readonly name: string;
  /** What somebody might have thought. */
  readonly why: string;
  readonly source?: readonly SourcePatch[];
  readonly database?: readonly FunctionPatch[];
  /** Run as it is against the bug; first the bug's own statements, for guards that stand in its way. */
  readonly statements?: readonly string[];
  readonly scenario: ScenarioName;
  /** Every one of these rules must be broken. */
  readonly caughtBy: readonly string[];
}
