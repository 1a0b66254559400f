import { Unavailable } from '@cartograph/kernel/errors';
import { createProviderCalls, hadNoEffect, lostConnection, NoAnswer } from '@cartograph/providers/calls';
import twilio from 'twilio';
import type RequestClient from 'twilio/lib/base/RequestClient.js';
import { notSent, perhapsSent, undeliverable } from '../../domain/send-failure.ts';
import type { OutgoingSms, SmsSender } from '../../ports/senders.ts';

export interface TwilioOptions {
  readonly accountSid: string;
  readonly authToken: string;
  /** A number, or a messaging service (MG…) that chooses one. */
  readonly from: string;
  /** Where Twilio reaches our webhook, as the public sees it. */
  readonly webhookUrl: string;
  readonly baseUrl: string;
  readonly timeoutMs?: number;
}

const TWILIO_URL = 'https://api.twilio.com';
const TIMEOUT_MS = 10_000;

/** Twilio's codes for a number that will never get a message: no number, no mobile, unreachable from here, or stopped. */
const FOR_GOOD = new Set([21211, 21214, 21217, 21265, 21610, 21612, 21614]);
const TOO_MANY = 20429;

/**
 * Twilio knows no idempotency keys. A message that may have been sent is looked for among those to the same number first,
 * so that it goes once.
 */
export function createTwilioSms(options: TwilioOptions): SmsSender {
  const { from, webhookUrl, timeoutMs = TIMEOUT_MS } = options;
  const client = createTwilioClient(options);
  const calls = createProviderCalls({ provider: 'Twilio', timeoutMs: timeoutMs + 500 });
  const sender = from.startsWith('MG') ? { messagingServiceSid: from } : { from };

  async function find({ to, text, perhapsSentSince }: OutgoingSms): Promise<string | null> {
    if (!perhapsSentSince) return null;
    const sent = await calls.run(true, () =>
      client.messages.list({ to, dateSentAfter: perhapsSentSince, limit: 50 }).catch(toAnswer),
    );
    return sent.find(({ body, direction }) => body === text && direction.startsWith('outbound'))?.sid ?? null;
  }

  async function create({ id, to, text }: OutgoingSms): Promise<string> {
    const statusCallback = `${webhookUrl}/status?${new URLSearchParams({ notification: id })}`;
    const message = { ...sender, to, body: text, statusCallback };
    const { sid } = await calls.run(false, () => client.messages.create(message).catch(toAnswer));
    return sid;
  }

  return {
    async send(sms) {
      const earlier = await find(sms).catch((cause: Error) => {
        // Not knowing is no reason to send it again: the whole attempt is made anew.
        throw cause instanceof Unavailable ? perhapsSent(`Twilio could not be asked: ${reasonOf(cause)}`) : cause;
      });
      if (earlier) return earlier;
      try {
        return await create(sms);
      } catch (cause) {
        if (!(cause instanceof Unavailable)) throw cause;
        const reason = `Twilio gave no answer: ${reasonOf(cause)}`;
        throw hadNoEffect(cause) ? notSent(reason, { cause }) : perhapsSent(reason, { cause });
      }
    },
  };
}

const reasonOf = ({ cause }: Unavailable): string => (cause instanceof Error ? cause.message : 'unknown');

/** The library at another address than its own, for those who have one; its own repeats are off. */
export function createTwilioClient({ accountSid, authToken, baseUrl, timeoutMs = TIMEOUT_MS }: TwilioOptions) {
  class HttpClient extends twilio.RequestClient {
    override request<T>(request: RequestClient.RequestOptions<T>) {
      return super.request<T>({ ...request, uri: request.uri.replace(TWILIO_URL, baseUrl.replace(/\/$/, '')) });
    }
  }
  return twilio(accountSid, authToken, { httpClient: new HttpClient({ timeout: timeoutMs, autoRetry: false }) });
}

/** What the library throws; the error of a lost connection carries the request, token included, so it goes no further. */
interface TwilioError extends Error {
  readonly status?: number;
  readonly code?: number | string;
}

export function toAnswer(error: TwilioError): never {
  const { status, code, message } = error;
  if (typeof status !== 'number')
    throw lostConnection(Object.assign(new Error(message), { code: String(code ?? error.name) }));
  if (status === 429 || code === TOO_MANY) throw new NoAnswer(`HTTP ${status}`, { hadNoEffect: true });
  if (status >= 500) throw new NoAnswer(`HTTP ${status}`);
  const reason = `Twilio refuses the message (${code ?? status}): ${message}`;
  throw FOR_GOOD.has(Number(code)) ? undeliverable(reason) : notSent(reason);
}
