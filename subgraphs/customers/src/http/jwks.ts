import { publicKeySet, type TokenKeys } from '@cartograph/runtime/access-token';
import type { FastifyInstance } from 'fastify';

/** The public halves of the signing keys, for whoever verifies our access tokens. Nothing in it is secret. */
export const serveJwks = (keys: TokenKeys) => (app: FastifyInstance) => {
  app.get('/.well-known/jwks.json', async (_request, reply) => {
    // Short enough that a new key is known before the old one stops signing.
    reply.header('cache-control', 'public, max-age=300');
    return publicKeySet(keys);
  });
};
