import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '@cartograph/runtime/logger';
import type { Execute } from '../gateway/execute.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { PreparedRequest } from '../gateway/prepared-requests.ts';
import { COST_HEADER, costExtension, wantsCost } from '../limits/cost.ts';
import { isRefused, type PersistedOperations } from '../operations/persisted.ts';
import type { LimitsSettings } from '../settings/limits.ts';
import type { RecordUsage } from '../usage/record-usage.ts';
import { admit, isRefusal, MUTATION_BY_GET } from './admission.ts';
import { type Asked, sendAnswer } from './asked.ts';
import type { Compression } from './compression.ts';
import type { Cors } from './cors.ts';
import { Exchange } from './exchange.ts';
import type { Identity } from './identity.ts';
import type { Pipeline } from './pipeline.ts';
import { readBody } from './request-body.ts';
import { checkUnknown, readJson, readSearch } from './request-text.ts';

export interface DoorParts {
  readonly gateway: Gateway;
  readonly pipeline: Pipeline;
  readonly execute: Execute;
  readonly identity: Identity;
  readonly persisted: PersistedOperations;
  readonly limits: LimitsSettings;
  readonly compression: Compression;
  readonly cors: Cors;
  readonly logger: Logger;
  readonly recordUsage?: RecordUsage;
  /** Whether known operations pass by Apollo Server's pipeline. A caller cannot tell. */
  readonly hotPath: boolean;
}

/** How long a caller waits at most, in milliseconds. */
const DEADLINE_MS = 30_000;
/** Ids from outside are kept when they are harmless in a log and a header. */
const REQUEST_ID = /^[\w.:-]{8,100}$/;

/**
 * Answers `/graphql`. What Apollo Server's pipeline has admitted once is executed without going through it again; everything
 * else it decides.
 */
export class GraphqlDoor {
  readonly #parts: DoorParts;

  constructor(parts: DoorParts) {
    this.#parts = parts;
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    const { compression, logger } = this.#parts;
    const exchange = new Exchange(request, response, compression);
    this.#answer(exchange, request).catch((error) => {
      logger.error({ err: error }, 'unexpected error');
      exchange.fail();
    });
  }

  async #answer(exchange: Exchange, request: IncomingMessage): Promise<void> {
    const { identity, cors, pipeline, limits } = this.#parts;
    const { headers, method } = request;
    const requestId = requestIdOf(request);
    exchange.header('x-request-id', requestId);
    const invited = headers.origin === undefined ? null : cors.headersFor(headers.origin);
    if (invited) exchange.headers(invited);
    if (method === 'OPTIONS') {
      if (invited) exchange.headers(cors.preflight);
      return exchange.empty(204);
    }
    if (asksForPage(request)) return pipeline.page(exchange, request);
    const type = admit(method, headers);
    if (isRefusal(type)) return exchange.refuse(type);
    const viewer = identity.peek(headers.authorization) ?? (await identity.identify(headers.authorization));
    if ('status' in viewer) return exchange.refuse(viewer);
    const context = { viewer, requestId, deadline: performance.now() + DEADLINE_MS };
    const asked: Asked = { exchange, request, type, context };
    if (method === 'GET') return this.#answerText(asked, searchOf(request));
    const text = await readBody(request, limits.body);
    if (text === undefined) return;
    return typeof text === 'string' ? this.#answerText(asked, text) : exchange.refuse(text);
  }

  async #answerText(asked: Asked, text: string): Promise<void> {
    const { gateway, persisted, pipeline, limits, hotPath } = this.#parts;
    const { exchange, request, context } = asked;
    const { requests, operations } = gateway.current();
    const remembered = hotPath ? requests.byText(text, context.viewer) : undefined;
    if (remembered) return this.#besidePipeline(asked, remembered);
    const read = request.method === 'GET' ? readSearch(text) : readJson(text, limits);
    if ('status' in read) return exchange.refuse(read);
    const { body } = read;
    const resolving = persisted.resolve(body);
    const resolved = resolving instanceof Promise ? await resolving : resolving;
    if (isRefused(resolved)) return exchange.refuse(resolved);
    const { document } = resolved;
    const prepared = hotPath ? requests.byDocument(text, document, body, context.viewer) : undefined;
    if (prepared) return this.#besidePipeline(asked, prepared);
    const { operationName } = body;
    const isKnown = !!operations.peek(document, typeof operationName === 'string' ? operationName : undefined);
    const tooMuch = isKnown ? null : checkUnknown(document, limits);
    if (tooMuch) return exchange.refuse(tooMuch);
    sendAnswer(asked, await pipeline.answer(asked, body, resolved));
  }

  /** The hot path. */
  async #besidePipeline(asked: Asked, prepared: PreparedRequest): Promise<void> {
    const { gateway, execute, recordUsage, limits } = this.#parts;
    const { exchange, request, context } = asked;
    const { operation, cost } = prepared;
    if (request.method === 'GET' && operation.compiled.kind === 'mutation') return exchange.refuse(MUTATION_BY_GET);
    recordUsage?.(operation, request.headers);
    const { data, errors } = await execute(gateway.current(), prepared, context);
    const before = errors.length > 0 ? `"errors":${JSON.stringify(errors)},` : '';
    const after = wantsCost(request.headers[COST_HEADER])
      ? `,"extensions":${JSON.stringify({ cost: costExtension(cost, context.viewer.kind, limits.cost) })}`
      : '';
    const text = `{${before}"data":${data}${after}}\n`;
    sendAnswer(asked, { status: 200, text, failed: errors.length > 0, operation });
  }
}

function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

/** A person's browser, not a program: it gets the page to try queries on, where there is one. */
const asksForPage = ({ method, headers, url }: IncomingMessage): boolean =>
  method === 'GET' && url === '/graphql' && !!headers.accept?.includes('text/html');

function searchOf({ url = '' }: IncomingMessage): string {
  const start = url.indexOf('?');
  return start < 0 ? '' : url.slice(start);
}
