import { type Env, readNumber, readPort, readSecret, readSecrets, readText, readUrl } from '@cartograph/runtime/settings';
import { readTracesUrl } from '@cartograph/runtime/tracing/open';
import type { ReconciliationSchedule } from './operations/run-reconciliation.ts';

/** What `createPayments` needs; tests give it by hand. */
export interface PaymentsConfig {
  readonly port: number;
  readonly envelopeSecret: string;
  /** The provider's; several while one replaces the other. */
  readonly webhookSecrets: readonly string[];
  readonly logLevel: string;
  /** Where traces go; see `readTracesUrl`. */
  readonly tracesUrl?: string | null;
  /** When our books are compared with the provider's; never without it. */
  readonly reconciliation?: ReconciliationSchedule;
}

/** Where the world is. */
export interface PaymentsSettings extends PaymentsConfig {
  readonly databaseUrl: string;
  readonly ordersUrl: string;
  readonly provider: {
    readonly url: string;
    readonly apiKey: string;
    readonly timeoutMs: number;
    readonly returnUrl?: string;
  };
}

/** The only place that reads the environment. Throws on the first missing setting, before anything listens. */
export const readConfig = (env: Env): PaymentsSettings => ({
  port: readPort(env, 'PORT', 4003),
  envelopeSecret: readSecret(env, 'ENVELOPE_SECRET'),
  webhookSecrets: readSecrets(env, 'PAYMENTS_SANDBOX_SECRET'),
  logLevel: readText(env, 'LOG_LEVEL', 'info'),
  tracesUrl: readTracesUrl(env),
  reconciliation: {
    everyMs: readNumber(env, 'PAYMENTS_RECONCILE_SECONDS', 3_600, { min: 1, max: 604_800 }) * 1_000,
    days: readNumber(env, 'PAYMENTS_RECONCILE_DAYS', 30, { min: 1, max: 366 }),
  },
  databaseUrl: readUrl(env, 'DATABASE_URL'),
  ordersUrl: readUrl(env, 'ORDERS_URL', 'http://127.0.0.1:4002/graphql'),
  provider: {
    url: readUrl(env, 'PAYMENTS_SANDBOX_URL', 'http://127.0.0.1:4010'),
    apiKey: readText(env, 'PAYMENTS_SANDBOX_KEY', 'sk_sandbox'),
    timeoutMs: readNumber(env, 'PAYMENTS_TIMEOUT_MS', 3_000, { min: 100, max: 60_000 }),
    ...(env.PAYMENTS_RETURN_URL && { returnUrl: readUrl(env, 'PAYMENTS_RETURN_URL') }),
  },
});
