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
    const known = built.get(sdl);
    if (known !== undefined) return known;
    // One supergraph after another: the older ones are not asked again, and each planner holds some megabytes.
    if (built.size >= 4) built.clear();
    const value = build(sdl);
    built.set(sdl, value);
    return value;
  };
}

/** `a.0.b`, or the empty text for an error that names no place in the answer. */
export const pathText = ({ path = [] }: GraphQLFormattedError): string =>
  // The stock gateway lets its own inner paths out where a subgraph's error is not about one entity.
  path.includes('@') || path.includes('_entities') ? '' : path.join('.');

/** A null that follows from an error told already is no news: nothing is added for it. */
export function isExplained(fault: GraphQLFormattedError, errors: readonly GraphQLFormattedError[]): boolean {
  const at = pathText(fault).split('.');
  return errors.some((error) => {
    const told = pathText(error);
    return told === '' || told.split('.').every((element, index) => index >= at.length || element === at[index]);
  });
}
