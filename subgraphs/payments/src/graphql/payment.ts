import { seesEverything } from '@cartograph/kernel/viewer';
import type { PaymentAttemptResolvers, PaymentResolvers } from '../../generated/graphql.ts';
import { refundable } from '../domain/payment.ts';
import { toMoney } from './money.ts';

export const Payment: PaymentResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.paymentById.load(id),
  order: ({ orderId }) => ({ id: orderId }),
  amount: ({ amountMinor, currency }) => toMoney(amountMinor, currency),
  authorizedAmount: ({ authorizedMinor, currency }) => toMoney(authorizedMinor, currency),
  capturedAmount: ({ capturedMinor, currency }) => toMoney(capturedMinor, currency),
  refundedAmount: ({ refundedMinor, currency }) => toMoney(refundedMinor, currency),
  refundableAmount: (payment) => toMoney(refundable(payment).minor, payment.currency),
  card: ({ cardBrand, cardLast4, cardExpMonth, cardExpYear }) =>
    cardBrand === null || cardLast4 === null || cardExpMonth === null || cardExpYear === null
      ? null
      : { brand: cardBrand, last4: cardLast4, expMonth: cardExpMonth, expYear: cardExpYear },
  cardAmount: ({ amountMinor, storedMinor, currency }) => toMoney(amountMinor - storedMinor, currency),
  async redemptions(payment, _args, { loaders }) {
    // Most payments have none: their row says so, and nothing is read.
    if (payment.storedMinor === 0) return [];
    return (await loaders.redemptionsByPaymentId.load(payment.id)).map((redemption) => ({ redemption, payment }));
  },
  action: ({ status, redirectUrl, clientSecret }) =>
    status === 'ACTION_REQUIRED' && redirectUrl !== null && clientSecret !== null
      ? { redirectUrl, clientSecret }
      : null,
  refunds: ({ id, capturedMinor }, _args, { loaders }) =>
    capturedMinor === 0 ? [] : loaders.refundsByPaymentId.load(id),
  attempts: ({ id }, _args, { loaders }) => loaders.attemptsByPaymentId.load(id),
  provider: ({ provider }, _args, { viewer }) => (seesEverything(viewer) ? provider : null),
  channel: ({ channel }, _args, { viewer }) => (seesEverything(viewer) ? channel : null),
  providerReference: ({ providerId }, _args, { viewer }) => (seesEverything(viewer) ? providerId : null),
};

export const PaymentAttempt: PaymentAttemptResolvers = {
  amount: ({ amountMinor, currency }) => toMoney(amountMinor, currency),
  at: ({ createdAt }) => createdAt,
};
