import type { PreparedProvider, ProviderCategory } from '@cartograph/providers/provider';
import { adyen } from './adapters/adyen/provider.ts';
import type { ListedPayments, OpenPayments, SharedSettings } from './adapters/payment-settings.ts';
import { paypal } from './adapters/paypal/provider.ts';
import { sandbox } from './adapters/sandbox-provider.ts';
import { stripe } from './adapters/stripe/provider.ts';

/** One line adds a provider. */
export const PAYMENTS: ProviderCategory<ListedPayments> = {
  name: 'payments',
  listedIn: 'PAYMENT_PROVIDERS',
  usual: () => 'sandbox',
  providers: [stripe, adyen, paypal, sandbox],
};

export type PreparedPayments = PreparedProvider<OpenPayments, SharedSettings>;

/** The category of this subgraph, for `npm run providers`. */
export const CATEGORIES: readonly ProviderCategory[] = [PAYMENTS];
