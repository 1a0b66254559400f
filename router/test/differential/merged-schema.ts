import { type DocumentNode, executeSync, type GraphQLFormattedError } from 'graphql';
import type { Graph } from './graph.ts';
import { Ref, type World } from './world.ts';

/**
 * What the operation means: graphql-js on the public schema, with every field answered from the world, as if there were no
 * subgraphs at all.
 */
export function executeMerged(
  graph: Graph,
  world: World,
  document: DocumentNode,
  operationName: string | undefined,
  variables: Readonly<Record<string, unknown>>,
): { readonly data: unknown; readonly errors: readonly GraphQLFormattedError[] } {
  const { data = null, errors = [] } = executeSync({
    schema: graph.apiSchema,
    document,
    variableValues: variables,
    operationName: operationName ?? null,
    rootValue: null,
    fieldResolver: (source, args, _context, { parentType, fieldName }) =>
      world.truth(source instanceof Ref ? source : new Ref(parentType.name, 'root'), fieldName, args),
    typeResolver: (value) => (value as Ref).type,
  });
  return JSON.parse(JSON.stringify({ data, errors }));
}
