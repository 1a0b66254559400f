import { toMoneyOutput } from '@cartograph/kernel/money';
import type {
  AppliedDiscountResolvers,
  DiscountInvalidResolvers,
  LineDiscountResolvers,
  TaxLineResolvers,
  VariantUnavailableResolvers,
} from '../../generated/graphql.ts';
import { unavailableInWords } from '../domain/cart-issues.ts';

export const TaxLine: TaxLineResolvers = {
  ratePercent: ({ rateBasisPoints }) => (rateBasisPoints / 100).toFixed(2),
  amount: ({ amount }) => toMoneyOutput(amount),
};

export const AppliedDiscount: AppliedDiscountResolvers = { amount: ({ amount }) => toMoneyOutput(amount) };

export const LineDiscount: LineDiscountResolvers = { amount: ({ amount }) => toMoneyOutput(amount) };

export const VariantUnavailable: VariantUnavailableResolvers = {
  message: ({ variants }) => variants.map((one) => `${one.variantId}: ${unavailableInWords(one)}`).join(' '),
};

export const DiscountInvalid: DiscountInvalidResolvers = {
  message: ({ codes }) => codes.map(({ message }) => message).join(' '),
};
