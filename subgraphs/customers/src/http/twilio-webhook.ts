import type { FastifyInstance, FastifyRequest } from 'fastify';
import twilio from 'twilio';
import type { DeliveryReport } from '../operations/deliver-notifications.ts';
import type { Operations } from '../operations/index.ts';

const STATUS: Readonly<Record<string, DeliveryReport['status']>> = {
  sent: 'SENT',
  delivered: 'DELIVERED',
  read: 'DELIVERED',
  undelivered: 'BOUNCED',
  failed: 'BOUNCED',
  canceled: 'BOUNCED',
};

const PATH = '/webhooks/twilio';

export interface TwilioWebhookOptions {
  readonly authToken: string;
  readonly webhookUrl: string;
}

/**
 * What became of a message, and what was answered to one. Twilio signs the address that it calls, as the public sees it,
 * and all fields.
 */
export const receiveTwilio =
  ({ authToken, webhookUrl }: TwilioWebhookOptions) =>
  ({ recordDelivery, receiveText }: Pick<Operations, 'recordDelivery' | 'receiveText'>) =>
  (app: FastifyInstance): void => {
    /** The fields of a request that Twilio signed, or null. */
    function read(request: FastifyRequest): Readonly<Record<string, string>> | null {
      const fields = Object.fromEntries(new URLSearchParams((request.body as Buffer | undefined)?.toString() ?? ''));
      const signature = request.headers['x-twilio-signature'];
      const url = webhookUrl + request.url.slice(PATH.length);
      return typeof signature === 'string' && twilio.validateRequest(authToken, signature, url, fields) ? fields : null;
    }

    app.post<{ Querystring: { notification?: string } }>(`${PATH}/status`, async (request, reply) => {
      const fields = read(request);
      if (!fields) return reply.code(401).send({ error: 'The signature is missing or wrong.' });
      const { MessageSid: sid, MessageStatus: kind = '' } = fields;
      const { notification } = request.query;
      const status = Object.hasOwn(STATUS, kind) ? STATUS[kind] : undefined;
      if (sid && notification && status)
        await recordDelivery({ eventId: `twilio:${sid}:${kind}`, notificationId: notification, status });
      return { received: true };
    });

    app.post(`${PATH}/messages`, async (request, reply) => {
      const fields = read(request);
      if (!fields) return reply.code(401).send({ error: 'The signature is missing or wrong.' });
      const { MessageSid: sid, From: from, Body: text = '' } = fields;
      if (sid && from) await receiveText({ eventId: `twilio:${sid}`, from, text });
      // An empty answer in Twilio's own form: nothing is sent back.
      return reply.header('content-type', 'text/xml').send('<Response/>');
    });
  };
