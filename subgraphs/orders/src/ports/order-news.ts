import type { Money } from '@cartograph/kernel/money';
import type { FulfilmentStatus, LineToShip, ShipmentCapture } from '../domain/fulfilment.ts';
import type { CapturePolicy } from '../domain/order.ts';
import type { NewOrderEvent } from '../domain/order-event.ts';
import type { ShipmentState } from '../domain/shipment.ts';
import type { OutboxEvent } from '../ports.ts';

/** What neighbours tell about orders. Each event counts once. */
export interface OrderNews {
  /** Tells the timeline that it has changed, and what led to it. False when the event was known. */
  paymentChanged(eventId: string, orderId: string, message: string, causes: readonly NewOrderEvent[]): Promise<boolean>;
  /** Orders the buyer's mail about it, and tells the timeline what we did not do ourselves. False when it was known. */
  refundIssued(refund: IssuedRefund): Promise<boolean>;
  /** The order follows its shipments, as `decide` says. False when the event was known. */
  shipmentChanged(news: ShipmentNews, decide: (facts: ShipmentFacts) => ShipmentDecision): Promise<boolean>;
  /** Forgets which events were known before. */
  forget(before: Date): Promise<void>;
}

/** Money that has gone back to a buyer. */
export interface IssuedRefund {
  readonly orderId: string;
  readonly refundId: string;
  readonly amount: Money;
  /** In words for the buyer. */
  readonly reason: string | null;
  /** Who asked for it in payments; null when we or the provider did. */
  readonly staffId: string | null;
}

export interface ShipmentNews {
  readonly eventId: string;
  readonly orderId: string;
  /** The one that has changed. */
  readonly shipmentId: string;
  /** All of the order, as they are now. */
  readonly shipments: readonly ShipmentState[];
  readonly message: string;
  /** What follows, if it does not depend on how the order stands. */
  readonly decision: ShipmentDecision | null;
}

/** How an order and its shipments stand, read while nobody else can change them. */
export interface ShipmentFacts {
  /** Neither cancelled nor refused. */
  readonly isAlive: boolean;
  /** It was paid where it was placed, and that is told of every shipment. */
  readonly isFromChannel: boolean;
  /** When its money is taken; null for orders from before it was kept. */
  readonly capture: CapturePolicy | null;
  readonly total: Money;
  readonly lines: readonly LineToShip[];
  readonly shipments: readonly ShipmentState[];
  /** What each shipment has taken already, in minor units. */
  readonly captured: ReadonlyMap<string, number>;
}

export interface ShipmentDecision {
  /** Taken if it is a step forward. */
  readonly status: FulfilmentStatus;
  readonly captures: readonly ShipmentCapture[];
  readonly events: readonly OutboxEvent[];
}
