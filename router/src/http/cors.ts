import type { FastifyInstance } from 'fastify';

/** Browsers of the listed origins may call. In development any may: no cookie is ever read, so nothing is at stake. */
export function addCors(
  app: FastifyInstance,
  { corsOrigins, production }: { readonly corsOrigins: readonly string[]; readonly production: boolean },
) {
  const allows = (origin: string) => corsOrigins.includes(origin) || (!production && corsOrigins.length === 0);
  app.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    if (!origin || !allows(origin)) return;
    void reply
      .header('access-control-allow-origin', origin)
      .header('vary', 'origin')
      .header('access-control-expose-headers', 'x-request-id');
    if (request.method !== 'OPTIONS') return;
    await reply
      .code(204)
      .header('access-control-allow-methods', 'GET,POST')
      .header('access-control-allow-headers', 'content-type,authorization,x-request-id,apollo-require-preflight')
      .header('access-control-max-age', '86400')
      .send();
  });
  // Without a route for OPTIONS Fastify answers 404 before the hook's answer counts.
  app.options('/graphql', async (_request, reply) => reply.code(204).send());
}
