import { type KeyObject, verify } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { DeliveryReport } from '../operations/deliver-notifications.ts';
import type { Operations } from '../operations/index.ts';

const SIGNATURE = 'x-twilio-email-event-webhook-signature';
const TIMESTAMP = 'x-twilio-email-event-webhook-timestamp';

const STATUS: Readonly<Record<string, DeliveryReport['status']>> = {
  processed: 'SENT',
  delivered: 'DELIVERED',
  bounce: 'BOUNCED',
  // Never tried, because it bounced before, was called spam, or is no address.
  dropped: 'BOUNCED',
};

/**
 * What SendGrid's event webhook reports, many events at once. Their times are not held against the clock: an event that is
 * sent again, by whomever, takes no effect again.
 */
export const receiveSendgridEvents =
  (eventKey: KeyObject) =>
  ({ recordDelivery }: Pick<Operations, 'recordDelivery'>) =>
  (app: FastifyInstance): void => {
    app.post('/webhooks/sendgrid', async (request, reply) => {
      const body = request.body as Buffer | undefined;
      if (!body || !isSigned(eventKey, request.headers, body))
        return reply.code(401).send({ error: 'The signature is missing or wrong.' });
      const reports = readReports(body);
      if (!reports) return reply.code(400).send({ error: 'The body is not a list of events.' });
      for (const report of reports) await recordDelivery(report);
      return { received: reports.length };
    });
  };

function isSigned(key: KeyObject, headers: Readonly<Record<string, unknown>>, body: Buffer): boolean {
  const { [SIGNATURE]: signature, [TIMESTAMP]: time } = headers;
  if (typeof signature !== 'string' || typeof time !== 'string') return false;
  return verify('sha256', Buffer.concat([Buffer.from(time), body]), key, Buffer.from(signature, 'base64'));
}

/** Only of mails that we sent: the account may send others. Null for what is no list. */
function readReports(body: Buffer): readonly DeliveryReport[] | null {
  let events: unknown;
  try {
    events = JSON.parse(body.toString());
  } catch {
    return null;
  }
  if (!Array.isArray(events)) return null;
  return events.flatMap((event: Readonly<Record<string, unknown>> | null) => {
    const { sg_event_id: id, event: kind, notification } = event ?? {};
    const status = typeof kind === 'string' && Object.hasOwn(STATUS, kind) ? STATUS[kind] : undefined;
    if (typeof id !== 'string' || typeof notification !== 'string' || !status) return [];
    return [{ eventId: `sendgrid:${id}`, notificationId: notification, status }];
  });
}
