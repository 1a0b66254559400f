import { readSettings, splitList } from '@cartograph/providers/provider';
import type { Env } from '@cartograph/runtime/settings';
import { CHECK_MS, type ListedPayments, RETURN_URL } from '../payment-settings.ts';

const SETTINGS = {
  apiKey: { name: 'ADYEN_API_KEY', says: 'the API key of a web service user', secret: true, form: /^\S+$/ },
  merchantAccount: { name: 'ADYEN_MERCHANT_ACCOUNT', says: 'the merchant account' },
  hmacKeys: {
    name: 'ADYEN_HMAC_KEY',
    says: 'what signs its webhooks: 64 hexadecimal digits, as the customer area shows them once, and the next ones behind a comma',
    secret: true,
    form: /^[0-9A-Fa-f]{64}(\s*,\s*[0-9A-Fa-f]{64})*$/,
  },
  publicUrl: {
    name: 'PAYMENTS_PUBLIC_URL',
    says: 'where the payments subgraph is reached from outside',
    form: 'url',
  },
  returnUrl: RETURN_URL,
  livePrefix: {
    name: 'ADYEN_LIVE_PREFIX',
    says: 'the prefix of the live URLs; the test system without it',
    fallback: '',
  },
  url: { name: 'ADYEN_URL', says: 'where the Checkout API is instead', fallback: '', form: 'url' },
} as const;

export function readAdyen(env: Env) {
  const { hmacKeys, publicUrl, livePrefix, url, ...settings } = readSettings(env, SETTINGS);
  return {
    ...settings,
    hmacKeys: splitList(hmacKeys),
    // Adyen waits to be told that the buyer is back.
    returnsUrl: new URL('/returns/adyen', publicUrl).href,
    ...(livePrefix && { livePrefix }),
    ...(url && { url }),
  };
}

export const adyen: ListedPayments = {
  name: 'adyen',
  settings: SETTINGS,
  prepare(env) {
    const settings = readAdyen(env);
    return async ({ timeoutMs, history }) => {
      const { createAdyenPayments } = await import('./adyen-payments.ts');
      return createAdyenPayments({ ...settings, timeoutMs }, history('adyen'));
    };
  },
  async check(env) {
    const { checkAdyen } = await import('./check.ts');
    return () => checkAdyen({ ...readAdyen(env), timeoutMs: CHECK_MS });
  },
};
