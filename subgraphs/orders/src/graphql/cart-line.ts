import { type Money, toMoneyOutput, zero } from '@cartograph/kernel/money';
import type { CartLineResolvers } from '../../generated/graphql.ts';
import type { Context } from '../context.ts';
import type { CartLineView } from '../domain/cart.ts';
import type { PricedLine } from '../domain/checkout.ts';

/** Reads from the line's price; `missing` stands in for a line that has none. */
const priced =
  <T>(read: (line: PricedLine) => T, missing: (currency: string) => T) =>
  async ({ cart, variantId }: CartLineView, _args: unknown, { loaders }: Context): Promise<T> => {
    const { checkout } = await loaders.cartPricing.load(cart);
    const line = checkout.lines.find((one) => one.variantId === variantId);
    return line ? read(line) : missing(cart.currency);
  };

const amount = (read: (line: PricedLine) => Money) =>
  priced(
    (line) => toMoneyOutput(read(line)),
    (currency) => toMoneyOutput(zero(currency)),
  );

export const CartLine: CartLineResolvers = {
  // Products owns Variant: answer with its key and let the router fetch the rest.
  variant: async ({ cart, variantId }, _args, { loaders }) => {
    const { unavailable } = await loaders.cartPricing.load(cart);
    const gone = unavailable.some((one) => one.variantId === variantId && one.reason === 'NOT_FOUND');
    return gone ? null : { __typename: 'Variant', id: variantId };
  },
  unitPrice: priced(
    ({ unitPrice }) => toMoneyOutput(unitPrice),
    () => null,
  ),
  compareAtUnitPrice: priced(
    ({ variant }) => variant.compareAtPrice && toMoneyOutput(variant.compareAtPrice),
    () => null,
  ),
  subtotal: amount(({ subtotal }) => subtotal),
  discounts: priced(
    ({ discounts }) => discounts,
    () => [],
  ),
  discountTotal: amount(({ discountTotal }) => discountTotal),
  taxLines: priced(
    ({ taxLines }) => taxLines,
    () => [],
  ),
  taxTotal: amount(({ taxTotal }) => taxTotal),
  total: amount(({ total }) => total),
};
