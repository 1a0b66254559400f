import { type Env, readSecrets, readUrl } from '@cartograph/runtime/settings';
import type { CarrierProvider } from './open-carrier.ts';

const readAddress = (env: Env) => ({ url: readUrl(env, 'CARRIER_SANDBOX_URL', 'http://127.0.0.1:4011') });

export const readSandbox = (env: Env) => ({
  ...readAddress(env),
  webhookSecrets: readSecrets(env, 'CARRIER_SANDBOX_SECRET'),
});

/** A part of `npm start`, which gives it all that it needs. */
export const sandbox: CarrierProvider = {
  name: 'sandbox',
  settings: {},
  prepare(env) {
    const { url } = readSandbox(env);
    return async () => {
      const { createSandboxCarrier } = await import('./sandbox-carrier.ts');
      return createSandboxCarrier({ url });
    };
  },
  async check(env) {
    if (!env.CARRIER_SANDBOX_URL?.trim()) return async () => 'it is a part of npm start';
    const { createSandboxCarrier } = await import('./sandbox-carrier.ts');
    return async () => {
      const carrier = createSandboxCarrier(readAddress(env));
      try {
        await carrier.track('NONE');
        return 'it answers';
      } finally {
        await carrier.close();
      }
    };
  },
};
