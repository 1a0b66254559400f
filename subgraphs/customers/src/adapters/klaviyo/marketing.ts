import { createProviderCalls, NoAnswer, readRetryAfter } from '@cartograph/providers/calls';
import { ApiKeySession, DataPrivacyApi, EventsApi, ProfilesApi, RetryWithExponentialBackoff } from 'klaviyo-api';
import type { Marketing } from '../../ports/marketing.ts';
import { errorOf } from '../answer-errors.ts';
import { eventOf, profileOf, subscriptionOf, unsubscriptionOf } from './requests.ts';

export interface KlaviyoSettings {
  readonly url: string;
  readonly apiKey: string;
  readonly timeoutMs?: number;
}

/** Klaviyo. Profiles are found by e-mail address and our id, and an event counts once by its id. */
export function createKlaviyo({ url, apiKey, timeoutMs = 4_000 }: KlaviyoSettings): Marketing {
  // Who repeats is `calls`, which knows of all calls.
  const session = new ApiKeySession(apiKey, new RetryWithExponentialBackoff({ numRetries: 0 }));
  const open = <Api extends { basePath: string }>(api: Api): Api => Object.assign(api, { basePath: url });
  const profiles = open(new ProfilesApi(session));
  const events = open(new EventsApi(session));
  const privacy = open(new DataPrivacyApi(session));
  const calls = createProviderCalls({ provider: 'klaviyo', timeoutMs, attempts: 2 });
  const ask = (work: () => Promise<unknown>): Promise<unknown> =>
    calls.run(true, () =>
      work().catch((error: unknown) => {
        throw toError(error);
      }),
    );

  return {
    name: 'klaviyo',
    async putProfile(customer) {
      await ask(() => profiles.createOrUpdateProfile(profileOf(customer)));
      const unsubscription = unsubscriptionOf(customer);
      if (unsubscription) await ask(() => profiles.bulkUnsubscribeProfiles(unsubscription));
      const subscription = subscriptionOf(customer);
      if (subscription) await ask(() => profiles.bulkSubscribeProfiles(subscription));
    },
    async record(event, customer) {
      await ask(() => events.createEvent(eventOf(event, customer)));
    },
    async withdraw(customer) {
      const unsubscription = unsubscriptionOf(customer, true);
      if (unsubscription) await ask(() => profiles.bulkUnsubscribeProfiles(unsubscription));
    },
    async erase({ email }) {
      const attributes = { profile: { data: { type: 'profile' as const, attributes: { email } } } };
      const job = { data: { type: 'data-privacy-deletion-job' as const, attributes } };
      await ask(() =>
        privacy.requestProfileDeletion(job).catch((error: unknown) => {
          // It knows nobody of that address any more.
          if (answerOf(error)?.status !== 404) throw error;
        }),
      );
    },
    close: async () => {},
  };
}

interface Failure {
  readonly status: number;
  readonly data?: { readonly errors?: readonly { readonly detail?: string }[] };
  readonly headers?: Readonly<Record<string, string>>;
}

const answerOf = (error: unknown): Failure | undefined => (error as { readonly response?: Failure }).response;

/** What the official client throws: an answer inside of it, or whatever kept it from getting one. */
function toError(error: unknown): Error {
  const answer = answerOf(error);
  if (!answer) return new NoAnswer((error as Error).message, { cause: error });
  const reason = answer.data?.errors?.[0]?.detail ?? 'no reason given';
  return errorOf('klaviyo', answer.status, reason, readRetryAfter(answer.headers?.['retry-after']));
}
