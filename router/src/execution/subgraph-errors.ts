import type { FetchNode } from '@apollo/query-planner';
import { codeOf } from '@cartograph/kernel/errors';
import type { GraphQLFormattedError } from 'graphql';
import type { Path } from './complete.ts';

const isPath = (path: unknown): path is Path =>
  Array.isArray(path) && path.every((element) => typeof element === 'string' || typeof element === 'number');

/** A subgraph is not trusted to send errors of the right form, nor names of its own aliases to callers. */
export function readErrors(errors: unknown, aliases: ReadonlyMap<string, string>): readonly GraphQLFormattedError[] {
  if (!Array.isArray(errors)) return [];
  return errors
    .filter((error): error is Record<string, unknown> => typeof error === 'object' && error !== null)
    .map(({ message, path, extensions }) => ({
      message: typeof message === 'string' ? message : 'A part of the graph gave an error without a message.',
      ...(isPath(path) && { path: path.map((element) => aliases.get(String(element)) ?? element) }),
      extensions: typeof extensions === 'object' && extensions !== null ? (extensions as Record<string, unknown>) : {},
    }));
}

/** Two fields that callers call the same are asked for under aliases; their errors carry the callers' name. */
export function aliasesOf({ outputRewrites = [] }: FetchNode): ReadonlyMap<string, string> {
  return new Map(
    outputRewrites.flatMap((rewrite) =>
      rewrite.kind === 'KeyRenamer' ? [[String(rewrite.path.at(-1)), rewrite.renameKeyTo] as const] : [],
    ),
  );
}

/**
 * The error of an entity, told for every place where the entity stands: `['_entities', 2, 'stars']` becomes
 * `['books', 0, 'stars']`.
 */
export function atPlaces(
  error: GraphQLFormattedError,
  places: (representation: number) => readonly Path[],
): readonly GraphQLFormattedError[] {
  const { path, ...rest } = error;
  const index = path?.[1];
  if (path?.[0] !== '_entities' || typeof index !== 'number') return [rest];
  const found = places(index);
  if (found.length === 0) return [rest];
  return found.map((place) => ({ ...rest, path: [...place, ...path.slice(2)] }));
}

/** A call that gave no answer at all. */
export const failure = (error: unknown): GraphQLFormattedError => ({
  message: error instanceof Error ? error.message : 'A part of the graph gave no answer.',
  extensions: { code: codeOf(error) ?? 'SERVICE_UNAVAILABLE' },
});
