import { CodedError, codeOf, Unavailable } from '@cartograph/kernel/errors';
import type { Viewer } from '@cartograph/kernel/viewer';
import { Pool } from 'undici';
import { currentRequestId, timeLeftToWork } from './current-request.ts';
import { DEADLINE_HEADER } from './deadline.ts';
import { ENVELOPE_HEADER, type SignEnvelope } from './envelope.ts';
import { currentSpan } from './tracing/current-span.ts';
import { inSpan, type Span } from './tracing/span.ts';
import { askWithin } from './whole-answer.ts';

export interface SubgraphClient {
  /** Sends one operation as the calling service. Throws `Unavailable` when the outcome is unknown. */
  ask<T>(document: string, variables: object): Promise<T>;
  close(): Promise<void>;
}

export interface SubgraphClientOptions {
  readonly from: string;
  readonly to: string;
  readonly url: string;
  readonly sign: SignEnvelope;
  readonly timeoutMs?: number;
}

/** How a subgraph calls its neighbour's `@inaccessible` fields: over HTTP, in a signed envelope, with a deadline. */
export function createSubgraphClient({
  from,
  to,
  url,
  sign,
  timeoutMs = 5_000,
}: SubgraphClientOptions): SubgraphClient {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: 32, headersTimeout: timeoutMs, bodyTimeout: timeoutMs });
  const viewer: Viewer = { kind: 'service', service: from };

  type Answer = { data?: unknown; errors?: { message: string; extensions?: object }[] };

  /** In a span of its own where the request that it is for is traced. */
  function send(body: string): Promise<Answer> {
    const span = currentSpan()?.child(`call ${to}`, { kind: 'client', attributes: { 'cartograph.subgraph': to } });
    return span ? inSpan(span, () => post(body, span)) : post(body);
  }

  async function post(body: string, span?: Span): Promise<Answer> {
    const withinMs = Math.min(timeoutMs, timeLeftToWork());
    if (withinMs <= 0) throw new Unavailable(to, { timedOut: true });
    try {
      const envelope = sign({ audience: to, viewer, requestId: currentRequestId(), body });
      const headers = {
        'content-type': 'application/json',
        [ENVELOPE_HEADER]: envelope,
        [DEADLINE_HEADER]: String(Math.ceil(withinMs)),
        ...(span && { traceparent: span.traceparent }),
      };
      return JSON.parse(await askWithin(pool, { method: 'POST', path: pathname, headers, body }, withinMs));
    } catch (cause) {
      throw new Unavailable(to, { cause, timedOut: (cause as Error).name === 'TimeoutError' });
    }
  }

  return {
    async ask<T>(document: string, variables: object) {
      const { data, errors } = await send(JSON.stringify({ query: document, variables }));
      const [error] = errors ?? [];
      if (!error) return data as T;
      const code = codeOf(error);
      // A defect over there is no answer: the effect may have happened.
      if (!code || code === 'SERVICE_UNAVAILABLE' || code === 'DEADLINE_EXCEEDED')
        throw new Unavailable(to, { cause: new Error(error.message) });
      throw new CodedError(code, error.message);
    },
    close: () => pool.close(),
  };
}
