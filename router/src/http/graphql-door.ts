import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ApolloServer, HeaderMap, type HTTPGraphQLResponse } from '@apollo/server';
import type { Logger } from '@cartograph/runtime/logger';
import type { RouterContext } from '../context.ts';
import type { Execute } from '../gateway/execute.ts';
import type { Gateway, GatewayContext } from '../gateway/gateway.ts';
import type { PreparedRequest, RequestBody } from '../gateway/prepared-requests.ts';
import type { RecordUsage } from '../usage/record-usage.ts';
import { admit, isRefusal } from './admission.ts';
import type { Cors } from './cors.ts';
import type { Identity } from './identity.ts';
import { type AnswerType, statusFor } from './negotiation.ts';
import type { Refused } from './refused.ts';
import { readBody } from './request-body.ts';

export interface DoorParts {
  readonly gateway: Gateway;
  readonly apollo: ApolloServer<GatewayContext>;
  readonly execute: Execute;
  readonly identity: Identity;
  readonly cors: Cors;
  readonly logger: Logger;
  readonly recordUsage?: RecordUsage;
  /** Whether known operations pass by Apollo Server's pipeline. A caller cannot tell. */
  readonly hotPath: boolean;
}

const MAX_BODY_BYTES = 256 * 1024;
/** How long a caller waits at most, in milliseconds. */
const DEADLINE_MS = 30_000;
/** Ids from outside are kept when they are harmless in a log and a header. */
const REQUEST_ID = /^[\w.:-]{8,100}$/;

/** One request on its way through the door. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  readonly type: AnswerType;
}

/**
 * Answers `/graphql`. What Apollo Server's pipeline has admitted once is executed without going through it again; everything
 * else, and everything that is refused, it decides.
 */
export function createGraphqlDoor(parts: DoorParts): (request: IncomingMessage, response: ServerResponse) => void {
  const { gateway, apollo, execute, identity, cors, logger, recordUsage, hotPath } = parts;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = requestIdOf(request);
    response.setHeader('x-request-id', requestId);
    if (request.headers.origin) setAll(response, cors.headersFor(request.headers.origin));
    if (request.method === 'OPTIONS') return preflight(request, response);
    if (asksForPage(request)) return page(request, response);
    const type = admit(request.method, request.headers);
    if (isRefusal(type)) return refuse(response, type);
    const exchange = { request, response, requestId, type };
    const { authorization } = request.headers;
    const viewer = identity.peek(authorization) ?? (await identity.identify(authorization));
    if ('status' in viewer) return refuse(response, viewer);
    const context: RouterContext = { viewer, requestId, deadline: performance.now() + DEADLINE_MS };
    if (request.method === 'GET') return throughPipeline(exchange, context, undefined);
    const text = await readBody(request, MAX_BODY_BYTES);
    if (text === undefined) return;
    if (typeof text !== 'string') return refuse(response, text);
    return answerText(exchange, context, text);
  }

  async function answerText(exchange: Exchange, context: RouterContext, text: string): Promise<void> {
    const { requests } = gateway.current();
    const remembered = hotPath ? requests.byText(text, context.viewer) : undefined;
    if (remembered) return beside(exchange, context, remembered);
    const body = parseBody(text);
    if ('status' in body) return refuse(exchange.response, body);
    const known = hotPath ? requests.byBody(text, body.json, context.viewer) : undefined;
    return known ? beside(exchange, context, known) : throughPipeline(exchange, context, body.json);
  }

  /** The hot path. */
  async function beside({ request, response, type }: Exchange, context: RouterContext, prepared: PreparedRequest) {
    recordUsage?.(prepared.operation, request.headers);
    const { data, errors } = await execute(gateway.current(), prepared, context);
    const body = errors.length > 0 ? `{"errors":${JSON.stringify(errors)},"data":${data}}\n` : `{"data":${data}}\n`;
    send(response, 200, type.contentType, body);
  }

  async function throughPipeline(
    { request, response, type }: Exchange,
    context: RouterContext,
    body: RequestBody | undefined,
  ) {
    const { requests } = gateway.current();
    const result = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method: request.method ?? 'POST',
        headers: headersFor(request, type.contentType),
        search: searchOf(request),
        body,
      },
      context: async () => ({
        ...context,
        admitted(operation) {
          recordUsage?.(operation, request.headers);
          if (request.method === 'POST') requests.admit(operation, context.viewer);
        },
      }),
    });
    await sendResult(response, result, type);
  }

  async function page(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const result = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: 'GET', headers: headersFor(request, 'text/html'), search: '', body: undefined },
      context: async () => {
        throw new Error('a page asks nothing');
      },
    });
    await sendResult(response, result, null);
  }

  function preflight(request: IncomingMessage, response: ServerResponse): void {
    if (request.headers.origin && cors.headersFor(request.headers.origin)) setAll(response, cors.preflight);
    response.writeHead(204).end();
  }

  return (request, response) => {
    answer(request, response).catch((error) => {
      logger.error({ err: error }, 'unexpected error');
      if (!response.headersSent)
        refuse(response, {
          status: 500,
          code: 'INTERNAL_SERVER_ERROR',
          message: 'Something went wrong on our side.',
          headers: {},
        });
      else response.destroy();
    });
  };
}

