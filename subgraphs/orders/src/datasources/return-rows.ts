import { money } from '@cartograph/kernel/money';
import type {
  OrderReturnLine as ReturnLineRecord,
  OrderReturn as ReturnRecord,
} from '../../generated/prisma/client.ts';
import type { OrderEdit } from '../domain/order-edit.ts';
import type { Return, ReturnLine } from '../domain/return.ts';

type Row = ReturnRecord & { readonly lines: readonly ReturnLineRecord[] };

export const toReturn = ({ lines, currency, refundMinor, shippingRefundMinor, creditMinor, ...row }: Row): Return => ({
  ...row,
  ownRefund: money(Number(row.ownRefundMinor), currency),
  parentRefund: money(Number(row.parentRefundMinor), currency),
  creditAmount: money(Number(creditMinor), currency),
  lines: lines.map(toReturnLine),
  refundAmount: refundMinor === null ? null : money(Number(refundMinor), currency),
  refundsShipping: shippingRefundMinor > 0n,
});

export const toEdit = ({ id, number, orderId, status, currency, lines, ...row }: Row): OrderEdit => ({
  ...{ id, number, orderId, status },
  reason: row.reason ?? '',
  removed: lines.map(({ orderLineId, quantity }) => ({ orderLineId, quantity })),
  removedAmount: money(Number(row.refundMinor ?? 0n), currency),
  creditAmount: money(Number(row.creditMinor), currency),
  followUpId: row.followUpId,
  requestedAt: row.requestedAt,
  closedAt: row.closedAt,
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
