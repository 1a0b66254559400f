import { toMoneyOutput } from '@cartograph/kernel/money';
import type {
  AuthorizePaymentResultResolvers,
  MutationResolvers,
  PaymentEffectResultResolvers,
  PaymentEffectSuccessResolvers,
  PaymentNeedsActionResolvers,
} from '../../generated/graphql.ts';
import { undoneMinor } from '../domain/effect.ts';
import type { AuthorizeOutcome } from '../operations/authorize-payment.ts';
import { readMoney, readOptionalMoney } from './money.ts';

export type NeedsAction = Extract<AuthorizeOutcome, { kind: 'PaymentNeedsAction' }>;

/** What orders asks for, all of it hidden from the public graph. */
export const internalMutations = {
  authorizePayment: (_root, { input }, { viewer, operations }) =>
    operations.authorizePayment(viewer, {
      orderId: input.orderId,
      buyerId: input.buyerId,
      key: input.key,
      amount: readMoney(input.amount),
      token: input.token ?? null,
      savedMethodId: input.savedMethodId ?? null,
      giftCardCodes: input.giftCardCodes,
      useStoreCredit: input.useStoreCredit ?? false,
      email: input.email ?? null,
      country: input.country ?? null,
      capture: input.capture,
      channel: input.channel ?? null,
    }),
  confirmPayment: (_root, { orderId }, { operations }) => operations.confirmPayment(orderId),
  capturePayment: (_root, { orderId, key, amount }, { operations }) =>
    operations.capturePayment({ orderId, key, amount: readOptionalMoney(amount), reason: null }),
  voidPayment: (_root, { orderId }, { operations }) => operations.voidPayment(orderId),
  refundPayment: (_root, { orderId, key, amount, reason }, { operations }) =>
    operations.refundPayment({ orderId, key, amount: readOptionalMoney(amount), reason: reason ?? null }),
  releasePayment: (_root, { orderId, key, amount }, { operations }) =>
    operations.releasePayment({ orderId, key, amount: readOptionalMoney(amount) }),
} satisfies MutationResolvers;

export const AuthorizePaymentResult: AuthorizePaymentResultResolvers = { __resolveType: ({ kind }) => kind };
export const PaymentEffectResult: PaymentEffectResultResolvers = { __resolveType: ({ kind }) => kind };

export const PaymentEffectSuccess: PaymentEffectSuccessResolvers = {
  async undone({ payment }, _args, { loaders }) {
    if (!payment) return null;
    const minor = undoneMinor(await loaders.refundsByPaymentId.load(payment.id));
    return toMoneyOutput({ minor, currency: payment.currency });
  },
  released: ({ released }) => released && toMoneyOutput(released),
};

export const PaymentNeedsAction: PaymentNeedsActionResolvers = {
  clientSecret: ({ payment }) => payment.clientSecret ?? '',
  redirectUrl: ({ payment }) => payment.redirectUrl ?? '',
};
