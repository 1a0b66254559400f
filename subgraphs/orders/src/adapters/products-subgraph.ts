import { type Money, parseMoney } from '@cartograph/kernel/money';
import type { SubgraphClient } from '@cartograph/runtime/subgraph-client';
import type { CheckoutVariant } from '../domain/checkout.ts';
import type { OutOfStockLine } from '../domain/place-order.ts';
import type { StockAllocation, StockLine } from '../domain/stock-line.ts';
import type { Products, Stock } from '../ports.ts';

type MoneyOutput = { readonly amount: string; readonly currencyCode: string };
type VariantOutput = Omit<CheckoutVariant, 'unitPrice' | 'compareAtPrice'> & {
  readonly unitPrice: MoneyOutput | null;
  readonly compareAtPrice: MoneyOutput | null;
};

const VARIANT = /* GraphQL */ `
  id productId sku productTitle title imageUrl taxClass weightGrams requiresShipping collectionIds
  availableQuantity backorder purchasable
  unitPrice { amount currencyCode }
  compareAtPrice { amount currencyCode }
`;
const CHECKOUT_VARIANTS = /* GraphQL */ `
  query OrdersCheckoutVariants($ids: [ID!]!, $currencyCode: CurrencyCode!) {
    variants: checkoutVariants(ids: $ids, currencyCode: $currencyCode) { ${VARIANT} }
  }
`;
const VARIANTS_BY_SKU = /* GraphQL */ `
  query OrdersVariantsBySku($skus: [String!]!) { variants: checkoutVariantsBySku(skus: $skus) { ${VARIANT} } }
`;

/** The products subgraph over HTTP, asked as a service. */
export const createProductsSubgraph = (client: SubgraphClient): Products => {
  async function ask(document: string, variables: object): Promise<readonly CheckoutVariant[]> {
    const { variants } = await client.ask<{ variants: readonly VariantOutput[] }>(document, variables);
    return variants.map((variant) => ({
      ...variant,
      unitPrice: toMoney(variant.unitPrice),
      compareAtPrice: toMoney(variant.compareAtPrice),
    }));
  }
  return {
    checkoutVariants: async (ids, currency) =>
      ids.length === 0 ? [] : ask(CHECKOUT_VARIANTS, { ids, currencyCode: currency }),
    variantsBySku: async (skus) => (skus.length === 0 ? [] : ask(VARIANTS_BY_SKU, { skus })),
  };
};

const toMoney = (output: MoneyOutput | null): Money | null => output && parseMoney(output.amount, output.currencyCode);

type HoldOutput =
  | { readonly __typename: 'StockHeld'; readonly allocations: readonly StockAllocation[] }
  | { readonly __typename: 'InsufficientStock'; readonly lines: readonly OutOfStockLine[] };

const HOLD_STOCK = /* GraphQL */ `
  mutation OrdersHoldStock($input: HoldStockInput!) {
    answer: holdStock(input: $input) {
      __typename
      ... on StockHeld { allocations { variantId warehouseId quantity } }
      ... on InsufficientStock { lines { variantId requested available } }
    }
  }
`;
const COMMIT_STOCK = /* GraphQL */ `
  mutation OrdersCommitStock($orderId: ID!) {
    answer: commitStock(orderId: $orderId) { variantId warehouseId quantity }
  }
`;
const RELEASE_STOCK = /* GraphQL */ `
  mutation OrdersReleaseStock($orderId: ID!) { answer: releaseStock(orderId: $orderId) }
`;
const RESTOCK_ORDER = /* GraphQL */ `
  mutation OrdersRestockOrder($orderId: ID!, $lines: [StockLineInput!]!, $key: String!) {
    answer: restockOrder(orderId: $orderId, lines: $lines, key: $key)
  }
`;

/** Stock, which the products subgraph keeps. */
export const createStock = (client: SubgraphClient): Stock => {
  const ask = async <T = boolean>(document: string, variables: object): Promise<T> =>
    (await client.ask<{ answer: T }>(document, variables)).answer;
  return {
    async hold(orderId, lines, expiresInSeconds) {
      const input = { orderId, lines: lines.map(toStockLine), expiresInSeconds };
      const { answer } = await client.ask<{ answer: HoldOutput }>(HOLD_STOCK, { input });
      return answer.__typename === 'StockHeld'
        ? { kind: 'held', allocations: answer.allocations }
        : { kind: 'insufficient', lines: answer.lines };
    },
    commit: (orderId) => ask<readonly StockAllocation[] | null>(COMMIT_STOCK, { orderId }),
    release: (orderId) => ask(RELEASE_STOCK, { orderId }),
    restock: (orderId, lines, key) => ask(RESTOCK_ORDER, { orderId, lines: lines.map(toStockLine), key }),
  };
};

const toStockLine = ({ variantId, quantity }: StockLine): StockLine => ({ variantId, quantity });
