import { buildSubgraphSchema } from '@apollo/subgraph';
import { CodedError } from '@cartograph/kernel/errors';
import { type DocumentNode, execute, type GraphQLSchema, parse, validate } from 'graphql';
import type { SubgraphClient } from '../../src/subgraphs/subgraph-client.ts';
import { asFederated } from './compose.ts';

export type Resolvers = Record<string, any>;

export const subgraphSchema = (sdl: string, resolvers: Resolvers): GraphQLSchema =>
  buildSubgraphSchema({ typeDefs: parse(asFederated(sdl)), resolvers });

export interface SentBody {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
}

/** What the engine under test sent, and what of it no server would have taken. */
export interface Traffic {
  readonly sent: Array<{ readonly subgraph: string } & SentBody>;
  readonly refused: string[];
}

export const newTraffic = (): Traffic => ({ sent: [], refused: [] });

/** Answers from memory as a subgraph server would, and refuses what a server would refuse. */
export function inMemorySubgraph(
  name: string,
  schema: GraphQLSchema,
  { state, traffic }: { readonly state?: unknown; readonly traffic?: Traffic } = {},
): SubgraphClient {
  return {
    name,
    async send({ body }) {
      const request = JSON.parse(body) as SentBody;
      traffic?.sent.push({ subgraph: name, ...request });
      const { document, problems } = admitted(schema, request.query);
      if (problems.length > 0) {
        traffic?.refused.push(`${name}: ${problems.join('; ')}\n${request.query}`);
        return { errors: problems.map((message) => ({ message })) };
      }
      const answer = await execute({
        schema,
        document,
        variableValues: request.variables ?? null,
        operationName: request.operationName ?? null,
        contextValue: state,
      });
      if (answer.data === undefined) traffic?.refused.push(`${name}: ${answer.errors?.join('; ')}\n${body}`);
      for (const { originalError } of answer.errors ?? []) if (originalError instanceof CodedError) throw originalError;
      // What travels is text: nothing of this process may be shared with the engine.
      return JSON.parse(JSON.stringify(answer));
    },
    ready: async () => true,
    close: async () => {},
  };
}

interface Admitted {
  readonly document: DocumentNode;
  readonly problems: readonly string[];
}

const known = new WeakMap<GraphQLSchema, Map<string, Admitted>>();

function admitted(schema: GraphQLSchema, query: string): Admitted {
  const documents = known.get(schema) ?? new Map<string, Admitted>();
  known.set(schema, documents);
  const before = documents.get(query);
  if (before) return before;
  const document = parse(query);
  const now = { document, problems: validate(schema, document).map(({ message }) => message) };
  documents.set(query, now);
  return now;
}
