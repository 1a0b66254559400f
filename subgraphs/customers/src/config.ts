import { fileURLToPath } from 'node:url';
import { type PreparedProvider, prepareListed } from '@cartograph/providers/provider';
import type { TokenKeys } from '@cartograph/runtime/access-token';
import { ROOT } from '@cartograph/runtime/sdl';
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
import { type QuietHours, readQuietHours } from './domain/quiet-hours.ts';
import type { Crm } from './ports/crm.ts';
import type { Marketing } from './ports/marketing.ts';
import type { OutgoingMail, OutgoingSms } from './ports/senders.ts';
import type { TokenLifetimes } from './ports.ts';
import { CRM, MAIL, MARKETING, type PreparedSender, TEXTS, type Webhook } from './providers.ts';

/** What `createCustomers` needs; tests give it by hand. */
export interface CustomersConfig {
  readonly port: number;
  readonly envelopeSecret: string;
  readonly logLevel: string;
  /** Where traces go; see `readTracesUrl`. */
  readonly tracesUrl?: string | null;
  readonly tokenKeys: TokenKeys;
  /** Null: webhooks of the messages sandbox are not received. */
  readonly sandboxSecret: string | null;
  /** Where the providers report to us. */
  readonly webhooks?: readonly Webhook[];
}

/** Where the world is. */
export interface CustomersSettings extends CustomersConfig {
  readonly databaseUrl: string;
  readonly tokenIssuer: string;
  readonly lifetimes: TokenLifetimes;
  readonly shopName: string;
  readonly storefrontUrl: string;
  readonly mailFrom: string;
  readonly mailDir: string;
  /** Null: texts go at any time. */
  readonly quietHours: QuietHours | null;
  /** The providers that are on. */
  readonly mailers: readonly PreparedSender<OutgoingMail>[];
  readonly textSenders: readonly PreparedSender<OutgoingSms>[];
  readonly crms: readonly PreparedProvider<Crm, void>[];
  readonly marketing: readonly PreparedProvider<Marketing, void>[];
}

const DAY = 86_400;

/** The only place that reads the environment. Throws on the first missing setting, before anything listens. */
export function readConfig(env: Env): CustomersSettings {
  const sandboxUrl = env.MESSAGES_SANDBOX_URL?.trim() ? readUrl(env, 'MESSAGES_SANDBOX_URL') : null;
  return {
    port: readPort(env, 'PORT', 4005),
    envelopeSecret: readSecret(env, 'ENVELOPE_SECRET'),
    logLevel: readText(env, 'LOG_LEVEL', 'info'),
    tracesUrl: readTracesUrl(env),
    databaseUrl: readUrl(env, 'DATABASE_URL'),
    tokenKeys: readTokenKeys(env),
    tokenIssuer: readText(env, 'TOKEN_ISSUER', 'cartograph'),
    lifetimes: {
      accessSeconds: readNumber(env, 'ACCESS_TOKEN_SECONDS', 900, { min: 60, max: DAY }),
      guestSeconds: readNumber(env, 'GUEST_TOKEN_SECONDS', 30 * DAY, { min: 3600, max: 365 * DAY }),
      refreshSeconds: readNumber(env, 'REFRESH_TOKEN_SECONDS', 30 * DAY, { min: 3600, max: 365 * DAY }),
      sessionSeconds: readNumber(env, 'SESSION_SECONDS', 180 * DAY, { min: 3600, max: 730 * DAY }),
    },
    shopName: readText(env, 'SHOP_NAME', 'Cartograph'),
    storefrontUrl: readUrl(env, 'STOREFRONT_URL', 'http://127.0.0.1:3000'),
    mailFrom: readText(env, 'MAIL_FROM', 'Cartograph <shop@example.com>'),
    mailDir: readText(env, 'MAIL_DIR', fileURLToPath(new URL('.cartograph/messages', ROOT))),
    quietHours: readQuiet(env),
    mailers: prepareListed(env, MAIL),
    textSenders: prepareListed(env, TEXTS),
    crms: prepareListed(env, CRM),
    marketing: prepareListed(env, MARKETING),
    sandboxSecret: sandboxUrl ? readSecret(env, 'MESSAGES_SANDBOX_SECRET') : null,
  };
}

function readQuiet(env: Env): QuietHours | null {
  const text = readText(env, 'TEXT_QUIET_HOURS', '21:00-08:00');
  if (text === 'none') return null;
  const zone = readText(env, 'SHOP_TIME_ZONE', 'UTC');
  if (!isTimeZone(zone)) throw new SettingError('SHOP_TIME_ZONE', 'must be a time zone such as Europe/Berlin.');
  const hours = readQuietHours(text, zone);
  if (!hours) throw new SettingError('TEXT_QUIET_HOURS', 'must be a span such as 21:00-08:00, or "none".');
  return hours;
}

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).format() !== '';
  } catch {
    return false;
  }
}

/** `{"keys":[…]}` or `[…]`: private Ed25519 JWKs, the one that signs first. */
function readTokenKeys(env: Env): TokenKeys {
  const text = readText(env, 'TOKEN_KEYS');
  const problem = new SettingError(
    'TOKEN_KEYS',
    'must be JSON: a list of private Ed25519 JWKs, each with a "kid". The first signs, all verify.',
  );
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw problem;
  }
  const keys = Array.isArray(value) ? value : (value as { keys?: unknown } | null)?.keys;
  if (!Array.isArray(keys) || keys.length === 0) throw problem;
  for (const key of keys) if (key?.kty !== 'OKP' || !key.d || !key.x || !key.kid) throw problem;
  return { keys };
}
