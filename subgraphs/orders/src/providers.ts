import type { PreparedProvider, Provider, ProviderCategory } from '@cartograph/providers/provider';
import { amazon } from './adapters/amazon/provider.ts';
import type { OpenSalesChannel } from './ports/sales-channel.ts';

export type PreparedChannel = PreparedProvider<OpenSalesChannel, void>;

/** One line adds a channel. What it has for sale is told by products, under the same setting. */
export const SALES_CHANNELS: ProviderCategory<Provider<OpenSalesChannel, void>> = {
  name: 'orders of sales channels',
  listedIn: 'SALES_CHANNELS',
  usual: () => null,
  providers: [amazon],
};

/** The category of this subgraph, for `npm run providers`. */
export const CATEGORIES: readonly ProviderCategory[] = [SALES_CHANNELS];
