import type { Marketing } from '../../ports/marketing.ts';
import { answerOf, createKlaviyoClient, type KlaviyoSettings } from './client.ts';
import { eventOf, profileOf, subscriptionOf, unsubscriptionOf } from './requests.ts';

/** Klaviyo. Profiles are found by e-mail address and our id, and an event counts once by its id. */
export function createKlaviyo(settings: KlaviyoSettings): Marketing {
  const { ask, profiles, events, privacy } = createKlaviyoClient(settings);
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
