import { openAmazonDouble } from '@cartograph/amazon-sp-api/testing/amazon-double';
import { createAmazonOrders } from '@cartograph/amazon-sp-api/testing/amazon-orders';
import { hasContracts } from '@cartograph/contract-server/contracts-folder';
import { describe, expect, it } from 'vitest';
import { HUBSPOT_TOKEN, openHubspotDouble } from '../subgraphs/customers/test/hubspot-double.ts';
import { KLAVIYO_KEY, openKlaviyoDouble } from '../subgraphs/customers/test/klaviyo-double.ts';
import { openPinterestDouble, PINTEREST } from '../subgraphs/customers/test/pinterest-double.ts';
import { openSalesforceDouble, SALESFORCE_USER } from '../subgraphs/customers/test/salesforce-double.ts';
import { PARTNER_WSDL } from '../subgraphs/customers/test/soap-validation.ts';
import { ADYEN_ACCOUNT, ADYEN_HMAC_KEY, ADYEN_KEY, openAdyenDouble } from '../subgraphs/payments/test/adyen-double.ts';
import { openPaypalDouble, PAYPAL_CLIENT, PAYPAL_WEBHOOK_ID } from '../subgraphs/payments/test/paypal-double.ts';
import { openStripeDouble, STRIPE_KEY, STRIPE_WEBHOOK_SECRET } from '../subgraphs/payments/test/stripe-double.ts';
import { openPinterestCatalogue, PINTEREST_APP } from '../subgraphs/products/test/pinterest-catalogue-double.ts';
import { openShopifyDouble, SHOPIFY_SECRET, SHOPIFY_TOKEN } from '../subgraphs/products/test/shopify-double.ts';
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
  /** What a check would leave behind at the provider; none where all it could do is ask. */
  readonly left?: () => number;
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
  async 'sales channels/amazon'() {
    const double = await openAmazonDouble();
    return { ...double, env: double.env, key: 'AMAZON_REFRESH_TOKEN', wrong: 'Atzr|of-somebody' };
  },
  async 'orders of sales channels/amazon'() {
    const double = await openAmazonDouble(createAmazonOrders());
    const env = { ...double.env, AMAZON_SHIPPING_METHOD: 'ShippingMethod:01JDEM0STANDARD00000000000' };
    return { ...double, env, key: 'AMAZON_REFRESH_TOKEN', wrong: 'Atzr|of-somebody' };
  },
  async shopify() {
    const double = await openShopifyDouble();
    const env = {
      ...{ SHOPIFY_STORE: 'demo.myshopify.com', SHOPIFY_ACCESS_TOKEN: SHOPIFY_TOKEN, SHOPIFY_URL: double.url },
      ...{ SHOPIFY_WEBHOOK_SECRET: SHOPIFY_SECRET, SHOPIFY_LOCATIONS: 'Warehouse:A=655441491' },
    };
    double.addItem('TEE-M');
    return { ...double, env, key: 'SHOPIFY_ACCESS_TOKEN', wrong: 'shpat_another', left: double.sets };
  },
  async hubspot() {
    const double = await openHubspotDouble();
    const env = { HUBSPOT_ACCESS_TOKEN: HUBSPOT_TOKEN, HUBSPOT_URL: double.url };
    return { ...double, env, key: 'HUBSPOT_ACCESS_TOKEN', wrong: 'pat-eu1-another', left: () => double.contacts.size };
  },
  async salesforce() {
    const double = await openSalesforceDouble();
    const { username, password } = SALESFORCE_USER;
    const env = {
      ...{ SALESFORCE_WSDL: PARTNER_WSDL, SALESFORCE_LOGIN_URL: double.loginUrl },
      ...{ SALESFORCE_USERNAME: username, SALESFORCE_PASSWORD: password },
    };
    return { ...double, env, key: 'SALESFORCE_PASSWORD', wrong: 'anotherWord', left: () => double.records.length };
  },
  async klaviyo() {
    const double = await openKlaviyoDouble();
    const env = { KLAVIYO_API_KEY: KLAVIYO_KEY, KLAVIYO_URL: double.url };
    return { ...double, env, key: 'KLAVIYO_API_KEY', wrong: 'pk_another', left: () => double.profiles.size };
  },
  async 'marketing/pinterest'() {
    const double = await openPinterestDouble();
    const env = {
      ...{ PINTEREST_ACCESS_TOKEN: PINTEREST.accessToken, PINTEREST_AD_ACCOUNT_ID: PINTEREST.adAccountId },
      PINTEREST_URL: double.apiUrl,
    };
    const left = () => double.events.size;
    return { ...double, env, key: 'PINTEREST_ACCESS_TOKEN', wrong: 'pina_another', left };
  },
  async 'catalogue feeds/pinterest'() {
    const double = await openPinterestCatalogue();
    const { appId, appSecret } = PINTEREST_APP;
    const env = {
      ...{ PINTEREST_APP_ID: appId, PINTEREST_APP_SECRET: appSecret, PINTEREST_URL: double.apiUrl },
      ...{ PINTEREST_COUNTRY: 'DE', PINTEREST_LOCALE: 'de', PRODUCTS_PUBLIC_URL: 'https://products.example' },
      PRODUCT_FEED_PASSWORD: 'a-password-of-the-feed',
    };
    const left = () => double.feeds.length;
    return { ...double, env, key: 'PINTEREST_APP_SECRET', wrong: 'another-secret', left };
  },
};

/** By its name, and where that stands in several categories, by the category's, too. */
function find(label: string) {
  const [name = '', within] = label.split('/').reverse();
  const category = CATEGORIES.find(
    (one) => (within ?? one.name) === one.name && one.providers.some((provider) => provider.name === name),
  );
  if (!category) throw new Error(`no category has ${label}`);
  return { name, category };
}

async function report(label: string, env: Record<string, string>) {
  const { name, category } = find(label);
  const lines: string[] = [];
  const isFine = await reportProviders([category], { ...env, [category.listedIn]: name }, (line) => lines.push(line));
  return { isFine, text: lines.join('\n') };
}

describe.runIf(hasContracts())('npm run providers', () => {
  it.each(Object.keys(PROVIDERS))('tells a key that %s knows from one that it does not', async (label) => {
    const { name } = find(label);
    await using asked = await (PROVIDERS[label] as () => Promise<Asked>)();
    const { env, key, wrong, left = () => 0 } = asked;
    expect(await report(label, env)).toMatchObject({
      isFine: true,
      text: expect.stringMatching(new RegExp(`${name} +works`)),
    });
    if (wrong !== null) {
      const refused = await report(label, { ...env, [key]: wrong });
      expect(refused).toMatchObject({ isFine: false, text: expect.stringMatching(new RegExp(`${name} +FAILS`)) });
      expect(refused.text).not.toContain(wrong);
    }
    const { [key]: _missing, ...rest } = env;
    expect(await report(label, rest)).toMatchObject({
      isFine: false,
      text: expect.stringContaining(`${key} is not set`),
    });
    expect(left()).toBe(0);
  });
});
