import { isSignedWebhook } from '@cartograph/runtime/signed-webhook';
import type { FastifyInstance } from 'fastify';
import type { DeliveryReport } from '../operations/deliver-notifications.ts';

const STATUS = { 'message.delivered': 'DELIVERED', 'message.bounced': 'BOUNCED' } as const;

/** What the messages sandbox reports. Other kinds of events are taken and mean nothing to us. */
export const receiveSandboxMessages =
  (secret: string, record: (report: DeliveryReport) => Promise<void>) => (app: FastifyInstance) => {
    app.post('/webhooks/sandbox', async (request, reply) => {
      const body = request.body as Buffer | undefined;
      if (!body || !isSignedWebhook(secret, request.headers['sandbox-signature'], body))
        return reply.code(401).send({ error: 'The signature is missing or wrong.' });
      const report = readReport(body);
      if (report === null) return reply.code(400).send({ error: 'The body is not an event.' });
      if (report) await record(report);
      return { received: true };
    });
  };

/** Null for what is no event, undefined for an event of another kind. */
function readReport(body: Buffer): DeliveryReport | null | undefined {
  let event: { id?: unknown; type?: unknown; data?: { reference?: unknown } };
  try {
    event = JSON.parse(body.toString());
  } catch {
    return null;
  }
  const { id, type, data } = event;
  if (typeof id !== 'string' || typeof type !== 'string' || typeof data?.reference !== 'string') return null;
  const status = Object.hasOwn(STATUS, type) ? STATUS[type as keyof typeof STATUS] : undefined;
  return status && { eventId: id, notificationId: data.reference, status };
}
