import { readSettings, splitList } from '@cartograph/providers/provider';
import type { Env } from '@cartograph/runtime/settings';
import { CHECK_MS, type ListedPayments, RETURN_URL } from '../payment-settings.ts';

const SETTINGS = {
  secretKey: {
    name: 'STRIPE_SECRET_KEY',
    says: 'a secret or restricted key, sk_… or rk_…',
    secret: true,
    form: /^(sk|rk)_(test|live)_\w+$/,
  },
  webhookSecrets: {
    name: 'STRIPE_WEBHOOK_SECRET',
    says: 'what signs its webhooks, whsec_…, and the next one behind a comma while one replaces the other',
    secret: true,
    form: /^whsec_[^\s,]+(\s*,\s*whsec_[^\s,]+)*$/,
  },
  returnUrl: { ...RETURN_URL, fallback: '' },
  url: { name: 'STRIPE_API_URL', says: 'where the API is', fallback: 'https://api.stripe.com', form: 'url' },
} as const;

export function readStripe(env: Env) {
  const { webhookSecrets, returnUrl, ...settings } = readSettings(env, SETTINGS);
  return { ...settings, webhookSecrets: splitList(webhookSecrets), ...(returnUrl && { returnUrl }) };
}

export const stripe: ListedPayments = {
  name: 'stripe',
  settings: SETTINGS,
  prepare(env) {
    const settings = readStripe(env);
    return async ({ timeoutMs }) => {
      const { createStripePayments } = await import('./stripe-payments.ts');
      return createStripePayments({ ...settings, timeoutMs });
    };
  },
  async check(env) {
    const { checkStripe } = await import('./check.ts');
    return () => checkStripe({ ...readStripe(env), timeoutMs: CHECK_MS });
  },
};
