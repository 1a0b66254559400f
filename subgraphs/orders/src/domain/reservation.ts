import type { Money } from '@cartograph/kernel/money';
import type { Order } from './order.ts';
import type { InvalidInput, NotFound } from './outcome.ts';
import type { IdempotencyKeyReused } from './place-order.ts';

/** What may still take money that is reserved for an order. */
export type ReservedFor = 'NOT_FINISHED' | 'UNDER_WAY' | 'CAPTURE_DUE';

export interface ReleaseReservationSuccess {
  readonly kind: 'ReleaseReservationSuccess';
  readonly order: Order;
  readonly released: Money;
}

export interface ReservationNotReleasable {
  readonly kind: 'ReservationNotReleasable';
  readonly reason: ReservedFor | 'PAYMENT_OPEN' | 'NOTHING_RESERVED';
}

export type ReleaseReservationOutcome =
  | ReleaseReservationSuccess
  | ReservationNotReleasable
  | IdempotencyKeyReused
  | InvalidInput
  | NotFound;
