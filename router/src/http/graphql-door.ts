import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '@cartograph/runtime/logger';
import type { GraphQLFormattedError } from 'graphql';
import type { Kept } from '../caching/kept.ts';
import type { Written } from '../execution/writer.ts';
import type { Execute } from '../gateway/execute.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { PreparedRequest, RequestBody } from '../gateway/prepared-requests.ts';
import { COST_HEADER, costExtension, wantsCost } from '../limits/cost.ts';
import type { SecurityHeaders } from '../limits/headers.ts';
import type { CheckOperation } from '../limits/operation-check.ts';
import type { Rates } from '../limits/rates.ts';
import { answerErrors, answerRefusal } from '../limits/validation-answer.ts';
import { isRefused, type PersistedOperations, type ResolvedDocument } from '../operations/persisted.ts';
import type { LimitsSettings } from '../settings/limits.ts';
import type { TellQueryPlan } from '../telemetry/query-plan.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { RecordUsage } from '../usage/record-usage.ts';
import { admit, isRefusal } from './admission.ts';
import { type Asked, sendAnswer } from './asked.ts';
import type { Compression } from './compression.ts';
import type { Cors } from './cors.ts';
import { Exchange } from './exchange.ts';
import type { Identity } from './identity.ts';
import type { Pipeline } from './pipeline.ts';
import type { Refused } from './refused.ts';
import { readBody } from './request-body.ts';
import { checkUnknown, readJson, readSearch } from './request-text.ts';

