import { isCurrencyCode } from '@cartograph/kernel/currency';
import {
  type Env,
  readNumber,
  readPort,
  readSecret,
  readText,
  readUrl,
  readUrls,
  SettingError,
} from '@cartograph/runtime/settings';
import { readTracesUrl } from '@cartograph/runtime/tracing/open';

/** What `createProducts` needs; tests give it by hand. */
export interface ProductsConfig {
  readonly port: number;
  readonly envelopeSecret: string;
  readonly logLevel: string;
  /** Where traces go; see `readTracesUrl`. */
  readonly tracesUrl?: string | null;
  /** The currency of prices that are asked for without one. */
  readonly defaultCurrency: string;
}

/** Where the world is. */
export interface ProductsSettings extends ProductsConfig {
  readonly databaseUrl: string;
  /** How often holds that ran out are given back. */
  readonly holdSweepMs: number;
  /** Where routers are told what has changed. Empty: they keep nothing of ours. */
  readonly routerUrls: readonly string[];
}

/** The only place that reads the environment. Throws on the first missing setting, before anything listens. */
export const readConfig = (env: Env): ProductsSettings => ({
  port: readPort(env, 'PORT', 4001),
  envelopeSecret: readSecret(env, 'ENVELOPE_SECRET'),
  logLevel: readText(env, 'LOG_LEVEL', 'info'),
  tracesUrl: readTracesUrl(env),
  defaultCurrency: readCurrency(env, 'DEFAULT_CURRENCY', 'EUR'),
  databaseUrl: readUrl(env, 'DATABASE_URL'),
  holdSweepMs: readNumber(env, 'HOLD_SWEEP_MS', 5_000, { min: 100 }),
  routerUrls: readUrls(env, 'ROUTER_URLS'),
});

function readCurrency(env: Env, name: string, fallback: string): string {
  const code = readText(env, name, fallback);
  if (!isCurrencyCode(code)) throw new SettingError(name, `must be an ISO 4217 code such as EUR, and is "${code}".`);
  return code;
}
