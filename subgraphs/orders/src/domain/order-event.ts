import type { Viewer } from '@cartograph/kernel/viewer';
import type { OrderActor } from './order.ts';

export const ORDER_EVENT_TYPES = [
  'PLACED',
  'STOCK_HELD',
  'STOCK_RELEASED',
  'STOCK_RETURNED',
  'PAYMENT_ACTION_REQUIRED',
  'PAYMENT_AUTHORIZED',
  'PAYMENT_CAPTURED',
  'PAYMENT_RELEASED',
  'PAYMENT_VOIDED',
  'PAYMENT_REFUNDED',
  'REFUND_REFUSED',
  'PAYMENT_CHANGED',
  'CONFIRMED',
  'REFUSED',
  'STEP_STUCK',
  'STEP_RETRIED',
  'STEP_GIVEN_UP',
  'LEFT_UNDONE',
  'SHIPMENT_CHANGED',
  'MAIL_SENT',
  'CANCELLATION_STARTED',
  'CANCELLATION_REFUSED',
  'CANCELLED',
  'RETURN_REQUESTED',
  'RETURN_APPROVED',
  'RETURN_REFUSED',
  'RETURN_CANCELLED',
  'RETURN_RECEIVED',
  'RETURN_REFUND_REFUSED',
  'RETURN_CLOSED',
  'EXCHANGE_STARTED',
  'EXCHANGE_GIVEN_UP',
  'EDIT_STARTED',
  'EDIT_APPLIED',
  'EDIT_GIVEN_UP',
  'EDIT_REFUND_REFUSED',
] as const;
export type OrderEventType = (typeof ORDER_EVENT_TYPES)[number];

/** Who made something happen; `staffId` says which of the staff. */
export interface By {
  readonly by: OrderActor;
  readonly staffId?: string | null;
}

export const byOf = (viewer: Viewer): By =>
  viewer.kind === 'staff' ? { by: 'STAFF', staffId: viewer.staffId } : { by: 'BUYER' };

/** One thing that happened to an order. */
export interface OrderEvent {
  readonly id: string;
  readonly orderId: string;
  readonly type: OrderEventType;
  readonly message: string;
  readonly by: OrderActor;
  readonly staffId: string | null;
  readonly subjectId: string | null;
  readonly isPublic: boolean;
  readonly at: Date;
}

/** What is appended to a timeline. */
export interface NewOrderEvent extends By {
  readonly orderId: string;
  readonly type: OrderEventType;
  /** For people. */
  readonly message: string;
  /** What it is about besides the order. */
  readonly subjectId?: string;
  /** For staff alone; otherwise the buyer reads it too. */
  readonly isPrivate?: boolean;
  /** An order's events of one key are one event, however often they are told. */
  readonly key?: string;
  /** Now, when left out. */
  readonly at?: Date;
}
