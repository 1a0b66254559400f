import { AMAZON_SETTINGS } from '@cartograph/amazon-sp-api/settings';
import type { ProviderCategory } from '@cartograph/providers/provider';
import { checkAmazon } from './adapters/amazon/check.ts';
import { SALES_CHANNELS } from './config.ts';

/** The categories of this subgraph, for `npm run providers`. */
export const CATEGORIES: readonly ProviderCategory[] = [
  {
    name: 'sales channels',
    listedIn: 'SALES_CHANNELS',
    usual: () => null,
    providers: [
      { name: 'amazon', settings: AMAZON_SETTINGS, check: async (env) => checkAmazon(SALES_CHANNELS.amazon(env)) },
    ],
  },
];
