import type { RefundResolvers } from '../../generated/graphql.ts';
import { toMoney } from './money.ts';

export const Refund: RefundResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.refundById.load(id),
  async payment({ id, paymentId }, _args, { loaders }) {
    const payment = await loaders.paymentById.load(paymentId);
    if (!payment) throw new Error(`refund ${id} has no payment`);
    return payment;
  },
  amount: ({ amountMinor, currency }) => toMoney(amountMinor, currency),
  cardAmount: ({ amountMinor, storedMinor, currency }) => toMoney(amountMinor - storedMinor, currency),
  redemptionAmount: ({ storedMinor, currency }) => toMoney(storedMinor, currency),
};
