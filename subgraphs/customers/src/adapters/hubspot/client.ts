import { createProviderCalls, NoAnswer, readRetryAfter } from '@cartograph/providers/calls';
import { Client } from '@hubspot/api-client';
import { errorOf } from '../answer-errors.ts';

export interface HubspotSettings {
  readonly url: string;
  readonly accessToken: string;
  readonly timeoutMs?: number;
}

export type HubspotContacts = Client['crm']['contacts'];

/** The official client, with our deadlines and repeats in the place of its own. */
export function createHubspotClient({ url, accessToken, timeoutMs = 5_000 }: HubspotSettings) {
  const { contacts } = new Client({ accessToken, basePath: url, numberOfApiCallRetries: 0 }).crm;
  const calls = createProviderCalls({ provider: 'hubspot', timeoutMs });
  return {
    /** All that is asked is safe to repeat: a question, or an upsert or an erasure by address. */
    ask: <T>(work: (contacts: HubspotContacts) => Promise<T>): Promise<T> =>
      calls.run(true, () =>
        work(contacts).catch((error: unknown) => {
          throw toError(error);
        }),
      ),
  };
}

/** What the official client throws: an answer with `code`, or whatever kept it from getting one. */
function toError(error: unknown): Error {
  const { code, body, headers } = error as { code?: unknown; body?: unknown; headers?: Record<string, string> };
  if (typeof code !== 'number') return new NoAnswer((error as Error).message, { cause: error });
  const { message } = (body ?? {}) as { message?: unknown };
  const reason = typeof message === 'string' ? message : 'no reason given';
  return errorOf('hubspot', code, reason, readRetryAfter(headers?.['retry-after']));
}
