import { createProviderCalls, NoAnswer, readRetryAfter } from '@cartograph/providers/calls';
import { Client } from '@hubspot/api-client';
import { refusedData, type SyncedCustomer } from '../../domain/sync.ts';
import type { Crm } from '../../ports/crm.ts';
import { errorOf } from '../answer-errors.ts';
import { contactProperties } from './contact.ts';

export interface HubspotSettings {
  readonly url: string;
  readonly accessToken: string;
  readonly timeoutMs?: number;
}

/** HubSpot's contacts. They are found by e-mail address, so that one that the sales people made is taken over. */
export function createHubspotCrm({ url, accessToken, timeoutMs = 5_000 }: HubspotSettings): Crm {
  const client = new Client({ accessToken, basePath: url, numberOfApiCallRetries: 0 });
  const { basicApi, batchApi } = client.crm.contacts;
  const calls = createProviderCalls({ provider: 'hubspot', timeoutMs });

  // All of it is safe to repeat: an upsert and an erasure by address.
  const ask = <T>(work: () => Promise<T>): Promise<T> =>
    calls.run(true, () =>
      work().catch((error: unknown) => {
        throw toError(error);
      }),
    );

  async function put(customer: SyncedCustomer): Promise<void> {
    const input = { idProperty: 'email', id: customer.email, properties: contactProperties(customer) };
    const answer = await ask(() => batchApi.upsert({ inputs: [input] }));
    // HTTP 207: a batch of one in which nothing went well.
    const [problem] = 'errors' in answer ? (answer.errors ?? []) : [];
    if (problem) throw refusedData(`hubspot refuses this: ${problem.message}`);
  }

  return {
    name: 'hubspot',
    putCustomer: put,
    putOrder: (_order, customer) => put(customer),
    async erase({ email }) {
      await ask(() => basicApi.purge({ idProperty: 'email', objectId: email }));
    },
    close: async () => {},
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
