import { AMAZON_SETTINGS } from '@cartograph/amazon-sp-api/settings';
import { type ProviderCategory, secret, setting } from '@cartograph/providers/provider';
import { checkAmazon } from './adapters/amazon/check.ts';
import { checkPinterest } from './adapters/pinterest/check.ts';
import { checkShopify } from './adapters/shopify/check.ts';
import { FEED_READERS } from './config/feed.ts';
import { SALES_CHANNELS, WAREHOUSE_SYSTEMS } from './config.ts';

/** The categories of this subgraph, for `npm run providers`. What each setting must look like is in `config.ts`. */
export const CATEGORIES: readonly ProviderCategory[] = [
  {
    name: 'warehouse',
    listedIn: 'WAREHOUSE_SYSTEMS',
    usual: () => null,
    providers: [
      {
        name: 'shopify',
        settings: {
          store: setting('SHOPIFY_STORE', 'the shop’s own name, demo.myshopify.com'),
          token: secret('SHOPIFY_ACCESS_TOKEN', 'of a custom app that reads and writes inventory, shpat_…'),
          webhook: secret('SHOPIFY_WEBHOOK_SECRET', 'the app’s secret, which signs its webhooks'),
          links: setting('SHOPIFY_LOCATIONS', 'our warehouses with their locations, Warehouse:01J…=655441491'),
        },
        check: async (env) => checkShopify(WAREHOUSE_SYSTEMS.shopify(env)),
      },
    ],
  },
  {
    name: 'sales channels',
    listedIn: 'SALES_CHANNELS',
    usual: () => null,
    providers: [
      {
        name: 'amazon',
        // The last one is read by orders, which takes in what is sold there.
        settings: {
          ...AMAZON_SETTINGS,
          shippingMethod: setting('AMAZON_SHIPPING_METHOD', 'our method for its parcels, ShippingMethod:01J…'),
        },
        check: async (env) => checkAmazon(SALES_CHANNELS.amazon(env)),
      },
    ],
  },
  {
    name: 'catalogue feeds',
    listedIn: 'CATALOGUE_FEEDS',
    usual: () => null,
    providers: [
      {
        name: 'pinterest',
        settings: {
          id: setting('PINTEREST_APP_ID', 'the number of an app that may write catalogues'),
          secret: secret('PINTEREST_APP_SECRET', 'the app’s secret'),
          country: setting('PINTEREST_COUNTRY', 'where the catalogue is shown, such as DE'),
          locale: setting('PINTEREST_LOCALE', 'in which language, such as de or en-US'),
          publicUrl: setting('PRODUCTS_PUBLIC_URL', 'where the products subgraph is reached from outside'),
          password: secret('PRODUCT_FEED_PASSWORD', 'with which the feed is fetched: at least 16 characters'),
        },
        check: async (env) => checkPinterest(FEED_READERS.pinterest(env)),
      },
    ],
  },
];
