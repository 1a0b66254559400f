import type { GraphQLDataSource } from '@apollo/gateway';
import { CodedError } from '@cartograph/kernel/errors';
import { withDeadline } from '@cartograph/runtime/deadline';
import { ENVELOPE_HEADER, type SignEnvelope } from '@cartograph/runtime/envelope';
import type { Logger } from '@cartograph/runtime/logger';
import { Pool } from 'undici';
import type { RouterContext } from './context.ts';

export interface SubgraphSourceOptions {
  readonly name: string;
  readonly url: string;
  readonly sign: SignEnvelope;
  readonly queryTimeoutMs: number;
  readonly mutationTimeoutMs: number;
  readonly logger: Logger;
}

/** One subgraph as the gateway sees it: signed envelopes over kept connections, each call with a deadline. */
export interface SubgraphSource extends GraphQLDataSource<RouterContext> {
  /** Whether the subgraph says that it can work. */
  ready(): Promise<boolean>;
  close(): Promise<void>;
}

const MAX_CONNECTIONS = 64;
const READY_MS = 2_000;

export function createSubgraphSource(options: SubgraphSourceOptions): SubgraphSource {
  const { name, url, sign, queryTimeoutMs, mutationTimeoutMs, logger } = options;
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: MAX_CONNECTIONS });

  async function post(body: string, { viewer, requestId }: RouterContext, timeoutMs: number) {
    const headers = {
      'content-type': 'application/json',
      [ENVELOPE_HEADER]: sign({ audience: name, viewer, requestId, body }),
    };
    const { statusCode, text } = await withDeadline(timeoutMs, async (signal) => {
      const answer = await pool.request({ method: 'POST', path: pathname, headers, body, signal });
      return { statusCode: answer.statusCode, text: await answer.body.text() };
    });
    // A subgraph that refuses the envelope or answers no GraphQL is misconfigured: nothing the caller can act on.
    if (statusCode >= 500 || statusCode === 401)
      throw new Error(`${name} answered HTTP ${statusCode}: ${text.slice(0, 200)}`);
    return JSON.parse(text) as { data?: Record<string, unknown>; errors?: never[] };
  }

  return {
    async process({ request, context }) {
      const query = request.query ?? '';
      // The planner prints an operation's kind first; a query is printed in short form or with its keyword.
      const timeoutMs = query.startsWith('mutation') ? mutationTimeoutMs : queryTimeoutMs;
      const body = JSON.stringify({ query, variables: request.variables, operationName: request.operationName });
      try {
        return await post(body, context as RouterContext, timeoutMs);
      } catch (cause) {
        logger.warn(
          { err: cause, subgraph: name, requestId: (context as RouterContext).requestId },
          'subgraph gave no answer',
        );
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
