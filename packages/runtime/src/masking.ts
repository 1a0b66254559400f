import { randomUUID } from 'node:crypto';
import { codeOf, type ERROR_CODES } from '@cartograph/kernel/errors';
import type { GraphQLFormattedError } from 'graphql';
import type { Logger } from './logger.ts';

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
    const incidentId = randomUUID();
    logger.error({ err: error, incidentId, path: formatted.path }, 'unexpected error');
    return {
      message: `Something went wrong on our side. Incident ${incidentId}.`,
      ...where,
      extensions: { code: 'INTERNAL_SERVER_ERROR' satisfies keyof typeof ERROR_CODES, incidentId },
    };
  };

const messageOf = (error: unknown, formatted: GraphQLFormattedError): string => {
  // About a variable GraphQL also says where in it the bad value is, which the scalar that refused it cannot know.
  if (formatted.message.startsWith('Variable "$')) return formatted.message;
  const original = (error as { originalError?: { message?: string } } | null)?.originalError;
  return original?.message ?? formatted.message;
};
