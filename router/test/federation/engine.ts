import { type GraphQLFormattedError, type GraphQLSchema, parse, validate } from 'graphql';
import type { SubgraphClient } from '../../src/subgraphs/subgraph-client.ts';

export interface EngineRequest {
  readonly sdl: string;
  readonly query: string;
  readonly operationName?: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly subgraphs: ReadonlyMap<string, SubgraphClient>;
}

export interface EngineAnswer {
  readonly data: unknown;
  readonly errors: readonly GraphQLFormattedError[];
}

/** Something that answers an operation from subgraphs. Operations are validated before they get here. */
export interface Engine {
  readonly name: string;
  run(request: EngineRequest): Promise<EngineAnswer>;
}

/** Thrown for an operation that the public schema does not admit: no engine has to cope with one. */
export class Inadmissible extends Error {}

export function admit(schema: GraphQLSchema, query: string): void {
  const problems = validate(schema, parse(query));
  if (problems.length > 0) throw new Inadmissible(problems.map(({ message }) => message).join('\n'));
}

/** Keeps one value per supergraph: building planners is the slow part of every engine. */
export function perSupergraph<T>(build: (sdl: string) => T): (sdl: string) => T {
  const built = new Map<string, T>();
  return (sdl) => {
    const value = built.get(sdl) ?? build(sdl);
    // One supergraph after another: the older ones are not asked again.
    if (built.size > 200) built.clear();
    built.set(sdl, value);
    return value;
  };
}

/** `a.0.b`, or the empty text for an error that names no place. */
export const pathText = ({ path }: GraphQLFormattedError): string => (path ?? []).join('.');

