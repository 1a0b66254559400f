import { isSignedWebhook } from '@cartograph/runtime/signed-webhook';
import type { FastifyInstance } from 'fastify';
import type { Operations } from '../operations/index.ts';
import type { CarrierMessage } from '../ports.ts';

export interface WebhookOptions {
  readonly carrier: string;
  readonly secret: string;
  readonly read: (data: unknown) => CarrierMessage | null;
}

/** What the sandbox carrier tells about parcels. Anything but a 2xx makes it say the same again later. */
export const receiveSandboxCarrier =
  ({ receiveTracking }: Pick<Operations, 'receiveTracking'>, { carrier, secret, read }: WebhookOptions) =>
  (app: FastifyInstance): void => {
    app.post('/webhooks/sandbox', async (request, reply) => {
      const body = request.body as Buffer | undefined;
      if (!body || !isSignedWebhook(secret, request.headers['sandbox-signature'], body))
        return reply.code(401).send({ error: 'The signature is missing, wrong or too old.' });
      const event = parse(body);
      if (!event) return reply.code(400).send({ error: 'The body is not an event.' });
      if (event.type !== 'tracker.updated') return { received: true };
      const message = read(event.data);
      if (message) await receiveTracking(carrier, message);
      return { received: true };
    });
  };

function parse(body: Buffer): { readonly type: string; readonly data: unknown } | null {
  try {
    const event: unknown = JSON.parse(body.toString());
    const { type, data } = (event ?? {}) as { type?: unknown; data?: unknown };
    return typeof type === 'string' ? { type, data } : null;
  } catch {
    return null;
  }
}
