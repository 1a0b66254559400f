import { type DocumentNode, executeSync, type GraphQLFormattedError } from 'graphql';
import type { Graph } from './graph.ts';
import { canonical } from './hash.ts';
import { Ref, type World } from './world.ts';

export interface Truth {
  readonly data: unknown;
  readonly errors: readonly GraphQLFormattedError[];
  /** Mutations in the order in which they have to take effect. */
  readonly effects: readonly string[];
}

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
): Truth {
  const effects: string[] = [];
  const { data = null, errors = [] } = executeSync({
    schema: graph.apiSchema,
    document,
    variableValues: variables,
    operationName: operationName ?? null,
    rootValue: null,
    fieldResolver: (source, args, _context, { parentType, fieldName }) => {
      if (parentType === graph.apiSchema.getMutationType()) effects.push(effectOf(graph, fieldName, args));
      return world.truth(source instanceof Ref ? source : new Ref(parentType.name, 'root'), fieldName, args);
    },
    typeResolver: (value) => (value as Ref).type,
  });
  return JSON.parse(JSON.stringify({ data, errors, effects }));
}

function effectOf(graph: Graph, field: string, args: unknown): string {
  const [declared] = graph.declared.get(`Mutation.${field}`) ?? [];
  return `${declared?.subgraph.name}.${field}${canonical(args)}`;
}
