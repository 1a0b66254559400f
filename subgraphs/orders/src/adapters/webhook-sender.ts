import { lookup as resolveName } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { withDeadline } from '@cartograph/runtime/deadline';
import { Agent, type Dispatcher } from 'undici';
import { addressOf, isPublicAddress } from '../domain/public-address.ts';
import { type ClaimedDelivery, type WebhookAnswer, webhookBody } from '../domain/webhook.ts';
import { type WebhookTargets, webhookTargetProblem } from '../domain/webhook-target.ts';
import type { WebhookSender } from '../ports/webhooks.ts';
import { signedHeaders } from './webhook-signature.ts';

/** Read of an answer at most, in bytes: it is not for us, but a connection can be used again when it is read. */
const MAX_ANSWER = 16 * 1024;
/** Kept of an answer that is no success, in characters. */
const KEPT = 500;

export interface WebhookSenderOptions extends WebhookTargets {
  readonly timeoutMs?: number;
  readonly clock?: () => Date;
  /** Tests say here what names resolve to, and what is on the internet. */
  readonly resolve?: typeof resolveName;
  readonly isPublic?: (address: string) => boolean;
  readonly targetProblem?: typeof webhookTargetProblem;
}

/** Sends to merchants' servers, and to nobody else: not into our own network, whatever a name resolves to. */
export function createWebhookSender(options: WebhookSenderOptions): WebhookSender & { close(): Promise<void> } {
  const { privateAllowed, timeoutMs = 15_000, clock = () => new Date(), isPublic = isPublicAddress } = options;
  const problemOf = options.targetProblem ?? webhookTargetProblem;
  const mayConnect = (address: string) => privateAllowed || isPublic(address);
  const agent = new Agent({
    // A connection goes to the very addresses that were checked: the name is not resolved again.
    connect: { lookup: lookupChecked(options.resolve ?? resolveName, mayConnect), timeout: timeoutMs },
    keepAliveTimeout: 10_000,
  });
  return {
    async send(delivery, signal) {
      try {
        const problem = problemOf(delivery.url, { privateAllowed });
        if (problem) throw new Error(problem);
        const address = addressOf(new URL(delivery.url).hostname);
        // An address is connected to without a look-up.
        if (address !== null && !mayConnect(address)) throw new Error(NOT_PUBLIC);
        return await withDeadline(timeoutMs, (deadline) =>
          post(agent, delivery, clock(), AbortSignal.any([deadline, signal])),
        );
      } catch (error) {
        signal.throwIfAborted();
        return { statusCode: null, error: reasonOf(error), response: null, retryAfterSeconds: null };
      }
    },
    close: () => agent.destroy(),
  };
}

const NOT_PUBLIC = 'The name leads to an address that is not on the internet.';

/** One bad address among good ones refuses them all: who mixes them wants the bad one to be taken. */
const lookupChecked =
  (resolve: typeof resolveName, mayConnect: (address: string) => boolean): LookupFunction =>
  (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      const addresses = (found ?? []) as { address: string; family: number }[];
      const [first] = addresses;
      if (error || !first) return done(error ?? new Error(`${hostname} has no address.`), '');
      if (!addresses.every(({ address }) => mayConnect(address))) return done(new Error(NOT_PUBLIC), '');
      return options.all ? done(null, addresses) : done(null, first.address, first.family);
    });
  };

async function post(
  dispatcher: Dispatcher,
  delivery: ClaimedDelivery,
  now: Date,
  signal: AbortSignal,
): Promise<WebhookAnswer> {
  const { origin, pathname, search } = new URL(delivery.url);
  const body = webhookBody(delivery);
  const {
    statusCode,
    headers,
    body: answer,
  } = await dispatcher.request({
    origin,
    path: pathname + search,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Cartograph-Webhooks/1',
      ...signedHeaders(delivery.secrets, { id: delivery.eventId, body, now }),
    },
    body,
    signal,
  });
  const text = await readStart(answer);
  if (statusCode >= 200 && statusCode < 300)
    return { statusCode, error: null, response: null, retryAfterSeconds: null };
  // Followed, a redirect could lead anywhere, and a POST become a GET.
  const error = statusCode < 400 ? 'It redirects, which is not followed.' : `It answered ${statusCode}.`;
  return { statusCode, error, response: text.slice(0, KEPT), retryAfterSeconds: secondsOf(headers['retry-after']) };
}

async function readStart(body: Dispatcher.ResponseData['body']): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of body as AsyncIterable<Buffer>) {
    parts.push(part);
    bytes += part.length;
    if (bytes > MAX_ANSWER) break; // Ends the connection: nobody streams at us.
  }
  // What PostgreSQL cannot store is no loss.
  return Buffer.concat(parts).toString().replaceAll('\0', '');
}

const secondsOf = (header: string | string[] | undefined): number | null =>
  typeof header === 'string' && /^\d{1,9}$/.test(header) ? Number(header) : null;

function reasonOf(error: unknown): string {
  const { name, message, code } = error as Error & { readonly code?: string };
  if (name === 'TimeoutError') return 'It did not answer in time.';
  return (message || code || name).slice(0, KEPT);
}
