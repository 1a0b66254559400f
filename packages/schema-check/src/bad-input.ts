import { GraphQLError, getLocation } from 'graphql';

/** Something we were given cannot be judged. Ends the run with exit code 3; `place` is where to look. */
export class BadInput extends Error {
  readonly place: string | undefined;

  constructor(message: string, place?: string) {
    super(message);
    this.name = 'BadInput';
    this.place = place;
  }
}

/** Where a GraphQL error points, as `file:line:column`; the source's own name when it points nowhere. */
export function placeOf(error: GraphQLError, fallback: string): string {
  const node = error.nodes?.find(({ loc }) => loc !== undefined);
  const source = error.source ?? node?.loc?.source;
  const at = error.positions?.[0] ?? node?.loc?.start;
  if (!source || at === undefined) return fallback;
  const { line, column } = getLocation(source, at);
  return `${fallback}:${line + source.locationOffset.line - 1}:${column}`;
}

/** Runs a parser and turns its complaint into bad input with its place. */
export function orBadInput<T>(what: string, file: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof BadInput) throw error;
    if (error instanceof GraphQLError) throw new BadInput(`${what}: ${error.message}`, placeOf(error, file));
    throw new BadInput(`${what}: ${(error as Error).message}`, file);
  }
}
