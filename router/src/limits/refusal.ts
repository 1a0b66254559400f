import type { ErrorCode } from '@cartograph/kernel/errors';

/** Why a request is not carried out, as its caller may read it. */
export interface Refusal {
  readonly status: 400 | 413 | 429;
  readonly code: ErrorCode;
  readonly message: string;
  /** What stands beside the code in `errors[].extensions`. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** Seconds for the header `Retry-After`, with status 429. */
  readonly retryAfter?: number;
}

/** The refusal of a document, body or value that is larger than it may be. */
export const tooLarge = (limit: string, allowed: number, message: string): Refusal => ({
  status: 400,
  code: 'OPERATION_TOO_LARGE',
  message,
  extensions: { limit, allowed },
});

/** The refusal of a document that is no valid GraphQL. */
export const invalid = (message: string): Refusal => ({ status: 400, code: 'GRAPHQL_VALIDATION_FAILED', message });
