import { createHash, timingSafeEqual } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

export interface ServedFeed {
  readonly user: string;
  readonly password: string;
  readonly write: () => AsyncGenerator<string>;
}

/** The feed of products, for whoever was told the password: it reads the whole catalogue. */
export function serveProductFeed({ user, password, write }: ServedFeed): (app: FastifyInstance) => void {
  const expected = digest(`Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`);
  return (app) => {
    app.get('/feeds/products.csv', async (request, reply) => {
      if (!timingSafeEqual(digest(request.headers.authorization ?? ''), expected))
        return reply.code(401).header('www-authenticate', 'Basic realm="feed"').send({ error: 'Sign in.' });
      return reply.type('text/csv; charset=utf-8').send(Readable.from(write(), { objectMode: false }));
    });
  };
}
