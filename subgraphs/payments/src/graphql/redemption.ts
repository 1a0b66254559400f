import type { RedemptionResolvers } from '../../generated/graphql.ts';
import type { Payment } from '../domain/payment.ts';
import { type Redemption as RedemptionRow, releasedShareOf, shareOf } from '../domain/stored-value.ts';
import { toMoney } from './money.ts';

/** A redemption beside its payment, whose totals say how much of it was taken and given back. */
export interface PaidRedemption {
  readonly redemption: RedemptionRow;
  readonly payment: Payment;
}

export const Redemption: RedemptionResolvers = {
  source: ({ redemption }) => redemption.kind,
  last4: ({ redemption }) => redemption.last4,
  amount: ({ redemption, payment }) => toMoney(redemption.amountMinor, payment.currency),
  capturedAmount: ({ redemption, payment }) =>
    toMoney(shareOf(redemption, payment.storedCapturedMinor), payment.currency),
  releasedAmount: ({ redemption, payment }) => toMoney(releasedShareOf(redemption, payment), payment.currency),
  refundedAmount: ({ redemption, payment }) =>
    toMoney(shareOf(redemption, payment.storedRefundedMinor), payment.currency),
};
