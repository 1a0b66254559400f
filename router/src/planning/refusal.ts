import { codeOf, type ErrorCode } from '@cartograph/kernel/errors';
import { GraphQLError } from 'graphql';
import { EffortExceeded } from './effort.ts';

/** Says no to an operation that is valid and yet cannot be served: its caller's matter, not a defect. */
export const refusal = (code: ErrorCode, message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code, http: { status: 400 } } });

export const isRefusal = (error: unknown): error is GraphQLError => error instanceof GraphQLError && !!codeOf(error);

/** What the planner itself throws, told apart from what goes wrong around it. Its words are about the inside of the graph. */
export class PlannerFailed extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'PlannerFailed';
  }
}

export function askPlanner<T>(plan: () => T): T {
  try {
    return plan();
  } catch (error) {
    throw new PlannerFailed(error);
  }
}

/** The planner's own words for an operation that has too many ways to be answered to weigh them all. */
const TOO_MUCH_TO_PLAN = /^(?:Exceeded maximum recursive selections|Number of non-local selections exceeds limit)/;

/**
 * Plans, and plans again in other words where the planner fails at the first ones. Where it fails at those too the caller is told
 * so: a part of an operation is often planned where the whole is not.
 */
export function planOrRefuse<T, Q>(plan: (question: Q) => T, question: Q, inOtherWords: () => Q = () => question): T {
  try {
    return plan(question);
  } catch (error) {
    if (!(error instanceof PlannerFailed)) throw error;
    if (error.cause instanceof EffortExceeded || TOO_MUCH_TO_PLAN.test(error.message))
      throw refusal('OPERATION_TOO_LARGE', 'The operation selects more than can be planned at once: ask in several.');
    const again = inOtherWords();
    if (again === question)
      throw refusal(
        'OPERATION_NOT_PLANNABLE',
        'No way was found to answer this operation, though it is valid: ask for its fields in several operations.',
      );
    return planOrRefuse(plan, again);
  }
}
