/** Every code a client can meet in `errors[].extensions.code`. `docs/errors.md` is kept equal by a test. */
export const ERROR_CODES = {
  UNAUTHENTICATED: 'Send a valid access token: sign in, or start a guest session.',
  FORBIDDEN: 'This caller may not do this.',
  BAD_USER_INPUT: 'An argument is outside its range or form; the message names it.',
  GRAPHQL_PARSE_FAILED: 'The document is not GraphQL.',
  GRAPHQL_VALIDATION_FAILED: 'The document does not fit the schema.',
  OPERATION_RESOLUTION_FAILURE: 'The document has no operation of that name.',
  OPERATION_TOO_LARGE: 'The document or its variables are larger than allowed; the message names the limit.',
  OPERATION_NOT_PLANNABLE: 'No way was found to answer this valid operation. Ask for its fields in several operations.',
  COST_TOO_HIGH: 'The operation costs more than this caller may spend at once. Ask for smaller pages or fewer fields.',
  BAD_REQUEST: 'The HTTP request is not a GraphQL request.',
  PERSISTED_QUERY_NOT_FOUND: 'Send the document once together with its hash.',
  PERSISTED_QUERY_NOT_SUPPORTED: 'Hashes are not remembered here: send the document each time.',
  PERSISTED_QUERY_NOT_IN_LIST: 'No operation of this id has been published here.',
  QUERY_NOT_IN_SAFELIST: 'Only published operations are executed here, and this document is none.',
  SERVICE_UNAVAILABLE: 'A part of the shop does not answer now. Safe to retry with the same idempotency key.',
  DEADLINE_EXCEEDED: 'A part of the shop took too long. Safe to retry with the same idempotency key.',
  CONFLICT: 'Someone else changed this at the same moment. Read it again and retry.',
  RATE_LIMITED: 'Too many attempts. Retry later.',
  INTERNAL_SERVER_ERROR: 'A defect. The incident id names the log entry.',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** An error whose message is meant for the caller. Recognised by its code, never by `instanceof`. */
export class CodedError extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string = ERROR_CODES[code], options?: ErrorOptions) {
    super(message, options);
    this.name = 'CodedError';
    this.code = code;
  }
}

/** Thrown by an adapter when a neighbour gave no answer: the effect may or may not have happened. */
export class Unavailable extends CodedError {
  readonly neighbour: string;
  constructor(neighbour: string, options?: ErrorOptions & { readonly timedOut?: boolean }) {
    super(options?.timedOut ? 'DEADLINE_EXCEEDED' : 'SERVICE_UNAVAILABLE', undefined, options);
    this.name = 'Unavailable';
    this.neighbour = neighbour;
  }
}

/** Why there was no answer, for whoever looks after the shop; callers get an error's message alone. */
export function reasonOf(error: unknown): string {
  const { message = String(error), neighbour, cause } = (error ?? {}) as Partial<Unavailable>;
  if (neighbour === undefined) return message;
  return `${neighbour} gave no answer${cause instanceof Error ? `: ${cause.message}` : '.'}`;
}

export const badInput = (message: string) => new CodedError('BAD_USER_INPUT', message);

/** The code an error carries, wherever it was thrown, also inside a GraphQLError; undefined for a defect. */
export function codeOf(error: unknown): ErrorCode | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, extensions, originalError } = error as {
    code?: unknown;
    extensions?: { code?: unknown };
    originalError?: unknown;
  };
  for (const candidate of [extensions?.code, code]) {
    // Apollo stamps INTERNAL_SERVER_ERROR on whatever it does not know: that is the absence of a code.
    if (typeof candidate === 'string' && candidate in ERROR_CODES && candidate !== 'INTERNAL_SERVER_ERROR')
      return candidate as ErrorCode;
  }
  return originalError ? codeOf(originalError) : undefined;
}
