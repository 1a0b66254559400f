import type { LedgerBalanceResolvers, LedgerEntryResolvers } from '../../generated/graphql.ts';
import { toMoney } from './money.ts';

export const LedgerEntry: LedgerEntryResolvers = {
  account: ({ accountId }) => accountId,
  amount: ({ amountMinor, currency }) => toMoney(amountMinor, currency),
  payment: ({ paymentId }, _args, { loaders }) => (paymentId === null ? null : loaders.paymentById.load(paymentId)),
};

export const LedgerBalance: LedgerBalanceResolvers = {
  account: ({ accountId }) => accountId,
  balance: ({ balanceMinor, currency }) => toMoney(balanceMinor, currency),
};
