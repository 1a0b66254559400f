import type { QueryPlan } from '@apollo/query-planner';
import type { DocumentNode, GraphQLFormattedError } from 'graphql';
import type { EntityCache } from '../caching/entity-cache.ts';
import type { RouterContext } from '../context.ts';
import type { SubgraphClient } from '../subgraphs/subgraph-client.ts';
import type { Supergraph } from '../supergraph/supergraph.ts';

/** What one execution needs from outside. */
export interface ExecutionInput {
  /** As the caller sent them; already checked against their types. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: RouterContext;
  readonly subgraphs: ReadonlyMap<string, SubgraphClient>;
  /** Entities that need not be asked for; absent where none are kept. */
  readonly entities?: EntityCache;
}

export interface ExecutionResult {
  /** The `data` of the answer as JSON text; `null` where a null reached the root. */
  readonly data: string;
  /** `data` has as many bytes as letters, for certain. */
  readonly ascii: boolean;
  readonly errors: readonly GraphQLFormattedError[];
}

/** One operation of one document, planned and compiled once. */
export interface CompiledOperation {
  readonly kind: 'query' | 'mutation';
  readonly name: string | null;
  /** Never rejects for what a subgraph does: failures are errors in the result. */
  execute(input: ExecutionInput): Promise<ExecutionResult>;
}

/** Makes an operation of a document that is valid for the supergraph and has an operation of that name, or just one. */
export type CompileOperation = (
  supergraph: Supergraph,
  document: DocumentNode,
  operationName: string | undefined,
) => CompiledOperation & { readonly plan: QueryPlan };
