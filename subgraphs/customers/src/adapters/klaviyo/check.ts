import { createKlaviyoClient, type KlaviyoSettings } from './client.ts';

/** Reads one profile, if there is any. */
export async function checkKlaviyo(settings: KlaviyoSettings): Promise<string> {
  const { ask, profiles } = createKlaviyoClient(settings);
  await ask(() => profiles.getProfiles({ pageSize: 1 }));
  return 'the key may read profiles';
}
