import { type AmazonSettings, readAmazon } from '@cartograph/amazon-sp-api/settings';
import { isCurrencyCode } from '@cartograph/kernel/currency';
import { readEach, readProviderSecret } from '@cartograph/providers/provider-settings';
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
import { type FeedSettings, readFeed } from './config/feed.ts';

/** What `createProducts` needs; tests give it by hand. */
export interface ProductsConfig {
  readonly port: number;
  readonly envelopeSecret: string;
  readonly logLevel: string;
  /** Where traces go; see `readTracesUrl`. */
  readonly tracesUrl?: string | null;
  /** The currency of prices that are asked for without one. */
  readonly defaultCurrency: string;
  /** The other systems that show our stock, each with what it needs; none without it. */
  readonly warehouseSystems?: WarehouseSystemSettings;
  /** The feed of products for others; none without it. */
  readonly feed?: FeedSettings | null;
}

export interface WarehouseSystemSettings {
  readonly shopify?: ShopifySettings;
}

/** Channels that sell what we have, each with what it needs. */
export interface SalesChannelSettings {
  readonly amazon?: AmazonSettings & { readonly buffer: number };
}

export interface ShopifySettings {
  readonly store: string;
  readonly accessToken: string;
  readonly url: string | undefined;
  readonly webhookSecret: string;
  readonly links: readonly { readonly warehouseId: string; readonly location: string }[];
}

/** Where the world is. */
export interface ProductsSettings extends ProductsConfig {
  readonly databaseUrl: string;
  /** How often holds that ran out are given back. */
  readonly holdSweepMs: number;
  /** Where routers are told what has changed. Empty: they keep nothing of ours. */
  readonly routerUrls: readonly string[];
  readonly warehouseSystems: WarehouseSystemSettings;
  readonly salesChannels: SalesChannelSettings;
  /** How often other systems and channels are told what has moved. */
  readonly stockPushMs: number;
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
  warehouseSystems: readEach(env, 'WAREHOUSE_SYSTEMS', WAREHOUSE_SYSTEMS),
  salesChannels: readEach(env, 'SALES_CHANNELS', SALES_CHANNELS),
  stockPushMs: readNumber(env, 'STOCK_PUSH_MS', 1_000, { min: 10 }),
  feed: readFeed(env),
});

/** By name, what each system needs. */
export const WAREHOUSE_SYSTEMS = {
  shopify: (env: Env): ShopifySettings => ({
    store: readStore(env, 'SHOPIFY_STORE'),
    accessToken: readProviderSecret(env, 'SHOPIFY_ACCESS_TOKEN', /^shp[a-z]{2}_\w+$/),
    url: env.SHOPIFY_URL?.trim() ? readUrl(env, 'SHOPIFY_URL') : undefined,
    webhookSecret: readProviderSecret(env, 'SHOPIFY_WEBHOOK_SECRET', /^\S{16,}$/),
    links: readLinks(env, 'SHOPIFY_LOCATIONS'),
  }),
};

export const SALES_CHANNELS = {
  amazon: (env: Env) => ({ ...readAmazon(env), buffer: readBuffer(env, 'AMAZON_STOCK_BUFFER') }),
};

function readBuffer(env: Env, name: string): number {
  const buffer = readNumber(env, name, 0);
  if (!Number.isInteger(buffer)) throw new SettingError(name, 'must be a whole number of pieces.');
  return buffer;
}

function readStore(env: Env, name: string): string {
  const store = readText(env, name).toLowerCase();
  if (!/^[a-z0-9][a-z0-9-]*\.myshopify\.com$/.test(store))
    throw new SettingError(name, `must be a shop's own name such as demo.myshopify.com, and is "${store}".`);
  return store;
}

/** `Warehouse:01J…=123,Warehouse:01K…=456`: our warehouse, and the number of the location in Shopify's admin. */
function readLinks(env: Env, name: string): ShopifySettings['links'] {
  return readText(env, name)
    .split(',')
    .map((pair) => {
      const [, warehouseId, number] =
        /^\s*(Warehouse:\w+)\s*=\s*(?:gid:\/\/shopify\/Location\/)?(\d+)\s*$/.exec(pair) ?? [];
      if (!warehouseId || !number)
        throw new SettingError(
          name,
          `must list warehouses with their locations, like Warehouse:01J…=123, and has "${pair}".`,
        );
      return { warehouseId, location: `gid://shopify/Location/${number}` };
    });
}

function readCurrency(env: Env, name: string, fallback: string): string {
  const code = readText(env, name, fallback);
  if (!isCurrencyCode(code)) throw new SettingError(name, `must be an ISO 4217 code such as EUR, and is "${code}".`);
  return code;
}
