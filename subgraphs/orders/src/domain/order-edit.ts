import { fraction, type Money, money } from '@cartograph/kernel/money';
import type { VariantUnavailable } from './checkout.ts';
import type { Order } from './order.ts';
import type { By } from './order-event.ts';
import type { OrderStatus } from './order-status.ts';
import type { InvalidInput, NotFound } from './outcome.ts';
import type { CheckoutFailed, IdempotencyKeyReused, OutOfStock, PriceChanged, StillWorking } from './place-order.ts';
import type { ReturnStatus } from './return-status.ts';

/** A change of an order before it has left: what is taken out of it, and what follows it in an order of its own. */
export interface OrderEdit {
  readonly id: string;
  readonly number: string;
  readonly orderId: string;
  readonly status: ReturnStatus;
  readonly reason: string;
  readonly removed: readonly RemovedLine[];
  /** What the buyer has paid, or was to pay, for what was taken out. */
  readonly removedAmount: Money;
  /** The part of it that pays for what was added. */
  readonly creditAmount: Money;
  /** The order of what was added. */
  readonly followUpId: string | null;
  readonly requestedAt: Date;
  readonly closedAt: Date | null;
}

/** Those that were carried out. */
export const appliedOf = (edits: readonly OrderEdit[]): readonly OrderEdit[] =>
  edits.filter(({ status }) => status === 'CLOSED');

/** What edits that were carried out have left of an order's total. */
export const leftAfter = (total: Money, applied: readonly OrderEdit[]): Money =>
  applied.reduce((left, { removedAmount }) => money(left.minor - removedAmount.minor, left.currency), total);

export interface RemovedLine {
  readonly orderLineId: string;
  readonly quantity: number;
}

export interface EditRequest {
  readonly orderId: string;
  readonly remove: readonly RemovedLine[];
  readonly add: readonly { readonly variantId: string; readonly quantity: number }[];
  readonly reason: string;
  /** What staff have told the buyer that it costs more, or, below zero, less. */
  readonly expectedDifference: Money | null;
}

export interface NewEdit extends By {
  readonly id: string;
  readonly number: string;
  readonly orderId: string;
  readonly reason: string;
  readonly removed: readonly RemovedLine[];
  readonly removedAmount: Money;
  readonly creditAmount: Money;
  readonly followUpId: string | null;
}

/** A line of an order that something is taken out of. */
export interface LineToReduce {
  readonly id: string;
  readonly bought: number;
  readonly total: Money;
  /** What was taken out before, and what was given back for it. */
  readonly removed: { readonly quantity: number; readonly paid: Money };
  readonly removable: number;
}

export interface EditFacts {
  readonly orderTotal: Money;
  readonly refunded: Money;
  readonly lines: readonly LineToReduce[];
}

/**
 * What was paid for the pieces, line by line in the order of `removed`. They are the line's last: what is sent, taken for
 * that and sent back is counted up from the first, so that both together are exactly the line wherever they meet.
 */
export function worthOfRemoved(removed: readonly RemovedLine[], { orderTotal, refunded, lines }: EditFacts) {
  let left = Math.max(0, orderTotal.minor - refunded.minor);
  return removed.map(({ orderLineId, quantity }) => {
    const line = lines.find(({ id }) => id === orderLineId);
    if (!line) return money(0, orderTotal.currency);
    const kept = fraction(line.total, line.bought - line.removed.quantity - quantity, line.bought);
    const paid = Math.min(left, Math.max(0, line.total.minor - kept.minor - line.removed.paid.minor));
    left -= paid;
    return money(paid, orderTotal.currency);
  });
}

export interface EditOrderSuccess {
  readonly kind: 'EditOrderSuccess';
  readonly order: Order;
  readonly edit: OrderEdit;
  readonly replayed: boolean;
}

export interface OrderNotEditable {
  readonly kind: 'OrderNotEditable';
  readonly status: OrderStatus;
  readonly reason: 'STATUS' | 'SHIPPED' | 'EDIT_PENDING' | 'FOLLOW_UP' | 'CHANNEL';
}

export interface QuantityNotRemovable {
  readonly kind: 'QuantityNotRemovable';
  readonly lines: readonly {
    readonly orderLineId: string;
    readonly requested: number;
    readonly removable: number;
  }[];
}

export type EditOrderOutcome =
  | EditOrderSuccess
  | OrderNotEditable
  | QuantityNotRemovable
  | OutOfStock
  | VariantUnavailable
  | PriceChanged
  | CheckoutFailed
  | IdempotencyKeyReused
  | StillWorking
  | InvalidInput
  | NotFound;