export interface DoorParts {
  readonly gateway: Gateway;
  readonly pipeline: Pipeline;
  readonly execute: Execute;
  readonly identity: Identity;
  readonly persisted: PersistedOperations;
  readonly limits: LimitsSettings;
  readonly rates: Rates;
  readonly check: CheckOperation;
  /** Who is on the other end of a connection; see `clientAddress`. */
  readonly addressOf: (request: IncomingMessage) => string;
  readonly security: SecurityHeaders;
  readonly compression: Compression;
  readonly cors: Cors;
  readonly logger: Logger;
  readonly telemetry: Pick<Telemetry, 'requests' | 'watch'>;
  readonly tellPlan: TellQueryPlan;
  readonly recordUsage?: RecordUsage;
  /** Whether known operations pass by Apollo Server's pipeline. A caller cannot tell. */
  readonly hotPath: boolean;
  readonly production: boolean;
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
    const { compression, security, logger, telemetry } = this.#parts;
    // A page brings what it needs from elsewhere, and says so itself.
    const head = asksForPage(request) ? [] : security.flat;
    const exchange = new Exchange(request, response, compression, head);
    telemetry.requests.began();
    this.#answer(exchange, request).then(
      () => telemetry.requests.ended(exchange.record),
      (error) => {
        logger.error({ err: error }, 'unexpected error');
        exchange.fail();
        telemetry.requests.ended(exchange.record);
      },
    );
  }

  async #answer(exchange: Exchange, request: IncomingMessage): Promise<void> {
    const { identity, cors, pipeline, limits, rates, addressOf, telemetry } = this.#parts;
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
    const address = addressOf(request);
    const viewer = identity.peek(headers.authorization) ?? (await identity.identify(headers.authorization, address));
    if ('status' in viewer) return exchange.refuse(viewer, type);
    const deadline = exchange.record.startedAt + DEADLINE_MS;
    const context = { viewer, requestId, deadline, watch: telemetry.watch(request, exchange.record) };
    exchange.record.context = context;
    const tooOften = rates.takeRequest(viewer, address);
    if (tooOften) return exchange.refuse(tooOften, type);
    const byGet = method === 'GET';
    const asked: Asked = { exchange, request, type, context, caller: { viewer, address, byGet } };
    if (byGet) return this.#answerText(asked, searchOf(request));
    const text = await readBody(request, limits.body);
    if (text === undefined) return;
    return typeof text === 'string' ? this.#answerText(asked, text) : exchange.refuse(text, type);
  }

  async #answerText(asked: Asked, text: string): Promise<void> {
    const { gateway, persisted, limits, hotPath } = this.#parts;
    const { exchange, type, caller } = asked;
    const { requests, operations } = gateway.current();
    const remembered = hotPath ? requests.byText(text, caller.viewer) : undefined;
    if (remembered) return this.#besidePipeline(asked, remembered);
    const read = caller.byGet ? readSearch(text, limits) : readJson(text, limits);
    if ('status' in read) return exchange.refuse(read, type);
    const { body } = read;
    const resolving = persisted.resolve(body);
    const resolved = resolving instanceof Promise ? await resolving : resolving;
    if (isRefused(resolved)) return exchange.refuse(resolved, type);
    const { document } = resolved;
    const prepared = hotPath ? requests.byDocument(text, document, body, caller.viewer) : undefined;
    if (prepared) return this.#besidePipeline(asked, prepared);
    const { operationName } = body;
    const isKnown = !!operations.peek(document, typeof operationName === 'string' ? operationName : undefined);
    const tooMuch = isKnown ? null : checkUnknown(document, limits);
    return tooMuch ? this.#refuse(asked, tooMuch) : this.#throughPipeline(asked, body, resolved);
  }

  async #throughPipeline(asked: Asked, body: RequestBody, resolved: ResolvedDocument): Promise<void> {
    const answer = await this.#parts.pipeline.answer(asked, body, resolved);
    if ('code' in answer) return this.#refuse(asked, answer);
    const { status, errors = [], data, executed } = answer;
    if (executed) this.#parts.recordUsage?.(executed.operation, asked.request.headers);
    const written = data === undefined ? undefined : { text: JSON.stringify(data), ascii: false };
    this.#send(asked, status, errors, written, executed);
  }

  /** The hot path. */
  async #besidePipeline(asked: Asked, prepared: PreparedRequest): Promise<void> {
    const { gateway, execute, check, recordUsage } = this.#parts;
    const { operation, cost } = prepared;
    asked.exchange.record.admitted(operation, cost, true);
    const refusal = check(asked.caller, operation, cost);
    if (refusal) return this.#refuse(asked, refusal);
    recordUsage?.(operation, asked.request.headers);
    const { data, ascii, errors, kept } = await execute(gateway.current(), prepared, asked.context);
    this.#send(asked, 200, errors, { text: data, ascii }, prepared, kept);
  }

  #refuse({ exchange, type, caller }: Asked, refusal: Refused): void {
    const { production } = this.#parts;
    exchange.refuse(answerRefusal(refusal, { viewer: caller.viewer.kind, production }), type);
  }

  /** `data` is absent where nothing was executed. */
  #send(
    asked: Asked,
    status: number,
    errors: readonly GraphQLFormattedError[],
    data: Written | undefined,
    executed: Pick<PreparedRequest, 'operation' | 'cost'> | undefined,
    kept?: Kept,
  ): void {
    const { limits, production } = this.#parts;
    const { kind } = asked.caller.viewer;
    const extensions = executed && this.#extensions(asked, executed);
    asked.exchange.record.answered(errors, data?.text, executed !== undefined);
    const members: string[] = [];
    if (errors.length > 0)
      members.push(`"errors":${JSON.stringify(answerErrors(errors, { viewer: kind, production }, limits.errors))}`);
    if (data !== undefined) members.push(`"data":${data.text}`);
    if (extensions) members.push(`"extensions":${JSON.stringify(extensions)}`);
    sendAnswer(asked, {
      status,
      text: `{${members.join()}}\n`,
      ascii: data?.ascii === true && errors.length === 0 && !extensions,
      failed: errors.length > 0,
      operation: executed?.operation,
      kept: members.length === 1 ? kept : undefined,
    });
  }

  /** What the caller wants to know besides, and may. */
  #extensions({ request, caller }: Asked, { operation, cost }: Pick<PreparedRequest, 'operation' | 'cost'>) {
    const { limits, tellPlan } = this.#parts;
    const tellsCost = wantsCost(request.headers[COST_HEADER]);
    const queryPlan = tellPlan(request.headers, caller.viewer, operation.compiled.plan);
    if (!tellsCost && !queryPlan) return undefined;
    return {
      ...(tellsCost && { cost: costExtension(cost, caller.viewer.kind, limits.cost) }),
      ...(queryPlan && { queryPlan }),
    };
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
