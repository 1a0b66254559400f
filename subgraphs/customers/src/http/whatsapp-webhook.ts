import { createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { DeliveryReport } from '../operations/deliver-notifications.ts';
import type { Operations } from '../operations/index.ts';
import type { TextReply } from '../operations/text-wishes.ts';

const STATUS: Readonly<Record<string, DeliveryReport['status']>> = {
  sent: 'SENT',
  delivered: 'DELIVERED',
  read: 'DELIVERED',
  failed: 'BOUNCED',
};

const PATH = '/webhooks/whatsapp';

export interface WhatsappWebhookOptions {
  readonly appSecret: string;
  readonly verifyToken: string;
}

/** What became of a message, and what was answered to one. */
export const receiveWhatsapp =
  ({ appSecret, verifyToken }: WhatsappWebhookOptions) =>
  ({ recordDelivery, receiveText }: Pick<Operations, 'recordDelivery' | 'receiveText'>) =>
  (app: FastifyInstance): void => {
    // Asked once, when the address is given to Meta: whoever knows the word is the app's owner.
    app.get<{ Querystring: Record<string, string> }>(PATH, async ({ query }, reply) => {
      const { 'hub.mode': mode, 'hub.verify_token': word, 'hub.challenge': challenge = '' } = query;
      const isOwner = mode === 'subscribe' && typeof word === 'string' && isSame(word, verifyToken);
      return isOwner ? reply.type('text/plain').send(challenge) : reply.code(403).send({ error: 'Wrong token.' });
    });

    app.post(PATH, async (request, reply) => {
      const body = request.body as Buffer | undefined;
      const signature = String(request.headers['x-hub-signature-256'] ?? '');
      if (!body || !isSame(signature, `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`))
        return reply.code(401).send({ error: 'The signature is missing or wrong.' });
      const changes = readChanges(body);
      if (!changes) return reply.code(400).send({ error: 'The body is no notification.' });
      for (const { statuses = [], messages = [] } of changes) {
        for (const report of statuses.flatMap(toReport)) await recordDelivery(report);
        for (const text of messages.flatMap(toReply)) await receiveText(text);
      }
      return { received: true };
    });
  };

function isSame(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}

interface Status {
  readonly id?: string;
  readonly status?: string;
  readonly biz_opaque_callback_data?: string;
}

interface Message {
  readonly id?: string;
  readonly from?: string;
  readonly text?: { readonly body?: string };
  readonly button?: { readonly text?: string };
  readonly interactive?: { readonly button_reply?: { readonly title?: string } };
}

interface Change {
  readonly statuses?: readonly Status[];
  readonly messages?: readonly Message[];
}

function readChanges(body: Buffer): readonly Change[] | null {
  try {
    const { entry } = JSON.parse(body.toString()) as { entry?: readonly { changes?: readonly { value?: Change }[] }[] };
    if (!Array.isArray(entry)) return null;
    return entry.flatMap(({ changes = [] }) => changes.flatMap(({ value }: { value?: Change }) => value ?? []));
  } catch {
    return null;
  }
}

function toReport({ id, status = '', biz_opaque_callback_data: notificationId }: Status): DeliveryReport[] {
  const ours = Object.hasOwn(STATUS, status) ? STATUS[status] : undefined;
  return id && ours && notificationId ? [{ eventId: `whatsapp:${id}:${status}`, notificationId, status: ours }] : [];
}

/** Words, whether typed or on a button. */
function toReply({ id, from, text, button, interactive }: Message): TextReply[] {
  const words = text?.body ?? button?.text ?? interactive?.button_reply?.title;
  return id && from && typeof words === 'string' ? [{ eventId: `whatsapp:${id}`, from: `+${from}`, text: words }] : [];
}
