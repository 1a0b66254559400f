import { Unavailable } from '@cartograph/kernel/errors';
import { createProviderCalls, hadNoEffect } from '@cartograph/providers/calls';
import { createProviderHttp, type ProviderHttp } from '@cartograph/providers/http';
import { notSent, perhapsSent, undeliverable } from '../../domain/send-failure.ts';
import type { OutgoingSms, SmsSender } from '../../ports/senders.ts';

export interface WhatsappOptions {
  readonly accessToken: string;
  readonly phoneNumberId: string;
  /** An approved template whose body is one parameter. */
  readonly template: string;
  /** With the version of the API: `https://graph.facebook.com/v23.0`. */
  readonly baseUrl: string;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;

/** Meta's codes for a recipient who can get no message: without WhatsApp, or not reachable by it. */
const FOR_GOOD = new Set([131026, 131021]);

/**
 * Messages that begin a conversation must be of an approved template, so all of them are: our line of text is its parameter.
 * The API knows no idempotency keys; its events tell of what was perhaps sent.
 */
export function createWhatsappChat(options: WhatsappOptions): SmsSender {
  const { phoneNumberId, template } = options;
  const http = createWhatsappHttp(options);
  return {
    async send(sms) {
      try {
        const body = toTemplateMessage(sms, template);
        const answer = await http.send({ method: 'POST', path: `/${phoneNumberId}/messages`, body, mayRepeat: false });
        const id: unknown = answer.body?.messages?.[0]?.id;
        if (answer.status < 300 && typeof id === 'string') return id;
        throw toFailure(answer.status, answer.body?.error);
      } catch (cause) {
        if (!(cause instanceof Unavailable)) throw cause;
        const reason = `WhatsApp gave no answer: ${(cause.cause as Error).message}`;
        throw hadNoEffect(cause) ? notSent(reason, { cause }) : perhapsSent(reason, { cause });
      }
    },
    close: () => http.close(),
  };
}

export const createWhatsappHttp = ({ accessToken, baseUrl, timeoutMs = TIMEOUT_MS }: WhatsappOptions): ProviderHttp =>
  createProviderHttp({
    baseUrl,
    calls: createProviderCalls({ provider: 'WhatsApp', timeoutMs }),
    headers: async () => ({ authorization: `Bearer ${accessToken}` }),
  });

const toTemplateMessage = ({ id, to, text, locale }: OutgoingSms, template: string) => ({
  messaging_product: 'whatsapp',
  recipient_type: 'individual',
  to,
  type: 'template',
  template: {
    name: template,
    language: { policy: 'deterministic', code: locale },
    components: [{ type: 'body', parameters: [{ type: 'text', text }] }],
  },
  // Comes back in each event of the message.
  biz_opaque_callback_data: id,
});

interface GraphError {
  readonly message?: string;
  readonly code?: number;
}

export function toFailure(status: number, { message = 'without a reason', code }: GraphError = {}): Error {
  const reason = `WhatsApp refuses the message (${code ?? status}): ${message}`;
  return code !== undefined && FOR_GOOD.has(code) ? undeliverable(reason) : notSent(reason);
}
