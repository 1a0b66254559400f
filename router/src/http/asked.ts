import type { IncomingMessage } from 'node:http';
import type { RouterContext } from '../context.ts';
import type { KnownOperation } from '../gateway/known-operations.ts';
import { cacheControlOf, NO_STORE, VARY_GET } from './cache-headers.ts';
import { etagOf, isKnown } from './etag.ts';
import type { Exchange } from './exchange.ts';
import type { AnswerType } from './negotiation.ts';

/** A request that was admitted by its headers, from a caller who is known. */
export interface Asked {
  readonly exchange: Exchange;
  readonly request: IncomingMessage;
  readonly type: AnswerType;
  readonly context: RouterContext;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** Whether there is any error in it. */
  readonly failed: boolean;
  /** What was executed; nothing, where it was refused. */
  readonly operation?: KnownOperation | undefined;
}

export function sendAnswer({ exchange, request, type, context }: Asked, answer: Answer): void {
  const { status, text, failed, operation } = answer;
  if (request.method !== 'GET' || !operation) {
    exchange.header('cache-control', NO_STORE);
    exchange.send(status, type.contentType, text);
    return;
  }
  // What may be kept says so, and what the caller has already is not sent again.
  const policy = operation.cachePolicy;
  exchange.header('cache-control', cacheControlOf({ viewer: context.viewer, policy, failed }));
  exchange.header('vary', VARY_GET);
  const etag = failed ? null : etagOf(text);
  if (etag) exchange.header('etag', etag);
  if (etag && isKnown(request.headers['if-none-match'], etag)) exchange.empty(304);
  else exchange.send(status, type.contentType, text);
}
