import { lostConnection } from '@cartograph/providers/calls';
import { withDeadline } from '@cartograph/runtime/deadline';
import { request } from 'undici';
import { notSent, undeliverable } from '../domain/send-failure.ts';
import type { Mailer, SmsSender } from '../ports/senders.ts';

const TIMEOUT_MS = 10_000;

/** Speaks to the messages sandbox. The key makes a repeat after a lost answer harmless. */
export function createSandboxMessages(
  url: string,
  from: string,
  timeoutMs = TIMEOUT_MS,
): { readonly mailer: Mailer; readonly sms: SmsSender } {
  async function post(path: string, key: string, message: object): Promise<string> {
    const { statusCode, answer } = await withDeadline(timeoutMs, async (signal) => {
      const { statusCode, body } = await request(new URL(path, url), {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify(message),
        signal,
      }).catch((cause: Error) => {
        throw lostConnection(cause).hadNoEffect ? notSent(`The provider is not there: ${cause.message}`) : cause;
      });
      return { statusCode, answer: (await body.json()) as { id?: string; error?: string } };
    });
    if (statusCode === 422) throw undeliverable(`The provider refuses the message: ${answer.error}`);
    if (statusCode >= 300 || !answer.id) throw notSent(`the provider answered ${statusCode}: ${answer.error}`);
    return answer.id;
  }
  return {
    mailer: {
      send: ({ id, to, subject, text, html }) =>
        post('/v1/emails', id, { from, to, subject, text, html, reference: id }),
    },
    sms: { send: ({ id, to, text }) => post('/v1/sms', id, { to, text, reference: id }) },
  };
}
