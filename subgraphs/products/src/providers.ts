import { type ProviderCategory, secret, setting } from '@cartograph/providers/provider';
import { checkShopify } from './adapters/shopify/check.ts';
import { WAREHOUSE_SYSTEMS } from './config.ts';

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
];
