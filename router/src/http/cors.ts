import type { FastifyInstance } from 'fastify';

type Headers = Readonly<Record<string, string>>;

export interface Cors {
  /** What an answer to this origin carries; null where its browser is not invited. */
  headersFor(origin: string): Headers | null;
  /** What the browser's question before it carries besides. */
  readonly preflight: Headers;
}

/** Browsers of the listed origins may call. In development any may: no cookie is ever read, so nothing is at stake. */
export function createCors({
  corsOrigins,
  production,
}: {
  readonly corsOrigins: readonly string[];
  readonly production: boolean;
}): Cors {
  const allows = (origin: string) => corsOrigins.includes(origin) || (!production && corsOrigins.length === 0);
  return {
    headersFor: (origin) =>
      allows(origin)
        ? {
            'access-control-allow-origin': origin,
            vary: 'origin',
            'access-control-expose-headers': 'x-request-id,retry-after',
          }
        : null,
    preflight: {
      'access-control-allow-methods': 'GET,POST',
      'access-control-allow-headers':
        'content-type,authorization,x-request-id,apollo-require-preflight,x-apollo-operation-name,apollographql-client-name,apollographql-client-version,x-cartograph-cost,x-cartograph-query-plan',
      'access-control-max-age': '86400',
    },
  };
}

/** The same for the pages beside GraphQL. */
export function addCors(app: FastifyInstance, cors: Cors) {
  app.addHook('onRequest', async (request, reply) => {
    const headers = request.headers.origin && cors.headersFor(request.headers.origin);
    if (headers) void reply.headers(headers);
  });
}
