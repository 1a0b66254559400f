import { isCurrencyCode } from '@cartograph/kernel/currency';
import { readSettings, type Setting, type Settings } from '@cartograph/providers/provider';
import { type Env, SettingError } from '@cartograph/runtime/settings';

import type { QueueSettings } from './queue.ts';

/** One of Amazon's shops, and whose prices count there. */
export interface Marketplace {
  readonly id: string;
  readonly currency: string;
  /** Where a country has prices of its own. */
  readonly country: string | null;
}

export interface AmazonSettings {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
  readonly sellerId: string;
  readonly marketplaces: readonly Marketplace[];
  readonly url: string;
  readonly tokenUrl: string;
}

/** What a seller's account needs, whoever uses it: the start reads it, and `npm run providers` names what is missing. */
export const AMAZON_SETTINGS = {
  clientId: {
    name: 'AMAZON_CLIENT_ID',
    says: 'the LWA client id of the application, amzn1.application-oa2-client.…',
    form: /^amzn1\.application-oa2-client\.\w+$/,
  },
  clientSecret: {
    name: 'AMAZON_CLIENT_SECRET',
    says: 'the LWA client secret of the application',
    secret: true,
    form: /^\S{16,}$/,
  },
  refreshToken: {
    name: 'AMAZON_REFRESH_TOKEN',
    says: 'what the seller’s authorisation gave, Atzr|…',
    secret: true,
    form: /^Atzr\|\S+$/,
  },
  sellerId: { name: 'AMAZON_SELLER_ID', says: 'the seller’s merchant token, A…', form: /^A[A-Z0-9]{9,}$/ },
  marketplaces: {
    name: 'AMAZON_MARKETPLACES',
    says: 'marketplace ids with their currency, and the country whose prices count: A1PA6795UKMFR9=EUR/DE,A1F83G8C2ARO7P=GBP',
    form: /^\s*A[A-Z0-9]+=[A-Z]{3}(\/[A-Z]{2})?(\s*,\s*A[A-Z0-9]+=[A-Z]{3}(\/[A-Z]{2})?)*\s*$/,
  },
  region: { name: 'AMAZON_REGION', says: 'where the seller’s account is: na, eu or fe', form: /^(na|eu|fe)$/ },
  url: { name: 'AMAZON_URL', says: 'where the API is instead of at the region', fallback: '', form: 'url' },
  tokenUrl: {
    name: 'AMAZON_TOKEN_URL',
    says: 'where access tokens are given',
    fallback: 'https://api.amazon.com/auth/o2/token',
    form: 'url',
  },
} as const satisfies Settings;

/** What it takes to connect a seller's account, and only that. */
export const CONNECT_SETTINGS = {
  clientId: AMAZON_SETTINGS.clientId,
  clientSecret: AMAZON_SETTINGS.clientSecret,
  region: AMAZON_SETTINGS.region,
  tokenUrl: AMAZON_SETTINGS.tokenUrl,
  applicationId: {
    name: 'AMAZON_APPLICATION_ID',
    says: 'the application’s id in the developer console, amzn1.sp.solution.…',
    form: /^amzn1\.(sp\.solution|sellerapps\.app)\.[\w-]+$/,
  },
  redirectUrl: {
    name: 'AMAZON_REDIRECT_URL',
    says: 'one of the application’s OAuth redirect URIs; no page has to be there',
    form: 'url',
  },
  consentUrl: {
    name: 'AMAZON_CONSENT_URL',
    says: 'where the seller allows it instead of at the region, with ?version=beta for an application in draft',
    fallback: '',
    form: 'url',
  },
} as const satisfies Settings;

/** The queue that notifications of one kind go to. Without it they are not subscribed to, and looking has to do. */
export const queueSettings = (name: string, says: string) =>
  ({
    queue: {
      name,
      says: `an SQS queue ${says}, arn:aws:sqs:eu-west-1:123456789012:name`,
      fallback: '',
      form: /^arn:aws:sqs:[a-z0-9-]+:\d{12}:[\w-]{1,80}$/,
    },
    accessKeyId: {
      name: 'AWS_ACCESS_KEY_ID',
      says: 'whose key may read the queue; a role of the machine without it',
      fallback: '',
    },
    secretAccessKey: { name: 'AWS_SECRET_ACCESS_KEY', says: 'the secret of that key', secret: true, fallback: '' },
    endpoint: { name: 'AWS_ENDPOINT_URL_SQS', says: 'where SQS is instead', fallback: '', form: 'url' },
  }) as const satisfies Readonly<Record<string, Setting>>;

export function readQueue(env: Env, declared: ReturnType<typeof queueSettings>): { readonly queue?: QueueSettings } {
  const { queue: arn, accessKeyId, secretAccessKey, endpoint } = readSettings(env, declared);
  if (!arn) return {};
  if (Boolean(accessKeyId) !== Boolean(secretAccessKey))
    throw new SettingError(
      accessKeyId ? declared.secretAccessKey.name : declared.accessKeyId.name,
      'is not set, and its other half is.',
    );
  const keys = { accessKeyId, secretAccessKey };
  return { queue: { arn, ...(endpoint && { endpoint: endpoint.replace(/\/$/, '') }), ...(accessKeyId && { keys }) } };
}

export function readAmazon(env: Env): AmazonSettings {
  const { region, url, marketplaces, ...settings } = readSettings(env, AMAZON_SETTINGS);
  return {
    ...settings,
    url: url || `https://sellingpartnerapi-${region}.amazon.com`,
    marketplaces: marketplaces.split(',').map(readMarketplace),
  };
}

function readMarketplace(text: string): Marketplace {
  const [id = '', terms = ''] = text.trim().split('=');
  const [currency = '', country = null] = terms.split('/');
  if (!isCurrencyCode(currency))
    throw new SettingError(AMAZON_SETTINGS.marketplaces.name, `has "${currency}", which is no ISO 4217 code.`);
  return { id, currency, country };
}
