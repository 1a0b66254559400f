import { Unavailable } from '@cartograph/kernel/errors';
import {
  createProviderCalls,
  hadNoEffect,
  lostConnection,
  NoAnswer,
  readRetryAfter,
} from '@cartograph/providers/calls';
import { Client } from '@sendgrid/client';
import { MailService } from '@sendgrid/mail';
import { notSent, perhapsSent, undeliverable } from '../../domain/send-failure.ts';
import type { Mailer, OutgoingMail } from '../../ports/senders.ts';

export interface SendgridOptions {
  readonly apiKey: string;
  readonly baseUrl: string;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;

/** What comes back in each event of a mail: our id of it. */
export const EVENT_REFERENCE = 'notification';

/** SendGrid knows no idempotency keys: what was perhaps taken is told by its events, which `perhapsSent` waits for. */
export function createSendgridMailer(options: SendgridOptions, from: string): Mailer {
  const { timeoutMs = TIMEOUT_MS } = options;
  const service = new MailService();
  service.setClient(createSendgridClient(options));
  service.setTimeout(timeoutMs);
  // The client's own deadline ends the request; this one counts what is slow.
  const calls = createProviderCalls({ provider: 'SendGrid', timeoutMs: timeoutMs + 500 });
  return {
    async send(mail) {
      try {
        const [{ headers }] = await calls.run(false, () => service.send(toMail(mail, from)).catch(toAnswer));
        return String((headers as Record<string, string>)['x-message-id'] ?? mail.id);
      } catch (cause) {
        if (!(cause instanceof Unavailable)) throw cause;
        const reason = `SendGrid gave no answer: ${(cause.cause as Error).message}`;
        throw hadNoEffect(cause) ? notSent(reason, { cause }) : perhapsSent(reason, { cause });
      }
    },
  };
}

export function createSendgridClient({ apiKey, baseUrl }: SendgridOptions): Client {
  const client = new Client();
  client.setApiKey(apiKey);
  // After the key, which puts the usual address back.
  client.setDefaultRequest('baseUrl', baseUrl.replace(/\/?$/, '/'));
  return client;
}

const toMail = (mail: OutgoingMail, from: string) => ({
  from,
  subject: mail.subject,
  content: [
    { type: 'text/plain', value: mail.text },
    { type: 'text/html', value: mail.html },
  ] as [{ type: string; value: string }, { type: string; value: string }],
  personalizations: [{ to: mail.to, customArgs: { [EVENT_REFERENCE]: mail.id } }],
  headers: { 'Content-Language': mail.locale, 'Auto-Submitted': 'auto-generated' },
  // A link with a one-time token must lead to the shop, not by way of somebody's counter.
  trackingSettings: { clickTracking: { enable: false, enableText: false }, openTracking: { enable: false } },
});

/** What `@sendgrid/client` throws; that of a lost connection carries the request, key included, so it goes no further. */
interface SendgridError extends Error {
  readonly code?: number | string;
  readonly response?: {
    readonly headers?: Record<string, string>;
    readonly body?: { readonly errors?: readonly { readonly message?: string; readonly field?: string | null }[] };
  };
}

export function toAnswer(error: SendgridError): never {
  const { code, response } = error;
  if (typeof code !== 'number' || !response)
    throw lostConnection(Object.assign(new Error(error.message), { code: String(code ?? error.name) }));
  if (code === 429 || code >= 500)
    throw new NoAnswer(`HTTP ${code}`, {
      retryAfterMs: readRetryAfter(response.headers?.['retry-after']),
      hadNoEffect: code === 429,
    });
  const { message = 'without a reason', field = null } = response.body?.errors?.[0] ?? {};
  const reason = `SendGrid refuses the mail (${code}): ${message}`;
  // The rest is about our key, our sender or our account: a setting to correct.
  throw code === 400 && field?.startsWith('personalizations.0.to') ? undeliverable(reason) : notSent(reason);
}
