import type { GraphQLFormattedError } from 'graphql';
import type { ExecutionInput } from './operation.ts';
import type { Json } from './walk.ts';

/** One execution on its way. */
export interface Run extends ExecutionInput {
  /** Everything the subgraphs answered so far, merged. */
  readonly data: Json;
  readonly errors: GraphQLFormattedError[];
}

/** One part of a plan. Undefined where there was nothing to wait for. */
export type Step = (run: Run) => Promise<unknown> | undefined;
