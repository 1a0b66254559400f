import type { Logger } from '@cartograph/runtime/logger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Gateway } from '../gateway/gateway.ts';

/** `/healthz` says that the process runs, `/readyz` that every subgraph can work. */
export function addHealth(app: FastifyInstance, gateway: Gateway, logger: Logger) {
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const states = [...gateway.current().subgraphs].map(async ([name, client]) =>
      (await client.ready()) ? [] : [name],
    );
    const down = (await Promise.all(states)).flat();
    if (down.length === 0) return { status: 'ready' };
    logger.warn({ down }, 'not ready');
    return reply.code(503).send({ status: 'not ready', waitingFor: down });
  });
}

/** What Fastify refuses or fails at, beside GraphQL. */
export const unexpected =
  (logger: Logger) => (error: Error & { statusCode?: number }, _request: FastifyRequest, reply: FastifyReply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) logger.error({ err: error }, 'unexpected error');
    const message = status >= 500 ? 'Something went wrong on our side.' : error.message;
    return reply
      .code(status)
      .send({ errors: [{ message, extensions: { code: status >= 500 ? 'INTERNAL_SERVER_ERROR' : 'BAD_REQUEST' } }] });
  };
