import { type ProviderCategory, secret, setting } from '@cartograph/providers/provider';
import type { Env } from '@cartograph/runtime/settings';
import { checkEasyPost } from './adapters/easypost/check.ts';
import { createSandboxCarrier } from './adapters/sandbox-carrier.ts';
import { checkUps } from './adapters/ups/check.ts';
import { CARRIERS } from './config.ts';

const TIMEOUT_MS = 10_000;

async function checkSandbox(env: Env): Promise<string> {
  if (!env.CARRIER_SANDBOX_URL?.trim()) return 'it is a part of npm start';
  const sandbox = createSandboxCarrier(CARRIERS.sandbox(env));
  try {
    await sandbox.track('NONE');
    return 'it answers';
  } finally {
    await sandbox.close();
  }
}

/** The category of this subgraph, for `npm run providers`. What each setting must look like is in `config.ts`. */
export const CATEGORIES: readonly ProviderCategory[] = [
  {
    name: 'carriers',
    listedIn: 'CARRIERS',
    usual: () => 'sandbox',
    providers: [
      {
        name: 'easypost',
        settings: {
          key: secret('EASYPOST_API_KEY', 'EZAK…, or EZTK… for tests'),
          webhook: secret('EASYPOST_WEBHOOK_SECRET', 'what signs its webhooks: at least 16 characters'),
        },
        check: async (env) => checkEasyPost({ ...CARRIERS.easypost(env), timeoutMs: TIMEOUT_MS }),
      },
      {
        name: 'ups',
        settings: {
          id: setting('UPS_CLIENT_ID', 'the client id of an app'),
          key: secret('UPS_CLIENT_SECRET', 'the app’s secret'),
          account: secret('UPS_ACCOUNT', 'the shipper’s six characters'),
        },
        check: async (env) => checkUps({ ...CARRIERS.ups(env), timeoutMs: TIMEOUT_MS }),
      },
      {
        name: 'sandbox',
        settings: {},
        check: checkSandbox,
      },
    ],
  },
];
