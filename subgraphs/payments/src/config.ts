import { isCurrencyCode } from '@cartograph/kernel/currency';
import { prepareListed } from '@cartograph/providers/provider';
import {
  type Env,
  readNumber,
  readPort,
  readSecret,
  readText,
  readUrl,
  SettingError,
} from '@cartograph/runtime/settings';
import { readTracesUrl } from '@cartograph/runtime/tracing/open';
import type { PaymentRoute } from './domain/payment-route.ts';
import type { ReconciliationSchedule } from './operations/run-reconciliation.ts';
import { PAYMENTS, type PreparedPayments } from './providers.ts';

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
  readonly providers: readonly PreparedPayments[];
  readonly timeoutMs: number;
  readonly routes: readonly PaymentRoute[];
}

/** The only place that reads the environment. Throws on the first missing setting, before anything listens. */
export function readConfig(env: Env): PaymentsSettings {
  const providers = prepareListed(env, PAYMENTS);
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
    timeoutMs: readNumber(env, 'PAYMENTS_TIMEOUT_MS', 3_000, { min: 100, max: 60_000 }),
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
