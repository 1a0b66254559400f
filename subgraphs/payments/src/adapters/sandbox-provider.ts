import { type Env, readSecrets, readText, readUrl } from '@cartograph/runtime/settings';
import type { ListedPayments } from './payment-settings.ts';

const readSandbox = (env: Env) => ({
  url: readUrl(env, 'PAYMENTS_SANDBOX_URL', 'http://127.0.0.1:4010'),
  apiKey: readText(env, 'PAYMENTS_SANDBOX_KEY', 'sk_sandbox'),
  ...(env.PAYMENTS_RETURN_URL?.trim() && { returnUrl: readUrl(env, 'PAYMENTS_RETURN_URL') }),
});

/** A part of `npm start`, which gives it all that it needs. */
export const sandbox: ListedPayments = {
  name: 'sandbox',
  settings: {},
  prepare(env) {
    const settings = { ...readSandbox(env), webhookSecrets: readSecrets(env, 'PAYMENTS_SANDBOX_SECRET') };
    return async ({ timeoutMs }) => {
      const { createSandboxPayments } = await import('./sandbox-payments.ts');
      return createSandboxPayments({ ...settings, timeoutMs });
    };
  },
  async check(env) {
    if (!env.PAYMENTS_SANDBOX_URL?.trim()) return async () => 'it is a part of npm start';
    const { createSandboxPayments } = await import('./sandbox-payments.ts');
    return async () => {
      const payments = createSandboxPayments(readSandbox(env));
      try {
        await payments.find({ reference: 'Payment:none', ...NEVER });
        return 'it answers';
      } finally {
        await payments.close();
      }
    };
  },
};

const NEVER = {
  ...{ providerId: null, amount: { minor: 0, currency: 'EUR' }, capture: 'MANUAL' as const },
  ...{ buyerId: '', orderId: '', createdAt: new Date(0), isReserved: false },
};
