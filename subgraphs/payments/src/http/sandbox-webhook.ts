import { isSignedWebhook, MAX_WEBHOOK_BYTES, readWebhook, type WebhookEnvelope } from '@cartograph/runtime/signed-webhook';
import type { FastifyInstance } from 'fastify';

export interface SandboxWebhookOptions {
  /** Several while one replaces the other. */
  readonly secrets: readonly string[];
  /** Stores a verified event before anything else; rejects when it should be delivered again. */
  readonly receive: (event: WebhookEnvelope) => Promise<boolean>;
  readonly clock?: () => number;
}

/** The sandbox provider's events. Only signed bytes are parsed. */
export const addSandboxWebhook = (
  app: FastifyInstance,
  { secrets, receive, clock = Date.now }: SandboxWebhookOptions,
): void => {
  app.post('/webhooks/sandbox', { bodyLimit: MAX_WEBHOOK_BYTES }, async (request, reply) => {
    const body = (request.body as Buffer | undefined) ?? Buffer.alloc(0);
    if (!isSignedWebhook(secrets, request.headers['sandbox-signature'], body, clock()))
      return reply.code(401).send({ error: 'The signature is missing, wrong or too old.' });
    const event = readWebhook(body);
    if (!event) return reply.code(400).send({ error: 'The body is not an event.' });
    // Stored, it is ours: an event that cannot be applied now, or says nothing to us, need not be sent again.
    return reply.code(200).send({ received: true, applied: await receive(event) });
  });
};
