import { parseMoney } from '@cartograph/kernel/money';
import type { MutationResolvers } from '../../generated/graphql.ts';

export const paymentChanged: MutationResolvers['paymentChanged'] = (_root, news, { operations }) =>
  operations.paymentChanged(news);

export const refundIssued: MutationResolvers['refundIssued'] = (_root, { amount, ...refund }, { operations }) =>
  operations.refundIssued({
    ...refund,
    amount: parseMoney(amount.amount, amount.currencyCode),
    reason: refund.reason ?? null,
    staffId: refund.staffId ?? null,
  });

export const shipmentChanged: MutationResolvers['shipmentChanged'] = (_root, news, { operations }) =>
  operations.shipmentChanged(news);
