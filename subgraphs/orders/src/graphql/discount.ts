import { money, toMoneyOutput } from '@cartograph/kernel/money';
import { toConnection } from '@cartograph/kernel/page';
import type { DiscountResolvers, MutationResolvers, QueryResolvers } from '../../generated/graphql.ts';
import { discountStatus } from '../domain/staff-discount.ts';

const moneyOf = (minor: number | null, currency: string | null) =>
  minor === null || currency === null ? null : toMoneyOutput(money(minor, currency));

export const discountQueries: QueryResolvers = {
  discounts: async (_root, args, { operations }) => {
    const { page, after } = await operations.listDiscounts(args);
    return toConnection(page, after, ({ id }) => [id]);
  },
};

export const discountMutations: MutationResolvers = {
  createDiscount: (_root, { input }, { viewer, operations }) => operations.createDiscount(viewer, input),
  endDiscount: (_root, { id }, { viewer, operations }) => operations.endDiscount(viewer, id),
};

export const Discount: DiscountResolvers = {
  status: (discount) => discountStatus(discount, new Date()),
  percent: ({ percentBasisPoints }) => (percentBasisPoints === null ? null : (percentBasisPoints / 100).toFixed(2)),
  amount: ({ amountMinor, currency }) => moneyOf(amountMinor, currency),
  minimumSubtotal: ({ minimumSubtotalMinor, currency }) => moneyOf(minimumSubtotalMinor, currency),
};
