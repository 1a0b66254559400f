import { openAmazonDouble } from '@cartograph/amazon-sp-api/testing/amazon-double';
import { hasContracts } from '@cartograph/contract-server/contracts-folder';
import type { ProviderCategory } from '@cartograph/providers/provider';
import { describe, expect, it } from 'vitest';
import { ADYEN_ACCOUNT, ADYEN_HMAC_KEY, ADYEN_KEY, openAdyenDouble } from '../subgraphs/payments/test/adyen-double.ts';
import { openPaypalDouble, PAYPAL_CLIENT, PAYPAL_WEBHOOK_ID } from '../subgraphs/payments/test/paypal-double.ts';
import { openStripeDouble, STRIPE_KEY, STRIPE_WEBHOOK_SECRET } from '../subgraphs/payments/test/stripe-double.ts';
import { EASYPOST_KEY, EASYPOST_SECRET, openEasyPostDouble } from '../subgraphs/shipping/test/easypost-double.ts';
import { openUpsDouble, UPS_ACCOUNT, UPS_CLIENT } from '../subgraphs/shipping/test/ups-double.ts';
import { CATEGORIES, reportProviders } from './providers.ts';

interface Asked extends AsyncDisposable {
  /** With the key that the double knows. */
  readonly env: Record<string, string>;
  /** The setting that has the key. */
  readonly key: string;
  /** One of the right form that nobody knows; null where no contract says how it is refused. */
  readonly wrong: string | null;
}

const RETURNS = {
  PAYMENTS_RETURN_URL: 'https://shop.example/paid',
  PAYMENTS_PUBLIC_URL: 'https://payments.example',
};

const PROVIDERS: Readonly<Record<string, () => Promise<Asked>>> = {
  async stripe() {
    const double = await openStripeDouble();
    const keys = { STRIPE_SECRET_KEY: STRIPE_KEY, STRIPE_WEBHOOK_SECRET, STRIPE_API_URL: double.server.url };
    return { ...double, env: keys, key: 'STRIPE_SECRET_KEY', wrong: 'sk_test_another' };
  },
  async adyen() {
    const double = await openAdyenDouble();
    const keys = { ADYEN_API_KEY: ADYEN_KEY, ADYEN_MERCHANT_ACCOUNT: ADYEN_ACCOUNT, ADYEN_HMAC_KEY };
    const env = { ...RETURNS, ...keys, ADYEN_URL: double.server.url };
    return { ...double, env, key: 'ADYEN_API_KEY', wrong: 'another-key' };
  },
  async paypal() {
    const double = await openPaypalDouble();
    const keys = { PAYPAL_CLIENT_ID: PAYPAL_CLIENT.id, PAYPAL_CLIENT_SECRET: PAYPAL_CLIENT.secret, PAYPAL_WEBHOOK_ID };
    const env = { ...RETURNS, ...keys, PAYPAL_URL: double.server.url };
    return { ...double, env, key: 'PAYPAL_CLIENT_SECRET', wrong: 'another-secret' };
  },
  async easypost() {
    const double = await openEasyPostDouble();
    const env = {
      ...{ EASYPOST_API_KEY: EASYPOST_KEY, EASYPOST_WEBHOOK_SECRET: EASYPOST_SECRET },
      EASYPOST_URL: double.url,
    };
    return { ...double, env, key: 'EASYPOST_API_KEY', wrong: null };
  },
  async ups() {
    const double = await openUpsDouble();
    const { clientId, clientSecret } = UPS_CLIENT;
    const env = {
      ...{ UPS_CLIENT_ID: clientId, UPS_CLIENT_SECRET: clientSecret, UPS_ACCOUNT },
      UPS_URL: double.url,
    };
    return { ...double, env, key: 'UPS_CLIENT_SECRET', wrong: 'anotherSecret' };
  },
  async amazon() {
    const double = await openAmazonDouble();
    return { ...double, key: 'AMAZON_REFRESH_TOKEN', wrong: 'Atzr|of-somebody' };
  },
};

const categoryOf = (name: string): ProviderCategory => {
  const found = CATEGORIES.find(({ providers }) => providers.some((one) => one.name === name));
  if (!found) throw new Error(`no category has ${name}`);
  return found;
};

async function report(name: string, env: Record<string, string>) {
  const category = categoryOf(name);
  const lines: string[] = [];
  const isFine = await reportProviders([category], { ...env, [category.listedIn]: name }, (line) => lines.push(line));
  return { isFine, text: lines.join('\n') };
}

describe.runIf(hasContracts())('npm run providers', () => {
  it.each(Object.keys(PROVIDERS))('tells a key that %s knows from one that it does not', async (name) => {
    await using asked = await (PROVIDERS[name] as () => Promise<Asked>)();
    const { env, key, wrong } = asked;
    expect(await report(name, env)).toMatchObject({
      isFine: true,
      text: expect.stringMatching(new RegExp(`${name} +works`)),
    });
    if (wrong !== null) {
      const refused = await report(name, { ...env, [key]: wrong });
      expect(refused).toMatchObject({ isFine: false, text: expect.stringMatching(new RegExp(`${name} +FAILS`)) });
      expect(refused.text).not.toContain(wrong);
    }
    const { [key]: _missing, ...rest } = env;
    expect(await report(name, rest)).toMatchObject({
      isFine: false,
      text: expect.stringContaining(`${key} is not set`),
    });
  });
});
