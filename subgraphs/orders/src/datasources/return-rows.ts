import { money } from '@cartograph/kernel/money';
import type {
  OrderReturnLine as ReturnLineRecord,
  OrderReturn as ReturnRecord,
} from '../../generated/prisma/client.ts';
import type { Return, ReturnLine } from '../domain/return.ts';

type Row = ReturnRecord & { readonly lines: readonly ReturnLineRecord[] };

export const toReturn = ({ lines, currency, refundMinor, shippingRefundMinor, receiptId: _, ...row }: Row): Return => ({
  ...row,
  lines: lines.map(toReturnLine),
  refundAmount: refundMinor === null ? null : money(Number(refundMinor), currency),
  refundsShipping: shippingRefundMinor > 0n,
});

const toReturnLine = (row: ReturnLineRecord): ReturnLine => ({
  id: row.id,
  orderLineId: row.orderLineId,
  quantity: row.quantity,
  reason: row.reason,
  note: row.note,
  received:
    row.resaleableQuantity === null || row.damagedQuantity === null
      ? null
      : { resaleable: row.resaleableQuantity, damaged: row.damagedQuantity },
});
