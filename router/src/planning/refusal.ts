import type { ErrorCode } from '@cartograph/kernel/errors';
import { GraphQLError } from 'graphql';

/** Says no to an operation that is valid and yet cannot be served: its caller's matter, not a defect. */
export const refusal = (code: ErrorCode, message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code, http: { status: 400 } } });

/** The planner's own words for an operation that has too many ways to be answered to weigh them all. */
const TOO_MUCH_TO_PLAN = /^(?:Exceeded maximum recursive selections|Number of non-local selections exceeds limit)/;

export function planOrRefuse<T>(plan: () => T): T {
  try {
    return plan();
  } catch (error) {
    if (error instanceof Error && TOO_MUCH_TO_PLAN.test(error.message))
      throw refusal('OPERATION_TOO_LARGE', 'The operation selects more than can be planned at once: ask in several.');
    throw error;
  }
}
