import type { GraphQLFormattedError } from 'graphql';
import type { EntityCache } from '../caching/entity-cache.ts';
import type { Kept } from '../caching/kept.ts';
import type { RouterContext } from '../context.ts';
import type { ExecutionResult } from '../execution/operation.ts';
import type { Graph } from './graph.ts';
import type { PreparedRequest } from './prepared-requests.ts';

/** Makes an error fit for the caller: by its code, or as an incident. */
export type Mask = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

/** Executes what was admitted. Both ways into the graph, through Apollo Server and beside it, end here. */
export type Execute = (graph: Graph, request: PreparedRequest, context: RouterContext) => Promise<Answered>;

export interface Answered extends ExecutionResult {
  /** Set where nobody was asked, for the answer was kept from before. */
  readonly kept?: Kept;
}

export const createExecute =
  (mask: Mask, entities?: EntityCache): Execute =>
  async ({ subgraphs }, { operation, variables }, context) => {
    const input = entities ? { variables, context, subgraphs, entities } : { variables, context, subgraphs };
    const result = await operation.compiled.execute(input);
    if (result.errors.length === 0) return result;
    return { ...result, errors: result.errors.map((error) => mask(error, error)) };
  };
