import type { Refused } from '../http/refused.ts';

/** Why a request is not carried out, as its caller may read it. */
export type Refusal = Refused;

const NONE = {};

/** The refusal of a document, body or value that is larger than it may be. */
export const tooLarge = (limit: string, allowed: number, message: string): Refusal => ({
  status: 400,
  code: 'OPERATION_TOO_LARGE',
  message,
  headers: NONE,
  extensions: { limit, allowed },
});

/** The refusal of a document that is no valid GraphQL. */
export const invalid = (message: string): Refusal => ({
  status: 400,
  code: 'GRAPHQL_VALIDATION_FAILED',
  message,
  headers: NONE,
});
