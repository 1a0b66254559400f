import { codeOf, type ErrorCode } from '@cartograph/kernel/errors';
import { createEnvelopeOpener, ENVELOPE_HEADER, envelopeKey } from '@cartograph/runtime/envelope';
import type { Logger } from '@cartograph/runtime/logger';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { readAnnouncement } from '../caching/announcement.ts';
import type { Caches } from '../caching/open-caches.ts';

export interface PurgeDoorParts {
  /** Absent in front of subgraphs that know no envelopes: then there is no such door. */
  readonly envelopeSecret?: string;
  readonly caches: Pick<Caches, 'announce' | 'responses' | 'entities'>;
  readonly logger: Logger;
}

/** An announcement is cut by its subgraph long before. */
const MAX_BODY_BYTES = 1024 * 1024;

/** `POST /purge`: a subgraph says what has changed, in a signed envelope. Nobody can say it for another. */
export function addPurge(app: FastifyInstance, { envelopeSecret, caches, logger }: PurgeDoorParts): void {
  if (!envelopeSecret) return;
  const openEnvelope = createEnvelopeOpener('router', envelopeKey(envelopeSecret, 'router'));
  // Where nothing is kept, subgraphs need not say much.
  const understood = caches.responses || caches.entities ? 204 : 202;
  app.register(async (scope) => {
    // The envelope is over the bytes as they came.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.post('/purge', { bodyLimit: MAX_BODY_BYTES }, async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      let issuer: string;
      try {
        issuer = openEnvelope(request.headers[ENVELOPE_HEADER] as string | undefined, body).issuer;
      } catch (error) {
        if (codeOf(error) !== 'UNAUTHENTICATED') throw error;
        return refuse(reply, 401, 'UNAUTHENTICATED', (error as Error).message);
      }
      const announcement = readAnnouncement(body.toString());
      if (!announcement) return refuse(reply, 400, 'BAD_REQUEST', 'The body is no announcement of changes.');
      if (announcement.feed !== issuer)
        return refuse(reply, 403, 'FORBIDDEN', 'A subgraph speaks for itself, and for no other.');
      try {
        await caches.announce(announcement);
      } catch (error) {
        logger.warn({ err: error, feed: issuer }, 'what changed could not be told to the other routers');
        return refuse(reply, 503, 'SERVICE_UNAVAILABLE', 'The other routers cannot be told now.');
      }
      return reply.code(understood).send();
    });
  });
}

const refuse = (reply: FastifyReply, status: number, code: ErrorCode, message: string) =>
  reply.code(status).send({ errors: [{ message, extensions: { code } }] });
