import { type Money, parseMoney } from '@cartograph/kernel/money';
import type { SubgraphClient } from '@cartograph/runtime/subgraph-client';
import type { CheckoutVariant } from '../domain/checkout.ts';
import type { Products } from '../ports.ts';

type MoneyOutput = { readonly amount: string; readonly currencyCode: string };
type VariantOutput = Omit<CheckoutVariant, 'unitPrice' | 'compareAtPrice'> & {
  readonly unitPrice: MoneyOutput | null;
  readonly compareAtPrice: MoneyOutput | null;
};

const CHECKOUT_VARIANTS = /* GraphQL */ `
  query OrdersCheckoutVariants($ids: [ID!]!, $currencyCode: CurrencyCode!) {
    checkoutVariants(ids: $ids, currencyCode: $currencyCode) {
      id productId sku productTitle title imageUrl taxClass weightGrams requiresShipping collectionIds
      availableQuantity backorder purchasable
      unitPrice { amount currencyCode }
      compareAtPrice { amount currencyCode }
    }
  }
`;

/** The products subgraph over HTTP, asked as a service. */
export const createProductsSubgraph = (client: SubgraphClient): Products => ({
  async checkoutVariants(ids, currency) {
    if (ids.length === 0) return [];
    const { checkoutVariants } = await client.ask<{ checkoutVariants: readonly VariantOutput[] }>(CHECKOUT_VARIANTS, {
      ids,
      currencyCode: currency,
    });
    return checkoutVariants.map((variant) => ({
      ...variant,
      unitPrice: toMoney(variant.unitPrice),
      compareAtPrice: toMoney(variant.compareAtPrice),
    }));
  },
});

const toMoney = (output: MoneyOutput | null): Money | null => output && parseMoney(output.amount, output.currencyCode);
