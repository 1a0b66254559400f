import { type Provider, readSettings } from '@cartograph/providers/provider';
import type { Env } from '@cartograph/runtime/settings';
import type { Marketing } from '../../ports/marketing.ts';

const SETTINGS = {
  accessToken: { name: 'PINTEREST_ACCESS_TOKEN', says: 'a conversion token', secret: true, form: /^\S+$/ },
  adAccountId: {
    name: 'PINTEREST_AD_ACCOUNT_ID',
    says: 'the ad account’s number, of at most 18 digits',
    form: /^\d{1,18}$/,
  },
  url: { name: 'PINTEREST_URL', says: 'where the API is', fallback: 'https://api.pinterest.com/v5', form: 'url' },
} as const;

const readPinterest = (env: Env) => readSettings(env, SETTINGS);

export const pinterest: Provider<Marketing, void> = {
  name: 'pinterest',
  settings: SETTINGS,
  prepare(env) {
    const settings = readPinterest(env);
    return async () => {
      const { createPinterest } = await import('./marketing.ts');
      return createPinterest(settings);
    };
  },
  async check(env) {
    const { checkPinterest } = await import('./check.ts');
    return () => checkPinterest(readPinterest(env));
  },
};