function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

/** A person's browser, not a program: it gets the page to try queries on, where there is one. */
const asksForPage = ({ method, headers, url }: IncomingMessage): boolean =>
  method === 'GET' && url === '/graphql' && !!headers.accept?.includes('text/html');

function parseBody(text: string): { readonly json: RequestBody } | Refused {
  const refused = (message: string): Refused => ({ status: 400, code: 'BAD_REQUEST', message, headers: {} });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return refused('The request body is not JSON.');
  }
  if (Array.isArray(json)) return refused('Send one operation per request: batches are not taken.');
  if (typeof json !== 'object' || json === null) return refused('The request body is not a JSON object.');
  return { json: json as RequestBody };
}

function headersFor({ headers }: IncomingMessage, accept: string): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) if (typeof value === 'string') map.set(name, value);
  // Decided before; whoever negotiates again comes to the same.
  map.set('accept', accept);
  return map;
}

function searchOf({ url = '' }: IncomingMessage): string {
  const start = url.indexOf('?');
  return start < 0 ? '' : url.slice(start);
}

async function sendResult(
  response: ServerResponse,
  { status = 200, headers, body }: HTTPGraphQLResponse,
  type: AnswerType | null,
) {
  if (body.kind !== 'complete') throw new Error('an answer in parts was not asked for');
  for (const [name, value] of headers) if (name !== 'content-length') response.setHeader(name, value);
  if (!type || !body.string.startsWith('{')) {
    send(response, status, headers.get('content-type') ?? 'text/plain; charset=utf-8', body.string);
    return;
  }
  const legacy = status === 400 && type.legacy ? statusFor(type, status, JSON.parse(body.string).errors) : status;
  send(response, legacy, type.contentType, body.string);
}

function refuse(response: ServerResponse, { status, code, message, headers, extensions }: Refused): void {
  setAll(response, headers);
  const body = JSON.stringify({ errors: [{ message, extensions: { code, ...extensions } }] });
  send(response, status, 'application/json; charset=utf-8', `${body}\n`);
}

function send(response: ServerResponse, status: number, contentType: string, text: string): void {
  const body = Buffer.from(text);
  response.setHeader('content-type', contentType);
  response.setHeader('content-length', body.length);
  if (!response.hasHeader('cache-control')) response.setHeader('cache-control', 'no-store');
  response.statusCode = status;
  response.end(body);
}

function setAll(response: ServerResponse, headers: Readonly<Record<string, string>> | null): void {
  for (const name in headers) response.setHeader(name, headers[name] as string);
}
