import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { createProviderCalls, NoAnswer, readRetryAfter } from '@cartograph/providers/calls';
import Stripe from 'stripe';

export interface StripeOptions {
  readonly secretKey: string;
  /** Which sign its webhooks: several while one replaces the other. */
  readonly webhookSecrets: readonly string[];
  /** Stripe's own without it. */
  readonly url?: string;
  readonly timeoutMs: number;
  /** Where the buyer returns to after the bank's page. */
  readonly returnUrl?: string;
  readonly clock?: () => number;
}

/** The official client, with deadlines and repetitions of ours instead of its own. */
export function createStripeClient({ secretKey, url = 'https://api.stripe.com', timeoutMs }: StripeOptions) {
  const { protocol, hostname, port } = new URL(url);
  const agent = protocol === 'http:' ? new HttpAgent({ keepAlive: true }) : new HttpsAgent({ keepAlive: true });
  const stripe = new Stripe(secretKey, {
    protocol: protocol === 'http:' ? 'http' : 'https',
    host: hostname,
    ...(port && { port }),
    httpAgent: agent,
    timeout: timeoutMs,
    maxNetworkRetries: 0,
    telemetry: false,
  });
  const calls = createProviderCalls({ provider: 'stripe', timeoutMs });
  return {
    /** Every call of ours may be repeated: it asks a question, has a key, or leads to the same end a second time. */
    ask: <T>(work: (stripe: Stripe) => Promise<T>): Promise<T> =>
      calls.run(true, async () => {
        try {
          return await work(stripe);
        } catch (error) {
          throw toNoAnswer(error) ?? error;
        }
      }),
    // Whatever still hangs must not hold up the end of the process.
    close: async (): Promise<void> => agent.destroy(),
  };
}

export type StripeClient = ReturnType<typeof createStripeClient>;

const {
  StripeAPIError,
  StripeAuthenticationError,
  StripeConnectionError,
  StripePermissionError,
  StripeRateLimitError,
} = Stripe.errors;

/** What leaves the outcome open, as a lost answer does; null for everything that is an answer. */
function toNoAnswer(error: unknown): NoAnswer | Error | null {
  if (error instanceof StripeRateLimitError)
    return new NoAnswer('HTTP 429', { retryAfterMs: readRetryAfter(error.headers?.['retry-after']), cause: error });
  // 5xx, and 409 for a key whose first request is still being worked on.
  if (error instanceof StripeConnectionError || error instanceof StripeAPIError)
    return new NoAnswer(error.statusCode ? `HTTP ${error.statusCode}` : error.message, { cause: error });
  if (error instanceof StripeAuthenticationError || error instanceof StripePermissionError)
    return new Error('Stripe refuses the API key: correct STRIPE_SECRET_KEY.');
  return null;
}
