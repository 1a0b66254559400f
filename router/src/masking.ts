import type { Logger } from '@cartograph/runtime/logger';
import { createErrorMask } from '@cartograph/runtime/masking';
import type { GraphQLFormattedError } from 'graphql';

/** As in the subgraphs; an incident that a subgraph has logged already keeps its id. */
export function createRouterMask(logger: Logger, { production }: { readonly production: boolean }) {
  const mask = createErrorMask(logger);
  return (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const { incidentId } = formatted.extensions ?? {};
    if (typeof incidentId !== 'string') {
      const masked = withCost(mask(formatted, error), formatted);
      return production ? { ...masked, message: withoutHints(masked.message) } : masked;
    }
    return {
      message: formatted.message,
      ...(formatted.path && { path: formatted.path }),
      extensions: { code: 'INTERNAL_SERVER_ERROR', incidentId },
    };
  };
}

/** Whoever asks for too much is told how much it was. */
function withCost(masked: GraphQLFormattedError, { extensions }: GraphQLFormattedError): GraphQLFormattedError {
  if (masked.extensions?.code !== 'COST_TOO_HIGH') return masked;
  return { ...masked, extensions: { ...masked.extensions, cost: extensions?.cost } };
}

/** What graphql-js and the server tell a developer, and a stranger should not learn: names of fields, types, settings. */
function withoutHints(message: string): string {
  if (/introspection/i.test(message)) return 'Introspection is not available here.';
  const variable = /^Variable "\$\w+" got invalid value/.exec(message)?.[0];
  if (variable && /; (Field "|Expected )/.test(message)) return `${variable}.`;
  return message.replace(/ Did you mean [^?]*\?/g, '');
}
