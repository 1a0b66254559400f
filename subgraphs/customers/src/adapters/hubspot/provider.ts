import { type Provider, readSettings } from '@cartograph/providers/provider';
import type { Env } from '@cartograph/runtime/settings';
import type { Crm } from '../../ports/crm.ts';

const SETTINGS = {
  accessToken: {
    name: 'HUBSPOT_ACCESS_TOKEN',
    says: 'of a private app that reads and writes contacts',
    secret: true,
    form: /^\S+$/,
  },
  url: { name: 'HUBSPOT_URL', says: 'where the API is', fallback: 'https://api.hubapi.com', form: 'url' },
} as const;

const readHubspot = (env: Env) => readSettings(env, SETTINGS);

export const hubspot: Provider<Crm, void> = {
  name: 'hubspot',
  settings: SETTINGS,
  prepare(env) {
    const settings = readHubspot(env);
    return async () => {
      const { createHubspotCrm } = await import('./crm.ts');
      return createHubspotCrm(settings);
    };
  },
  async check(env) {
    const { checkHubspot } = await import('./check.ts');
    return () => checkHubspot(readHubspot(env));
  },
};
