import { randomUUID } from 'node:crypto';
import { codeOf, ERROR_CODES, type ErrorCode } from '@cartograph/kernel/errors';
import type { GraphQLFormattedError } from 'graphql';
import { isDatabaseAway } from './database/errors.ts';
import { isUnstorableText } from './database/unstorable-text.ts';
import type { Logger } from './logger.ts';

const UNSTORABLE_TEXT =
  'Leave out NUL characters and halves of surrogate pairs: text with them cannot be stored or found.';

/**
 * An error reaches a client with its message only if it carries a code. Everything else is a defect:
 * the client gets an incident id, the log gets the truth under the same id.
 */
export const createErrorMask =
  (logger: Logger) =>
  (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const where = {
      ...(formatted.locations && { locations: formatted.locations }),
      ...(formatted.path && { path: formatted.path }),
    };
    // Apollo's own refusals (parse, validation) carry their code in the formatted error alone.
    const code = codeOf(error) ?? codeOf(formatted);
    if (code) return { message: messageOf(error, formatted), ...where, extensions: { code } };
    if (isUnstorableText(error))
      return { message: UNSTORABLE_TEXT, ...where, extensions: { code: 'BAD_USER_INPUT' satisfies ErrorCode } };
    if (isDatabaseAway(error)) {
      logger.warn({ reason: formatted.message, path: formatted.path }, 'the database gave no answer');
      return unavailable(where);
    }
    const incidentId = randomUUID();
    logger.error({ err: error, incidentId, path: formatted.path }, 'unexpected error');
    return {
      message: `Something went wrong on our side. Incident ${incidentId}.`,
      ...where,
      extensions: { code: 'INTERNAL_SERVER_ERROR' satisfies ErrorCode, incidentId },
    };
  };

/** As of a neighbour that gives no answer: who repeats it with the same key is told how it has ended. */
const unavailable = (where: Partial<GraphQLFormattedError>): GraphQLFormattedError => ({
  message: ERROR_CODES.SERVICE_UNAVAILABLE,
  ...where,
  extensions: { code: 'SERVICE_UNAVAILABLE' satisfies ErrorCode },
});

const messageOf = (error: unknown, formatted: GraphQLFormattedError): string => {
  // About a variable GraphQL also says where in it the bad value is, which the scalar that refused it cannot know.
  if (formatted.message.startsWith('Variable "$')) return formatted.message;
  const original = (error as { originalError?: { message?: string } } | null)?.originalError;
  return original?.message ?? formatted.message;
};
