import type { GiftCardResolvers, SavedPaymentMethodResolvers } from '../../generated/graphql.ts';
import { canPay } from '../domain/stored-value.ts';
import { toMoney } from './money.ts';

export const GiftCard: GiftCardResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.giftCardById.load(id),
  last4: ({ last4 }) => last4 ?? '',
  initialAmount: ({ initialMinor, currency }) => toMoney(initialMinor, currency),
  balance: ({ balanceMinor, reservedMinor, currency }) => toMoney(balanceMinor - reservedMinor, currency),
  active: (card) => canPay(card, new Date()),
};

export const SavedPaymentMethod: SavedPaymentMethodResolvers = {
  card: ({ brand, last4, expMonth, expYear }) => ({ brand, last4, expMonth, expYear }),
};
