import { badInput } from './errors.ts';

/** The most rows one list answers with, everywhere in the graph. */
export const MAX_PAGE_SIZE = 100;

/** What a store is asked for: `limit` rows after a position in the list's sort order. */
export interface PageRequest {
  readonly limit: number;
  /** The sort values of the last row seen, in the store's sort order; null for the first page. */
  readonly after: readonly (string | number)[] | null;
}

export interface Page<T> {
  readonly rows: readonly T[];
  readonly hasNextPage: boolean;
}

/** Reads `first` and `after`. `size` is how many sort values this list's cursors carry. */
export function readPage(
  args: { readonly first: number; readonly after?: string | null | undefined },
  size = 1,
): PageRequest {
  if (!Number.isInteger(args.first) || args.first < 1 || args.first > MAX_PAGE_SIZE)
    throw badInput(`"first" must be from 1 to ${MAX_PAGE_SIZE}. Ask for the next page with "after".`);
  return { limit: args.first, after: args.after == null ? null : decodeCursor(args.after, size) };
}

export const encodeCursor = (values: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(values)).toString('base64url');

function decodeCursor(cursor: string, size: number): readonly (string | number)[] {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (
      Array.isArray(values) &&
      values.length === size &&
      values.every((v) => typeof v === 'string' || Number.isFinite(v))
    )
      return values;
  } catch {
    // Falls through to the same answer: a cursor that is not ours.
  }
  throw badInput('"after" is not a cursor of this list. Send an endCursor that this list returned.');
}

/** Stores fetch `limit + 1` rows: the extra one only says that there is a next page. */
export const toPage = <T>(rows: readonly T[], limit: number): Page<T> => ({
  rows: rows.slice(0, limit),
  hasNextPage: rows.length > limit,
});

/** A Relay connection. `sortValues` gives a row's position, in the order that the store sorts by. */
export function toConnection<T>(
  { rows, hasNextPage }: Page<T>,
  after: PageRequest['after'],
  sortValues: (row: T) => readonly (string | number)[],
) {
  const edges = rows.map((node) => ({ node, cursor: encodeCursor(sortValues(node)) }));
  return {
    edges,
    nodes: rows,
    pageInfo: {
      hasNextPage,
      hasPreviousPage: after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
