import { readSettings } from '@cartograph/providers/provider';
import type { Env } from '@cartograph/runtime/settings';
import { CHECK_MS, type ListedPayments, RETURN_URL } from '../payment-settings.ts';

const SETTINGS = {
  clientId: { name: 'PAYPAL_CLIENT_ID', says: 'the client id of an app', secret: true, form: /^\S+$/ },
  clientSecret: { name: 'PAYPAL_CLIENT_SECRET', says: 'the app’s secret', secret: true, form: /^\S+$/ },
  webhookId: { name: 'PAYPAL_WEBHOOK_ID', says: 'the id of the registered webhook', form: /^\S+$/ },
  returnUrl: RETURN_URL,
  url: { name: 'PAYPAL_URL', says: 'where the API is', fallback: 'https://api-m.paypal.com', form: 'url' },
} as const;

const readPaypal = (env: Env) => readSettings(env, SETTINGS);

export const paypal: ListedPayments = {
  name: 'paypal',
  settings: SETTINGS,
  prepare(env) {
    const settings = readPaypal(env);
    return async ({ timeoutMs }) => {
      const { createPaypalPayments } = await import('./paypal-payments.ts');
      return createPaypalPayments({ ...settings, timeoutMs });
    };
  },
  async check(env) {
    const { checkPaypal } = await import('./check.ts');
    return () => checkPaypal({ ...readPaypal(env), timeoutMs: CHECK_MS });
  },
};
