import { isCurrencyCode } from '@cartograph/kernel/currency';
import { prepareListed } from '@cartograph/providers/provider';
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
import type { FeedReader } from './ports/feed-reader.ts';
import type { SalesChannel } from './ports/sales-channel.ts';
import type { WarehouseSystem } from './ports/warehouse-system.ts';
import { CATALOGUE_FEEDS, type Prepared, SALES_CHANNELS, WAREHOUSE_SYSTEMS, type Webhook } from './providers.ts';

/** What `createProducts` needs; tests give it by hand. */
export interface ProductsConfig {
  readonly port: number;
  readonly envelopeSecret: string;
  readonly logLevel: string;
  /** Where traces go; see `readTracesUrl`. */
  readonly tracesUrl?: string | null;
  /** The currency of prices that are asked for without one. */
  readonly defaultCurrency: string;
  /** Where the providers report to us. */
  readonly webhooks?: readonly Webhook[];
  /** The feed of products for others; none without it. */
  readonly feed?: FeedSettings | null;
}

/** Where the world is. */
export interface ProductsSettings extends ProductsConfig {
  readonly databaseUrl: string;
  /** How often holds that ran out are given back. */
  readonly holdSweepMs: number;
  /** Where routers are told what has changed. Empty: they keep nothing of ours. */
  readonly routerUrls: readonly string[];
  /** Other systems that show our stock. */
  readonly warehouseSystems: readonly Prepared<WarehouseSystem>[];
  /** Channels that sell what we have. */
  readonly salesChannels: readonly Prepared<SalesChannel>[];
  /** Who fetches the feed: without anybody there is none. */
  readonly feedReaders: readonly Prepared<FeedReader>[];
  /** How often other systems and channels are told what has moved. */
  readonly stockPushMs: number;
}

/** The only place that reads the environment. Throws on the first missing setting, before anything listens. */
export function readConfig(env: Env): ProductsSettings {
  const feedReaders = prepareListed(env, CATALOGUE_FEEDS);
  return {
    port: readPort(env, 'PORT', 4001),
    envelopeSecret: readSecret(env, 'ENVELOPE_SECRET'),
    logLevel: readText(env, 'LOG_LEVEL', 'info'),
    tracesUrl: readTracesUrl(env),
    defaultCurrency: readCurrency(env, 'DEFAULT_CURRENCY', 'EUR'),
    databaseUrl: readUrl(env, 'DATABASE_URL'),
    holdSweepMs: readNumber(env, 'HOLD_SWEEP_MS', 5_000, { min: 100 }),
    routerUrls: readUrls(env, 'ROUTER_URLS'),
    warehouseSystems: prepareListed(env, WAREHOUSE_SYSTEMS),
    salesChannels: prepareListed(env, SALES_CHANNELS),
    stockPushMs: readNumber(env, 'STOCK_PUSH_MS', 1_000, { min: 10 }),
    feedReaders,
    feed: feedReaders.length > 0 ? readFeed(env) : null,
  };
}

function readCurrency(env: Env, name: string, fallback: string): string {
  const code = readText(env, name, fallback);
  if (!isCurrencyCode(code)) throw new SettingError(name, `must be an ISO 4217 code such as EUR, and is "${code}".`);
  return code;
}
