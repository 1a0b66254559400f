import { readSettings } from '@cartograph/providers/provider';
import type { Env } from '@cartograph/runtime/settings';
import { type CarrierProvider, CHECK_MS } from '../open-carrier.ts';

const SETTINGS = {
  clientId: { name: 'UPS_CLIENT_ID', says: 'the client id of an app' },
  clientSecret: { name: 'UPS_CLIENT_SECRET', says: 'the app’s secret', secret: true, form: /^\S+$/ },
  account: { name: 'UPS_ACCOUNT', says: 'the shipper’s six characters', secret: true, form: /^[0-9A-Za-z]{6}$/ },
  url: { name: 'UPS_URL', says: 'where the API is', fallback: 'https://onlinetools.ups.com', form: 'url' },
} as const;

const readUps = (env: Env) => readSettings(env, SETTINGS);

export const ups: CarrierProvider = {
  name: 'ups',
  settings: SETTINGS,
  prepare(env) {
    const settings = readUps(env);
    return async (purchases) => {
      const { createUps } = await import('./carrier.ts');
      return createUps(settings, purchases);
    };
  },
  async check(env) {
    const { checkUps } = await import('./check.ts');
    return () => checkUps({ ...readUps(env), timeoutMs: CHECK_MS });
  },
};
