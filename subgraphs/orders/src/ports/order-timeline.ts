import type { Page, PageRequest } from '@cartograph/kernel/page';
import type { SagaTakeover } from '@cartograph/kernel/saga';
import type { Viewer } from '@cartograph/kernel/viewer';
import type { NewOrderEvent, OrderEvent } from '../domain/order-event.ts';
import type { StuckStep } from '../domain/stuck-step.ts';

/** What happened to orders. Append-only. */
export interface Timeline {
  /** What happened in a write of ours is told by that write, or by the end of the delivery; this is for what happened elsewhere. */
  tell(events: readonly NewOrderEvent[]): Promise<void>;
  /** A page of each order's events, newest first, in the order of the ids: all for staff, the public ones for others. */
  eventsByOrderIds(
    viewer: Viewer,
    orderIds: readonly string[],
    page: PageRequest,
  ): Promise<readonly Page<OrderEvent>[]>;
}

/** Steps of sagas, and deliveries, that got no answer. */
export interface StuckSteps {
  find(id: string): Promise<StuckStep | null>;
  listByOrderIds(orderIds: readonly string[]): Promise<readonly StuckStep[]>;
  /** The longest stuck first. */
  list(page: PageRequest): Promise<Page<StuckStep>>;
  /** Takes a saga in hand, and tells; false when it has moved meanwhile. */
  takeSaga(takeover: SagaTakeover, told: NewOrderEvent): Promise<boolean>;
  /** Delivers at once, and tells; false when it is not stuck any more, or being delivered. */
  retryDelivery(id: string, told: NewOrderEvent): Promise<boolean>;
  /** Never delivers it. */
  dropDelivery(id: string, told: NewOrderEvent): Promise<boolean>;
}
