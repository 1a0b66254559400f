import { type Provider, readSettings } from '@cartograph/providers/provider';
import type { Env } from '@cartograph/runtime/settings';
import type { Marketing } from '../../ports/marketing.ts';

const SETTINGS = {
  apiKey: { name: 'KLAVIYO_API_KEY', says: 'a private key, pk_…', secret: true, form: /^pk_\w+$/ },
  url: { name: 'KLAVIYO_URL', says: 'where the API is', fallback: 'https://a.klaviyo.com', form: 'url' },
} as const;

function readKlaviyo(env: Env) {
  const { url, apiKey } = readSettings(env, SETTINGS);
  return { apiKey, url: url.replace(/\/$/, '') };
}

export const klaviyo: Provider<Marketing, void> = {
  name: 'klaviyo',
  settings: SETTINGS,
  prepare(env) {
    const settings = readKlaviyo(env);
    return async () => {
      const { createKlaviyo } = await import('./marketing.ts');
      return createKlaviyo(settings);
    };
  },
  async check(env) {
    const { checkKlaviyo } = await import('./check.ts');
    return () => checkKlaviyo(readKlaviyo(env));
  },
};
