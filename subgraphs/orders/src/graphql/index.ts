import { Cart } from './cart.ts';
import { CartLine } from './cart-line.ts';
import { CartConflict, cartMutations, cartResults } from './cart-mutations.ts';
import { cartQueries, Market } from './cart-queries.ts';
import { Customer } from './customer.ts';
import { Discount, discountMutations, discountQueries } from './discount.ts';
import { AppliedDiscount, DiscountInvalid, LineDiscount, TaxLine, VariantUnavailable } from './pricing.ts';

export const resolvers = {
  Query: { ...cartQueries, ...discountQueries },
  Mutation: { ...cartMutations, ...discountMutations },
  AppliedDiscount,
  Cart,
  CartConflict,
  CartLine,
  Customer,
  Discount,
  DiscountInvalid,
  LineDiscount,
  Market,
  TaxLine,
  VariantUnavailable,
  ...cartResults,
};
