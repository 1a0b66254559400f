import { type Money, toMoneyOutput } from '@cartograph/kernel/money';
import type { CartResolvers, DiscountProblem } from '../../generated/graphql.ts';
import type { Context } from '../context.ts';
import type { Cart as CartModel } from '../domain/cart.ts';
import { cartIssues } from '../domain/cart-issues.ts';
import type { CartPricing, PricedCheckout } from '../domain/checkout.ts';

type Resolve<T> = (cart: CartModel, args: unknown, context: Context) => Promise<T>;

/** Prices are read when a priced field is selected, and once for all of them. */
const priced =
  <T>(read: (checkout: PricedCheckout) => T): Resolve<T> =>
  async (cart, _args, { loaders }) =>
    read((await loaders.cartPricing.load(cart)).checkout);

const amount = (read: (checkout: PricedCheckout) => Money) => priced((checkout) => toMoneyOutput(read(checkout)));

export const Cart: CartResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.cartById.load(id),
  currencyCode: ({ currency }) => currency,
  pricesIncludeTax: priced(({ pricesIncludeTax }) => pricesIncludeTax),
  lines: (cart) => cart.lines.map((line) => ({ ...line, cart })),
  itemCount: ({ lines }) => lines.reduce((all, { quantity }) => all + quantity, 0),
  subtotal: amount(({ subtotal }) => subtotal),
  discountTotal: amount(({ discountTotal }) => discountTotal),
  shippingTotal: priced(({ shippingTotal }) => shippingTotal && toMoneyOutput(shippingTotal)),
  taxTotal: amount(({ taxTotal }) => taxTotal),
  taxLines: priced(({ taxLines }) => taxLines),
  total: amount(({ total }) => total),
  discounts: priced(({ discounts }) => discounts),
  discountCodes: async (cart, _args, { loaders }) => {
    const pricing = await loaders.cartPricing.load(cart);
    return cart.codes.map((code) => {
      const reason = reasonOf(pricing, code);
      return { code, applicable: reason === null, reason };
    });
  },
  weightGrams: priced(({ weightGrams }) => weightGrams),
  requiresShipping: priced(({ requiresShipping }) => requiresShipping),
  shippingMethod: ({ shippingMethodId }) =>
    shippingMethodId === null ? null : { __typename: 'ShippingMethod', id: shippingMethodId },
  customer: ({ buyerId }) => (buyerId.startsWith('Customer:') ? { __typename: 'Customer', id: buyerId } : null),
  issues: async (cart, _args, { loaders }) => cartIssues(cart, await loaders.cartPricing.load(cart)),
};

function reasonOf({ refusedCodes, uncombinedCodes }: CartPricing, code: string): DiscountProblem | null {
  if (uncombinedCodes.includes(code)) return 'NOT_COMBINABLE';
  return refusedCodes.find((refused) => refused.code === code)?.reason ?? null;
}
