import type { CustomerResolvers, OrderResolvers } from '../../generated/graphql.ts';
import { toMoney } from './money.ts';

/** An entity that a neighbour owns and payments adds fields to: its key is all there is. */
export interface OwnerStub {
  readonly id: string;
}

export const Order: OrderResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  payment: ({ id }, _args, { loaders }) => loaders.currentPaymentByOrderId.load(id),
  payments: ({ id }, _args, { loaders }) => loaders.paymentsByOrderId.load(id),
};

export const Customer: CustomerResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  paymentMethods: ({ id }, _args, { loaders }) => loaders.methodsByCustomerId.load(id),
  async giftCards({ id }, _args, { loaders }) {
    return (await loaders.storedValuesByCustomerId.load(id)).filter(({ kind }) => kind === 'GIFT_CARD');
  },
  async storeCredit({ id }, _args, { loaders }) {
    const values = await loaders.storedValuesByCustomerId.load(id);
    return values
      .filter(({ kind }) => kind === 'STORE_CREDIT')
      .map((credit) => toMoney(credit.balanceMinor - credit.reservedMinor, credit.currency));
  },
};
