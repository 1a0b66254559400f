import type { IncomingMessage } from 'node:http';
import { type ApolloServer, HeaderMap } from '@apollo/server';
import type { GraphQLFormattedError } from 'graphql';
import type { Gateway, GatewayContext } from '../gateway/gateway.ts';
import type { KnownOperation } from '../gateway/known-operations.ts';
import type { RequestBody } from '../gateway/prepared-requests.ts';
import type { CheckOperation } from '../limits/operation-check.ts';
import type { PersistedOperations, ResolvedDocument } from '../operations/persisted.ts';
import type { Asked } from './asked.ts';
import type { Exchange } from './exchange.ts';
import { statusFor } from './negotiation.ts';
import type { Refused } from './refused.ts';

export interface PipelineParts {
  readonly apollo: ApolloServer<GatewayContext>;
  readonly gateway: Gateway;
  readonly persisted: PersistedOperations;
  readonly check: CheckOperation;
}

export interface PipelineAnswer {
  readonly status: number;
  /** Masked by code; what of them this caller may read is for the door to say. */
  readonly errors?: readonly GraphQLFormattedError[];
  readonly data: unknown;
  /** Nothing, where the document or its variables were refused. */
  readonly executed: { readonly operation: KnownOperation; readonly cost: number } | undefined;
}

/** Apollo Server's pipeline: parses, validates, decides over every refusal, and executes what it admits through the gateway. */
export interface Pipeline {
  answer(asked: Asked, body: RequestBody, resolved: ResolvedDocument): Promise<PipelineAnswer | Refused>;
  /** The page for a person's browser, where there is one. */
  page(exchange: Exchange, request: IncomingMessage): Promise<void>;
}

/** What the door decides itself. */
const OWN_HEADERS: ReadonlySet<string> = new Set(['content-type', 'content-length', 'cache-control']);

export function createPipeline({ apollo, gateway, persisted, check }: PipelineParts): Pipeline {
  async function run(
    request: IncomingMessage,
    accept: string,
    body: object | undefined,
    context: () => GatewayContext,
  ) {
    const method = body ? 'POST' : 'GET';
    const httpGraphQLRequest = { method, headers: headersFor(request, accept), search: '', body };
    const result = await apollo.executeHTTPGraphQLRequest({ httpGraphQLRequest, context: async () => context() });
    if (result.body.kind !== 'complete') throw new Error('an answer in parts was not asked for');
    return { status: result.status ?? 200, headers: result.headers, text: result.body.string };
  }

  return {
    async answer({ exchange, request, type, context, caller }, body, resolved) {
      const { requests } = gateway.current();
      let executed: { readonly operation: KnownOperation; readonly cost: number } | undefined;
      let refusal: Refused | null = null;
      // Documents are resolved by now, and a GET too is handed on as a body: the pipeline need not know of hashes and URLs.
      const { extensions: _resolved, ...rest } = body;
      const document = { ...rest, query: resolved.document };
      const { status, headers, text } = await run(request, type.contentType, document, () => ({
        ...context,
        refuse(refused) {
          refusal = refused;
        },
        admits(operation, cost) {
          requests.admit(operation, caller.viewer);
          persisted.admitted(resolved);
          exchange.record.admitted(operation, cost, false);
          refusal = check(caller, operation, cost);
          if (!refusal) executed = { operation, cost };
          return !refusal;
        },
      }));
      if (refusal) return refusal;
      for (const [name, value] of headers) if (!OWN_HEADERS.has(name)) exchange.header(name, value);
      const { errors, data } = JSON.parse(text) as { errors?: readonly GraphQLFormattedError[]; data?: unknown };
      return { status: statusFor(type, status, errors), ...(errors && { errors }), data, executed };
    },
    async page(exchange, request) {
      const { status, headers, text } = await run(request, 'text/html', undefined, () => {
        throw new Error('a page asks nothing');
      });
      exchange.send(status, headers.get('content-type') ?? 'text/plain; charset=utf-8', text);
    },
  };
}

function headersFor({ headers }: IncomingMessage, accept: string): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) if (typeof value === 'string') map.set(name, value);
  map.set('content-type', 'application/json');
  // Decided before; whoever negotiates again comes to the same.
  map.set('accept', accept);
  return map;
}
