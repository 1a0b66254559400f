import type { Page, PageRequest } from '@cartograph/kernel/page';
import { seesEverything, type Viewer } from '@cartograph/kernel/viewer';
import type { Order } from '../domain/order.ts';
import { readOrderNumber } from '../domain/order-number.ts';
import type { OrderStatus } from '../domain/order-status.ts';
import type { Ports } from '../ports.ts';

type Optional<T> = T | null | undefined;

export interface OrderFilterInput {
  readonly status?: Optional<readonly OrderStatus[]>;
  readonly placedFrom?: Optional<Date>;
  readonly placedBefore?: Optional<Date>;
  readonly buyerId?: Optional<string>;
  readonly email?: Optional<string>;
  readonly channel?: Optional<string>;
}

/** The viewer's own orders; everybody's for staff, who alone can ask for one buyer's. */
export const listOrders =
  ({ orders }: Pick<Ports, 'orders'>) =>
  (viewer: Viewer, filter: OrderFilterInput, page: PageRequest): Promise<Page<Order>> =>
    orders.list(
      viewer,
      {
        status: filter.status ?? null,
        placedFrom: filter.placedFrom ?? null,
        placedBefore: filter.placedBefore ?? null,
        buyerId: seesEverything(viewer) ? (filter.buyerId ?? null) : null,
        email: seesEverything(viewer) ? (filter.email ?? null) : null,
        channel: seesEverything(viewer) ? (filter.channel ?? null) : null,
      },
      page,
    );

export const findOrderByNumber =
  ({ orders }: Pick<Ports, 'orders'>) =>
  (viewer: Viewer, number: string): Promise<Order | null> =>
    orders.findByNumber(viewer, readOrderNumber(number));
