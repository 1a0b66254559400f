import { isSignedWebhook, MAX_WEBHOOK_BYTES, readWebhook } from '@cartograph/runtime/signed-webhook';
import type { FastifyInstance } from 'fastify';
import type { Operations } from '../operations/index.ts';

/**
 * What the sandbox carrier tells about parcels, signed with one of the secrets: several while one replaces the other.
 * Anything but a 2xx makes it say the same again later.
 */
export const receiveSandboxCarrier =
  (secrets: readonly string[]) =>
  ({ receiveCarrierEvent }: Pick<Operations, 'receiveCarrierEvent'>) =>
  (app: FastifyInstance): void => {
    app.post('/webhooks/sandbox', { bodyLimit: MAX_WEBHOOK_BYTES }, async (request, reply) => {
      const body = (request.body as Buffer | undefined) ?? Buffer.alloc(0);
      if (!isSignedWebhook(secrets, request.headers['sandbox-signature'], body))
        return reply.code(401).send({ error: 'The signature is missing, wrong or too old.' });
      const event = readWebhook(body);
      if (!event) return reply.code(400).send({ error: 'The body is not an event.' });
      // Stored, it is ours: what cannot be applied now need not be sent again.
      return { received: true, applied: await receiveCarrierEvent('SANDBOX', event) };
    });
  };
