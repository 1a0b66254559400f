import type { PostalAddress } from '@cartograph/kernel/postal-address';
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
import type { WarehouseHours } from './domain/calendar.ts';
import { CARRIERS, type PreparedCarrier, type Webhook } from './providers.ts';

/** What `createShipping` needs; tests give it by hand. */
export interface ShippingConfig {
  readonly port: number;
  readonly envelopeSecret: string;
  readonly logLevel: string;
  /** Where traces go; see `readTracesUrl`. */
  readonly tracesUrl?: string | null;
  /** Where carriers report to us. */
  readonly webhooks?: readonly Webhook[];
}

/** Where the world is. */
export interface ShippingSettings extends ShippingConfig {
  readonly databaseUrl: string;
  readonly ordersUrl: string;
  /** Those that are on. */
  readonly carriers: readonly PreparedCarrier[];
  readonly autoBuyLabels: boolean;
  readonly hours: WarehouseHours;
  readonly shipFrom: PostalAddress;
  readonly relayEveryMs: number;
}

const SHIP_FROM =
  '{"name":"Cartograph Demo Shop","line1":"Beuthstrasse 8","city":"Berlin","postalCode":"10117","countryCode":"DE"}';

/** The only place that reads the environment. Throws on the first missing setting, before anything listens. */
export const readConfig = (env: Env): ShippingSettings => ({
  port: readPort(env, 'PORT', 4004),
  envelopeSecret: readSecret(env, 'ENVELOPE_SECRET'),
  logLevel: readText(env, 'LOG_LEVEL', 'info'),
  tracesUrl: readTracesUrl(env),
  databaseUrl: readUrl(env, 'DATABASE_URL'),
  ordersUrl: readUrl(env, 'ORDERS_URL', 'http://127.0.0.1:4002/graphql'),
  carriers: prepareListed(env, CARRIERS),
  autoBuyLabels: readSwitch(env, 'AUTO_BUY_LABELS', 'on'),
  hours: {
    timeZone: readTimeZone(env, 'SHIPPING_TIME_ZONE', 'Europe/Berlin'),
    cutOffHour: readNumber(env, 'SHIPPING_CUT_OFF_HOUR', 14, { min: 0, max: 23 }),
    holidays: readDays(env, 'SHIPPING_HOLIDAYS', '01-01,05-01,10-03,12-25,12-26'),
  },
  shipFrom: readAddress(env, 'SHIP_FROM', SHIP_FROM),
  relayEveryMs: readNumber(env, 'SHIPPING_RELAY_MS', 500, { min: 10 }),
});

function readSwitch(env: Env, name: string, fallback: string): boolean {
  const value = readText(env, name, fallback).toLowerCase();
  if (!['on', 'off', 'true', 'false', '1', '0'].includes(value)) throw new SettingError(name, 'must be "on" or "off".');
  return ['on', 'true', '1'].includes(value);
}

function readTimeZone(env: Env, name: string, fallback: string): string {
  const timeZone = readText(env, name, fallback);
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return timeZone;
  } catch (cause) {
    throw Object.assign(new SettingError(name, `must be a time zone such as Europe/Berlin, and is "${timeZone}".`), {
      cause,
    });
  }
}

function readDays(env: Env, name: string, fallback: string): readonly string[] {
  const days = readText(env, name, fallback)
    .split(',')
    .map((day) => day.trim());
  const bad = days.find((day) => !/^(\d{4}-)?\d{2}-\d{2}$/.test(day));
  if (bad !== undefined) throw new SettingError(name, `must list days like 12-25 or 2026-06-01, and has "${bad}".`);
  return days;
}

function readAddress(env: Env, name: string, fallback: string): PostalAddress {
  const absent = { company: null, line2: null, region: null, postalCode: null, phone: null };
  try {
    const given = JSON.parse(readText(env, name, fallback)) as Partial<PostalAddress>;
    const required = ['name', 'line1', 'city', 'countryCode'] as const;
    if (required.every((part) => typeof given[part] === 'string')) return { ...absent, ...given } as PostalAddress;
  } catch {
    // Falls through to the same sentence.
  }
  throw new SettingError(name, 'must be a JSON object with at least name, line1, city and countryCode.');
}
