import { fraction, type Money, money, sum, zero } from '@cartograph/kernel/money';
import { type InputIssue, type InvalidInput, invalidInput, issue } from './outcome.ts';
import type { ReturnCondition, ReturnStatusConflict } from './return.ts';
import type { ReturnStatus } from './return-status.ts';

/** What staff say has arrived, and what they give back for it. */
export interface ReceiptRequest {
  readonly returnId: string;
  readonly lines: readonly {
    readonly lineId: string;
    readonly quantity: number;
    readonly condition: ReturnCondition;
  }[];
  readonly refundShipping: boolean;
  /** Instead of what was paid for the goods. */
  readonly refundAmount: Money | null;
}

/** How a return and its order stand, read while nobody else can change it. */
export interface ReceiptFacts {
  readonly status: ReturnStatus;
  readonly orderTotal: Money;
  /** What was paid for shipping, tax and discounts included. */
  readonly shippingPaid: Money;
  /** What other returns of the order have given back already. */
  readonly refunded: Money;
  readonly shippingRefunded: boolean;
  readonly lines: readonly {
    readonly id: string;
    readonly quantity: number;
    /** The line of the order: how many were bought, and what was paid for all of them. */
    readonly bought: number;
    readonly total: Money;
    /** What other returns have brought back of that line, and what they gave back for it. */
    readonly returned: { readonly quantity: number; readonly paid: Money };
  }[];
}

export interface Receipt {
  readonly refund: Money;
  readonly shippingRefund: Money;
  readonly lines: readonly {
    readonly id: string;
    readonly resaleable: number;
    readonly damaged: number;
    /** What was paid for what has arrived. */
    readonly paid: Money;
  }[];
}

/** What a receipt comes to. Pieces are worth their share of what was paid: all of them together exactly all of it. */
export function toReceipt(request: ReceiptRequest, facts: ReceiptFacts): Receipt | InvalidInput | ReturnStatusConflict {
  if (facts.status !== 'APPROVED') return { kind: 'ReturnStatusConflict', status: facts.status };
  const issues = [...lineIssues(request, facts), ...refundIssues(request, facts)];
  if (issues.length > 0) return invalidInput(issues);
  const lines = facts.lines.map((line) => {
    const resaleable = quantityOf(request, line.id, 'RESALEABLE');
    const damaged = quantityOf(request, line.id, 'DAMAGED');
    return { id: line.id, resaleable, damaged, paid: paidFor(line, resaleable + damaged) };
  });
  const { currency } = facts.orderTotal;
  const shippingRefund = request.refundShipping ? facts.shippingPaid : zero(currency);
  const goods = sum(
    lines.map(({ paid }) => paid),
    currency,
  );
  const refund = request.refundAmount ?? money(goods.minor + shippingRefund.minor, currency);
  // Less than the goods are worth is left when an earlier return was given more.
  return { lines, shippingRefund, refund: money(Math.min(refund.minor, left(facts)), currency) };
}

const left = ({ orderTotal, refunded }: ReceiptFacts): number => Math.max(0, orderTotal.minor - refunded.minor);

const quantityOf = ({ lines }: ReceiptRequest, id: string, condition: ReturnCondition): number =>
  lines.find((line) => line.lineId === id && line.condition === condition)?.quantity ?? 0;

/**
 * Counted up from the first piece of the order's line and less what was given back before, so that no cent is lost or
 * given twice, in whatever portions the pieces come back.
 */
function paidFor({ bought, total, returned }: ReceiptFacts['lines'][number], quantity: number): Money {
  if (quantity === 0) return zero(total.currency);
  const soFar = fraction(total, returned.quantity + quantity, bought);
  return money(Math.max(0, soFar.minor - returned.paid.minor), total.currency);
}

function lineIssues(request: ReceiptRequest, { lines }: ReceiptFacts): readonly InputIssue[] {
  const issues: InputIssue[] = [];
  for (const [index, { lineId }] of request.lines.entries()) {
    const line = lines.find(({ id }) => id === lineId);
    if (!line) issues.push(issue(['lines', index, 'lineId'], 'This is not a line of the return.'));
    else if (quantityOf(request, lineId, 'RESALEABLE') + quantityOf(request, lineId, 'DAMAGED') > line.quantity)
      issues.push(issue(['lines', index, 'quantity'], `Of this line ${line.quantity} were asked back, and not more.`));
  }
  return issues;
}

function refundIssues({ refundAmount, refundShipping }: ReceiptRequest, facts: ReceiptFacts): readonly InputIssue[] {
  if (refundShipping && facts.shippingRefunded)
    return [issue(['refundShipping'], 'Shipping was given back already, with another return of the order.')];
  if (refundShipping && facts.shippingPaid.minor > left(facts))
    return [issue(['refundShipping'], 'Less is left of the order than shipping has cost.')];
  if (!refundAmount) return [];
  if (refundAmount.currency !== facts.orderTotal.currency)
    return [issue(['refundAmount', 'currencyCode'], `The order was paid in ${facts.orderTotal.currency}.`)];
  return refundAmount.minor > left(facts)
    ? [issue(['refundAmount', 'amount'], 'More than this was not paid for the order, or is given back already.')]
    : [];
}
