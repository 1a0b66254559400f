import { parseMoney } from '@cartograph/kernel/money';
import type { MoneyInput, MutationResolvers } from '../../generated/graphql.ts';

export const paymentChanged: MutationResolvers['paymentChanged'] = (_root, { adopted, ...news }, { operations }) =>
  operations.paymentChanged({
    ...news,
    adopted: adopted
      ? {
          staffId: adopted.staffId,
          captured: readOptionalMoney(adopted.captured),
          refunded: readOptionalMoney(adopted.refunded),
          released: readOptionalMoney(adopted.released),
        }
      : null,
  });

const readOptionalMoney = (money: MoneyInput | null | undefined) =>
  money ? parseMoney(money.amount, money.currencyCode) : null;

export const refundIssued: MutationResolvers['refundIssued'] = (_root, { amount, ...refund }, { operations }) =>
  operations.refundIssued({
    ...refund,
    amount: parseMoney(amount.amount, amount.currencyCode),
    reason: refund.reason ?? null,
    staffId: refund.staffId ?? null,
  });

export const shipmentChanged: MutationResolvers['shipmentChanged'] = (_root, news, { operations }) =>
  operations.shipmentChanged(news);
