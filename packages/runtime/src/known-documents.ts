import type { ApolloServerPlugin } from '@apollo/server';
import { type DocumentNode, execute, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';

/** How many texts one of the two generations holds: router and neighbours send the same few hundred all the time. */
const MAX_DOCUMENTS = 500;
/** A longer text is a rare one, and not worth its memory. */
const MAX_CHARACTERS = 20_000;

type FormatError = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

/**
 * Apollo Server's pipeline decides over a document once: what it has parsed, validated and found an operation in is executed
 * without it from then on, since nothing of it depends on the request.
 */
export function createKnownDocuments(schema: GraphQLSchema, formatError: FormatError) {
  let current = new Map<string, DocumentNode>();
  let previous = new Map<string, DocumentNode>();

  function keep(text: string, document: DocumentNode): void {
    if (current.size >= MAX_DOCUMENTS) [previous, current] = [current, new Map()];
    current.set(text, document);
  }

  function find(text: string): DocumentNode | undefined {
    const known = current.get(text);
    if (known) return known;
    const older = previous.get(text);
    if (older) keep(text, older);
    return older;
  }

  const plugin: ApolloServerPlugin = {
    requestDidStart: async () => ({
      async didResolveOperation({ source, document }) {
        if (source.length <= MAX_CHARACTERS) keep(source, document);
      },
    }),
  };

  return {
    plugin,
    /** The answer's JSON; null when the pipeline has to give it, and nothing has been executed. */
    async answer(body: unknown, context: () => unknown): Promise<string | null> {
      if (!isPlain(body)) return null;
      const document = find(body.query);
      if (!document) return null;
      const { variables: variableValues, operationName } = body;
      const result = await execute({ schema, document, contextValue: context(), variableValues, operationName });
      // Variables that do not fit, or no operation of that name.
      if (!('data' in result)) return null;
      const errors = result.errors?.map((error) => {
        const code = error.extensions.code ?? 'INTERNAL_SERVER_ERROR';
        return formatError({ ...error.toJSON(), extensions: { ...error.extensions, code } }, error);
      });
      return `${JSON.stringify({ errors, data: result.data })}\n`;
    },
  };
}

interface PlainRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | null;
  readonly operationName?: string | null;
}

/** What is odd is the pipeline's. */
function isPlain(body: unknown): body is PlainRequest {
  if (typeof body !== 'object' || body === null || 'extensions' in body) return false;
  const { query, variables, operationName } = body as Readonly<Record<string, unknown>>;
  const isNamed = operationName == null || typeof operationName === 'string';
  const isGiven = variables == null || (typeof variables === 'object' && !Array.isArray(variables));
  return typeof query === 'string' && isNamed && isGiven;
}
