interface Failure {
  readonly code?: unknown;
  readonly detail?: unknown;
  /** Of GraphQL, of Prisma, and of Prisma's adapter. */
  readonly originalError?: unknown;
  readonly meta?: { readonly driverAdapterError?: unknown };
  readonly cause?: unknown;
}

/** NUL in a text, and NUL in JSON. */
const CODES: readonly unknown[] = ['22021', '22P05'];

/**
 * True when PostgreSQL has refused a text because no text can be so: NUL, or half of a surrogate pair in JSON. Programs
 * write neither by themselves, so it came in from outside, in a value that nothing else had to look at.
 */
export function isUnstorableText(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, detail, originalError, meta, cause } = error as Failure;
  if (CODES.includes(code)) return true;
  // Any other JSON that PostgreSQL cannot read is a defect of ours.
  if (code === '22P02' && typeof detail === 'string' && detail.startsWith('Unicode ')) return true;
  return [originalError, meta?.driverAdapterError, cause].some(isUnstorableText);
}
