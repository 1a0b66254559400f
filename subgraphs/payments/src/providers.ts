import { type ProviderCategory, secret, setting } from '@cartograph/providers/provider';
import type { Env } from '@cartograph/runtime/settings';
import { checkAdyen } from './adapters/adyen/check.ts';
import { checkPaypal } from './adapters/paypal/check.ts';
import { createSandboxPayments } from './adapters/sandbox-payments.ts';
import { checkStripe } from './adapters/stripe/check.ts';
import { PROVIDERS } from './config.ts';

const returns = setting('PAYMENTS_RETURN_URL', 'where buyers come back to from the bank’s page');

async function checkSandbox(env: Env): Promise<string> {
  if (!env.PAYMENTS_SANDBOX_URL?.trim()) return 'it is a part of npm start';
  const sandbox = createSandboxPayments(PROVIDERS.sandbox(env));
  try {
    await sandbox.find({ reference: 'Payment:none', ...NEVER });
    return 'it answers';
  } finally {
    await sandbox.close();
  }
}

const NEVER = {
  ...{ providerId: null, amount: { minor: 0, currency: 'EUR' }, capture: 'MANUAL' as const },
  ...{ buyerId: '', orderId: '', createdAt: new Date(0), isReserved: false },
};

/** The category of this subgraph, for `npm run providers`. What each setting must look like is in `config.ts`. */
export const CATEGORIES: readonly ProviderCategory[] = [
  {
    name: 'payments',
    listedIn: 'PAYMENT_PROVIDERS',
    usual: () => 'sandbox',
    providers: [
      {
        name: 'stripe',
        settings: {
          key: secret('STRIPE_SECRET_KEY', 'a secret or restricted key, sk_… or rk_…'),
          webhook: secret('STRIPE_WEBHOOK_SECRET', 'what signs its webhooks, whsec_…'),
        },
        check: async (env) => checkStripe(PROVIDERS.stripe(env)),
      },
      {
        name: 'adyen',
        settings: {
          key: secret('ADYEN_API_KEY', 'the API key of a web service user'),
          account: setting('ADYEN_MERCHANT_ACCOUNT', 'the merchant account'),
          webhook: secret('ADYEN_HMAC_KEY', 'what signs its webhooks: 64 hexadecimal digits'),
          publicUrl: setting('PAYMENTS_PUBLIC_URL', 'where the payments subgraph is reached from outside'),
          returns,
        },
        check: async (env) => checkAdyen(PROVIDERS.adyen(env)),
      },
      {
        name: 'paypal',
        settings: {
          id: secret('PAYPAL_CLIENT_ID', 'the client id of an app'),
          key: secret('PAYPAL_CLIENT_SECRET', 'the app’s secret'),
          webhook: setting('PAYPAL_WEBHOOK_ID', 'the id of the registered webhook'),
          returns,
        },
        check: async (env) => checkPaypal(PROVIDERS.paypal(env)),
      },
      {
        name: 'sandbox',
        settings: {},
        check: checkSandbox,
      },
    ],
  },
];
