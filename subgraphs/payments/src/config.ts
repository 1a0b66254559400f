import { isCurrencyCode } from '@cartograph/kernel/currency';
import { readEach, readProviderSecret } from '@cartograph/providers/provider-settings';
import {
  type Env,
  readKey,
  readNumber,
  readPort,
  readSecret,
  readSecrets,
  readText,
  readUrl,
  SettingError,
} from '@cartograph/runtime/settings';
import { readTracesUrl } from '@cartograph/runtime/tracing/open';
import type { PaymentRoute } from './domain/payment-route.ts';
import type { ReconciliationSchedule } from './operations/run-reconciliation.ts';

/** What `createPayments` needs; tests give it by hand. */
export interface PaymentsConfig {
  readonly port: number;
  readonly envelopeSecret: string;
  readonly logLevel: string;
  /** Where traces go; see `readTracesUrl`. */
  readonly tracesUrl?: string | null;
  /** The shop's page for buyers who come back from a provider's page; no such page without it. */
  readonly returnUrl?: string;
  /** When our books are compared with the providers'; never without it. */
  readonly reconciliation?: ReconciliationSchedule;
}

/** Where the world is. */
export interface PaymentsSettings extends PaymentsConfig {
  readonly databaseUrl: string;
  readonly ordersUrl: string;
  /** Those that are connected, in the order of `PAYMENT_PROVIDERS`. */
  readonly providers: readonly ProviderSettings[];
  readonly routes: readonly PaymentRoute[];
}

/** How to reach one provider: its name, and what its own line in `PROVIDERS` reads. */
export type ProviderSettings = { [Name in ProviderName]: ReturnType<(typeof PROVIDERS)[Name]> }[ProviderName];

type ProviderName = keyof typeof PROVIDERS;

/** By name, what each provider needs. A provider that is not connected needs nothing. */
export const PROVIDERS = {
  sandbox: (env: Env) => ({
    name: 'sandbox' as const,
    ...readCalls(env),
    url: readUrl(env, 'PAYMENTS_SANDBOX_URL', 'http://127.0.0.1:4010'),
    apiKey: readText(env, 'PAYMENTS_SANDBOX_KEY', 'sk_sandbox'),
    webhookSecrets: readSecrets(env, 'PAYMENTS_SANDBOX_SECRET'),
  }),
  stripe: (env: Env) => ({
    name: 'stripe' as const,
    ...readCalls(env),
    secretKey: readProviderSecret(env, 'STRIPE_SECRET_KEY', /^(sk|rk)_(test|live)_\w+$/),
    webhookSecrets: readKeys(env, 'STRIPE_WEBHOOK_SECRET'),
    ...(env.STRIPE_API_URL && { url: readUrl(env, 'STRIPE_API_URL') }),
  }),
  adyen: (env: Env) => ({
    name: 'adyen' as const,
    ...readCalls(env),
    ...readReturns(env, 'adyen'),
    apiKey: readKey(env, 'ADYEN_API_KEY'),
    merchantAccount: readText(env, 'ADYEN_MERCHANT_ACCOUNT'),
    hmacKeys: readHmacKeys(env, 'ADYEN_HMAC_KEY'),
    ...(env.ADYEN_LIVE_PREFIX && { livePrefix: readText(env, 'ADYEN_LIVE_PREFIX') }),
    ...(env.ADYEN_URL && { url: readUrl(env, 'ADYEN_URL') }),
  }),
  paypal: (env: Env) => ({
    name: 'paypal' as const,
    ...readCalls(env),
    returnUrl: readUrl(env, 'PAYMENTS_RETURN_URL'),
    clientId: readKey(env, 'PAYPAL_CLIENT_ID'),
    clientSecret: readKey(env, 'PAYPAL_CLIENT_SECRET'),
    webhookId: readText(env, 'PAYPAL_WEBHOOK_ID'),
    ...(env.PAYPAL_URL && { url: readUrl(env, 'PAYPAL_URL') }),
  }),
};

/** For a provider that waits to be told that the buyer is back. */
const readReturns = (env: Env, provider: string) => ({
  returnsUrl: new URL(`/returns/${provider}`, readUrl(env, 'PAYMENTS_PUBLIC_URL')).href,
  returnUrl: readUrl(env, 'PAYMENTS_RETURN_URL'),
});

/** Several with commas between them, while one replaces the other. */
const readKeys = (env: Env, name: string): readonly string[] =>
  readKey(env, name)
    .split(',')
    .map((key) => key.trim());

function readHmacKeys(env: Env, name: string): readonly string[] {
  const keys = readKeys(env, name);
  if (!keys.every((key) => /^[0-9A-Fa-f]{64}$/.test(key)))
    throw new SettingError(name, 'must be 64 hexadecimal digits, as the customer area shows them once.');
  return keys;
}

/** What all providers share: how long to wait for them, and where buyers come back to. */
const readCalls = (env: Env) => ({
  timeoutMs: readNumber(env, 'PAYMENTS_TIMEOUT_MS', 3_000, { min: 100, max: 60_000 }),
  ...(env.PAYMENTS_RETURN_URL && { returnUrl: readUrl(env, 'PAYMENTS_RETURN_URL') }),
});

/** The only place that reads the environment. Throws on the first missing setting, before anything listens. */
export function readConfig(env: Env): PaymentsSettings {
  const providers: readonly ProviderSettings[] = Object.values(
    readEach(env, 'PAYMENT_PROVIDERS', PROVIDERS, 'sandbox'),
  );
  return {
    port: readPort(env, 'PORT', 4003),
    envelopeSecret: readSecret(env, 'ENVELOPE_SECRET'),
    logLevel: readText(env, 'LOG_LEVEL', 'info'),
    tracesUrl: readTracesUrl(env),
    reconciliation: {
      everyMs: readNumber(env, 'PAYMENTS_RECONCILE_SECONDS', 3_600, { min: 1, max: 604_800 }) * 1_000,
      days: readNumber(env, 'PAYMENTS_RECONCILE_DAYS', 30, { min: 1, max: 366 }),
    },
    databaseUrl: readUrl(env, 'DATABASE_URL'),
    ordersUrl: readUrl(env, 'ORDERS_URL', 'http://127.0.0.1:4002/graphql'),
    providers,
    ...(env.PAYMENTS_RETURN_URL && { returnUrl: readUrl(env, 'PAYMENTS_RETURN_URL') }),
    routes: readRoutes(
      env,
      providers.map(({ name }) => name),
    ),
  };
}

/** `EUR:adyen,USD/CA:stripe`: the first that fits gets a payment, and the first provider where none does. */
function readRoutes(env: Env, connected: readonly string[]): readonly PaymentRoute[] {
  const text = env.PAYMENT_ROUTES?.trim();
  if (!text) return [];
  return text.split(',').map((part) => {
    const [, currency = '', country = '*', provider = ''] =
      /^([A-Z]{3}|\*)(?:\/([A-Z]{2}|\*))?:([a-z]+)$/.exec(part.trim()) ?? [];
    const problem = `has "${part.trim()}": write CURRENCY:provider or CURRENCY/COUNTRY:provider, * for any`;
    if (currency !== '*' && !isCurrencyCode(currency)) throw new SettingError('PAYMENT_ROUTES', `${problem}.`);
    if (!connected.includes(provider))
      throw new SettingError('PAYMENT_ROUTES', `${problem}, with a provider of PAYMENT_PROVIDERS.`);
    return { currency: currency === '*' ? null : currency, country: country === '*' ? null : country, provider };
  });
}
