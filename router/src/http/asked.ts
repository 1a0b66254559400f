import type { IncomingMessage } from 'node:http';
import type { Viewer } from '@cartograph/kernel/viewer';
import type { Kept } from '../caching/kept.ts';
import type { RouterContext } from '../context.ts';
import type { KnownOperation } from '../gateway/known-operations.ts';
import { cacheControlOf, NO_STORE, VARY_GET } from './cache-headers.ts';
import { etagOf, isKnown } from './etag.ts';
import type { Exchange } from './exchange.ts';
import type { AnswerType } from './negotiation.ts';

/** Who asks, from where, and how. */
export interface Caller {
  readonly viewer: Viewer;
  /** Whose requests are counted together when nobody signed in; see `clientAddress`. */
  readonly address: string;
  /** A GET asks queries only: it may be sent again by anything on its way, or by a link. */
  readonly byGet: boolean;
}

/** A request that was admitted by its headers, from a caller who is known. */
export interface Asked {
  readonly exchange: Exchange;
  readonly request: IncomingMessage;
  readonly type: AnswerType;
  readonly context: RouterContext;
  readonly caller: Caller;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** `text` has as many bytes as letters, for certain. */
  readonly ascii: boolean;
  /** Whether there is any error in it. */
  readonly failed: boolean;
  /** What was executed; nothing, where it was refused. */
  readonly operation?: KnownOperation | undefined;
  /** The answer that was kept, where `text` is made of that alone. */
  readonly kept?: Kept | undefined;
}

export function sendAnswer({ exchange, request, type, caller }: Asked, answer: Answer): void {
  const { status, text, ascii, failed, operation, kept } = answer;
  if (!caller.byGet || !operation) {
    exchange.header('cache-control', NO_STORE);
    // A fresh token in it, and its length, are for its caller alone.
    if (operation?.compiled.kind === 'mutation') exchange.sendAsItIs(status, type.contentType, text, ascii);
    else exchange.send(status, type.contentType, text, ascii, kept);
    return;
  }
  // What may be kept says so, and what the caller has already is not sent again.
  const policy = operation.cachePolicy;
  exchange.header(
    'cache-control',
    cacheControlOf({ viewer: caller.viewer, policy, failed, age: kept ? (Date.now() - kept.keptAt) / 1_000 : 0 }),
  );
  exchange.header('vary', VARY_GET);
  const etag = failed ? null : etagOf(text);
  if (etag) exchange.header('etag', etag);
  if (etag && isKnown(request.headers['if-none-match'], etag)) exchange.empty(304);
  else exchange.send(status, type.contentType, text, ascii, kept);
}
