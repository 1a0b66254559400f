import { readSettings } from '@cartograph/providers/provider';
import type { Env } from '@cartograph/runtime/settings';
import { type CarrierProvider, CHECK_MS } from '../open-carrier.ts';

const SETTINGS = {
  apiKey: { name: 'EASYPOST_API_KEY', says: 'EZAK…, or EZTK… for tests', secret: true, form: /^EZ[AT]K\w{8,}$/ },
  webhookSecret: {
    name: 'EASYPOST_WEBHOOK_SECRET',
    says: 'what signs its webhooks: at least 16 characters',
    secret: true,
    form: /^.{16,}$/u,
  },
  labelFormat: { name: 'EASYPOST_LABEL_FORMAT', says: 'PDF or PNG', fallback: 'PDF', form: /^(PDF|PNG)$/i },
  url: { name: 'EASYPOST_URL', says: 'where the API is', fallback: 'https://api.easypost.com/v2/', form: 'url' },
} as const;

export function readEasyPost(env: Env) {
  const { labelFormat, ...settings } = readSettings(env, SETTINGS);
  return { ...settings, labelFormat: labelFormat.toUpperCase() as 'PDF' | 'PNG' };
}

export const easypost: CarrierProvider = {
  name: 'easypost',
  settings: SETTINGS,
  prepare(env) {
    const settings = readEasyPost(env);
    return async (purchases) => {
      const { createEasyPost } = await import('./carrier.ts');
      return createEasyPost(settings, purchases);
    };
  },
  async check(env) {
    const { checkEasyPost } = await import('./check.ts');
    return () => checkEasyPost({ ...readEasyPost(env), timeoutMs: CHECK_MS });
  },
};
