import type { PreparedProvider, Provider, ProviderCategory } from '@cartograph/providers/provider';
import type { FastifyInstance } from 'fastify';
import { amazon } from './adapters/amazon/provider.ts';
import { pinterest } from './adapters/pinterest/provider.ts';
import { readShopify, shopify } from './adapters/shopify/provider.ts';
import { receiveShopify } from './http/shopify-webhook.ts';
import type { Operations } from './operations/index.ts';
import type { FeedReader } from './ports/feed-reader.ts';
import type { SalesChannel } from './ports/sales-channel.ts';
import type { WarehouseSystem } from './ports/warehouse-system.ts';

export type Webhook = (operations: Operations) => (app: FastifyInstance) => void;
export type Prepared<Port> = PreparedProvider<Port, void, Webhook>;
type Category<Port> = ProviderCategory<Provider<Port, void, Webhook>>;

/** One line adds a provider. */
export const WAREHOUSE_SYSTEMS: Category<WarehouseSystem> = {
  name: 'warehouse',
  listedIn: 'WAREHOUSE_SYSTEMS',
  usual: () => null,
  providers: [{ ...shopify, webhook: async (env) => receiveShopify(readShopify(env).webhookSecret) }],
};

export const SALES_CHANNELS: Category<SalesChannel> = {
  name: 'sales channels',
  listedIn: 'SALES_CHANNELS',
  usual: () => null,
  providers: [amazon],
};

/** What every reader needs of us. */
export const FEED_SETTINGS = {
  publicUrl: {
    name: 'PRODUCTS_PUBLIC_URL',
    says: 'where the products subgraph is reached from outside',
    form: 'url',
  },
  password: {
    name: 'PRODUCT_FEED_PASSWORD',
    says: 'with which the feed is fetched: at least 16 characters',
    secret: true,
    form: /^\S{16,}$/,
  },
} as const;

export const CATALOGUE_FEEDS: Category<FeedReader> = {
  name: 'catalogue feeds',
  listedIn: 'CATALOGUE_FEEDS',
  usual: () => null,
  providers: [{ ...pinterest, settings: { ...pinterest.settings, ...FEED_SETTINGS } }],
};

/** The categories of this subgraph, for `npm run providers`. */
export const CATEGORIES: readonly ProviderCategory[] = [WAREHOUSE_SYSTEMS, SALES_CHANNELS, CATALOGUE_FEEDS];
