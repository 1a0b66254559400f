import type { Money } from '@cartograph/kernel/money';
import type { VariantUnavailable } from './checkout.ts';
import type { By } from './order-event.ts';
import type { InvalidInput, NotFound } from './outcome.ts';
import type { IdempotencyKeyReused, OutOfStock, StillWorking } from './place-order.ts';
import type { ReturnStatus } from './return-status.ts';

export const RETURN_REASONS = [
  'UNWANTED',
  'WRONG_SIZE',
  'NOT_AS_DESCRIBED',
  'WRONG_ITEM',
  'DAMAGED',
  'DEFECTIVE',
  'LATE',
  'OTHER',
] as const;
export type ReturnReason = (typeof RETURN_REASONS)[number];

export type ReturnCondition = 'RESALEABLE' | 'DAMAGED';

export interface ReturnLine {
  readonly id: string;
  readonly orderLineId: string;
  readonly quantity: number;
  readonly reason: ReturnReason;
  readonly note: string | null;
  /** What has arrived; null until then. */
  readonly received: { readonly resaleable: number; readonly damaged: number } | null;
}

/** Goods on their way back. */
export interface Return {
  readonly id: string;
  readonly number: string;
  readonly orderId: string;
  readonly buyerId: string;
  readonly status: ReturnStatus;
  readonly lines: readonly ReturnLine[];
  readonly refundAmount: Money | null;
  readonly refundsShipping: boolean;
  /** What of it the order's own payment gives back. */
  readonly ownRefund: Money;
  /** What of it the payment of the order before it gives back. */
  readonly parentRefund: Money;
  /** The order of what comes instead. */
  readonly followUpId: string | null;
  /** What of the refund pays for that order, and is not given back. */
  readonly creditAmount: Money;
  readonly refusalReason: string | null;
  readonly requestedAt: Date;
  readonly approvedAt: Date | null;
  readonly refusedAt: Date | null;
  readonly cancelledAt: Date | null;
  readonly receivedAt: Date | null;
  readonly closedAt: Date | null;
}

/** What somebody asks to send back. */
export interface ReturnRequest {
  readonly orderId: string;
  readonly lines: readonly {
    readonly orderLineId: string;
    readonly quantity: number;
    readonly reason: ReturnReason;
    readonly note: string | null;
  }[];
}

export interface NewReturn extends ReturnRequest, By {
  readonly id: string;
  readonly number: string;
}

export interface ReturnFilter {
  readonly status: readonly ReturnStatus[] | null;
  readonly orderId: string | null;
  readonly buyerId: string | null;
}

/** A change of a return that needs nothing but its row. */
export interface ReturnMove extends By {
  readonly to: 'APPROVED' | 'REFUSED' | 'CANCELLED';
  readonly reason: string | null;
}

export interface RequestReturnSuccess {
  readonly kind: 'RequestReturnSuccess';
  readonly return: Return;
  readonly replayed: boolean;
}

export interface OrderNotReturnable {
  readonly kind: 'OrderNotReturnable';
  readonly reason: 'NOT_FULFILLED' | 'TOO_LATE' | 'TOO_MANY';
}

export interface QuantityNotReturnable {
  readonly kind: 'QuantityNotReturnable';
  readonly lines: readonly {
    readonly orderLineId: string;
    readonly requested: number;
    readonly returnable: number;
  }[];
}

export type RequestReturnOutcome =
  | RequestReturnSuccess
  | OrderNotReturnable
  | QuantityNotReturnable
  | IdempotencyKeyReused
  | InvalidInput
  | NotFound;

export interface ReturnStatusConflict {
  readonly kind: 'ReturnStatusConflict';
  readonly status: ReturnStatus;
}

interface Moved<K extends string> {
  readonly kind: K;
  readonly return: Return;
}
export type CancelReturnSuccess = Moved<'CancelReturnSuccess'>;
export type ApproveReturnSuccess = Moved<'ApproveReturnSuccess'>;
export type RefuseReturnSuccess = Moved<'RefuseReturnSuccess'>;

export type MoveReturnOutcome<K extends string> = Moved<K> | ReturnStatusConflict | NotFound;
export type CancelReturnOutcome = MoveReturnOutcome<'CancelReturnSuccess'>;
export type ApproveReturnOutcome = MoveReturnOutcome<'ApproveReturnSuccess'>;
export type RefuseReturnOutcome = MoveReturnOutcome<'RefuseReturnSuccess'> | InvalidInput;

export interface ExchangeReturnSuccess {
  readonly kind: 'ExchangeReturnSuccess';
  readonly return: Return;
  readonly replayed: boolean;
}

/** There is an exchange for it already, or what it was bought with was paid by an exchange itself. */
export interface ReturnNotExchangeable {
  readonly kind: 'ReturnNotExchangeable';
  readonly reason: 'EXCHANGED' | 'FOLLOW_UP' | 'CHANNEL';
}

export type ExchangeReturnOutcome =
  | ExchangeReturnSuccess
  | ReturnNotExchangeable
  | ReturnStatusConflict
  | OutOfStock
  | VariantUnavailable
  | IdempotencyKeyReused
  | StillWorking
  | InvalidInput
  | NotFound;

export interface ReceiveReturnSuccess {
  readonly kind: 'ReceiveReturnSuccess';
  readonly return: Return;
  readonly replayed: boolean;
}

/** A refusal of the saga, which is remembered. */
export interface ReturnNotRefunded {
  readonly kind: 'ReturnNotRefunded';
  readonly reason: string;
  readonly message: string;
}

export type ReceiveReturnOutcome =
  | ReceiveReturnSuccess
  | ReturnStatusConflict
  | ReturnNotRefunded
  | IdempotencyKeyReused
  | StillWorking
  | InvalidInput
  | NotFound;
