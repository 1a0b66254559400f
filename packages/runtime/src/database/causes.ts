/** What of an error tells where it comes from. */
export interface Cause {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly detail?: unknown;
}

interface Wrapper extends Cause {
  readonly originalError?: unknown;
  readonly meta?: { readonly driverAdapterError?: unknown };
  readonly cause?: unknown;
}

/** An error with all that it wraps: GraphQL, Prisma and Prisma's adapter each put another around what the database said. */
export function causesOf(error: unknown): readonly Cause[] {
  if (typeof error !== 'object' || error === null) return [];
  const { originalError, meta, cause } = error as Wrapper;
  return [error, ...[originalError, meta?.driverAdapterError, cause].flatMap(causesOf)];
}
