import { CodedError } from '@cartograph/kernel/errors';
import { withDeadline } from '@cartograph/runtime/deadline';
import { ENVELOPE_HEADER, type SignEnvelope } from '@cartograph/runtime/envelope';
import type { Logger } from '@cartograph/runtime/logger';
import { Pool } from 'undici';
import type { RouterContext } from './context.ts';
import type { SubgraphAnswer, SubgraphClient } from './subgraphs/subgraph-client.ts';

export interface SubgraphSourceOptions {
  readonly name: string;
  readonly url: string;
  readonly sign?: SignEnvelope;
  readonly queryTimeoutMs: number;
  readonly mutationTimeoutMs: number;
  readonly logger: Logger;
}

const MAX_CONNECTIONS = 64;
const READY_MS = 2_000;

/** One subgraph as the gateway sees it: signed envelopes over kept connections, each call with a deadline. */
export function createSubgraphSource(options: SubgraphSourceOptions): SubgraphClient {
  const { name, url, sign, queryTimeoutMs, mutationTimeoutMs, logger } = options;
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: MAX_CONNECTIONS });

  async function post(body: string, { viewer, requestId }: RouterContext, timeoutMs: number) {
    const headers = {
      'content-type': 'application/json',
      ...(sign && { [ENVELOPE_HEADER]: sign({ audience: name, viewer, requestId, body }) }),
    };
    const { statusCode, text } = await withDeadline(timeoutMs, async (signal) => {
      const answer = await pool.request({ method: 'POST', path: pathname, headers, body, signal });
      return { statusCode: answer.statusCode, text: await answer.body.text() };
    });
    // A subgraph that refuses the envelope or answers no GraphQL is misconfigured: nothing the caller can act on.
    if (statusCode >= 500 || statusCode === 401)
      throw new Error(`${name} answered HTTP ${statusCode}: ${text.slice(0, 200)}`);
    return JSON.parse(text) as SubgraphAnswer;
  }

  return {
    name,
    async send({ body, kind }, context) {
      try {
        return await post(body, context, kind === 'mutation' ? mutationTimeoutMs : queryTimeoutMs);
      } catch (cause) {
        logger.warn({ err: cause, subgraph: name, requestId: context.requestId }, 'subgraph gave no answer');
        throw new CodedError(
          (cause as Error).name === 'TimeoutError' ? 'DEADLINE_EXCEEDED' : 'SERVICE_UNAVAILABLE',
          undefined,
          { cause },
        );
      }
    },
    async ready() {
      try {
        const { statusCode, body } = await pool.request({
          method: 'GET',
          path: '/readyz',
          signal: AbortSignal.timeout(READY_MS),
        });
        await body.dump();
        return statusCode === 200;
      } catch {
        return false; // No answer is the answer.
      }
    },
    close: () => pool.destroy(),
  };
}
