import DataLoader from 'dataloader';
import type { OrderWithLines } from '../domain/order.ts';
import { OURSELVES } from '../domain/ourselves.ts';
import type { Ports } from '../ports.ts';

/** What the outbox's deliveries read of an order. */
export interface OrderReader {
  find(orderId: string): Promise<OrderWithLines | null>;
}

/**
 * A new order leaves several things to do, which begin at the same moment and all read it: what is asked for at one moment
 * is one statement. Nothing is kept.
 */
export function readTogether({ orders }: Pick<Ports, 'orders'>): OrderReader {
  const found = new DataLoader<string, OrderWithLines | null>(
    async (ids) => {
      const read = await orders.findWithLines(OURSELVES, distinct(ids));
      const byId = new Map(read.map((one) => [one.order.id, one]));
      return ids.map((id) => byId.get(id) ?? null);
    },
    { cache: false, name: 'orderToDeliver' },
  );
  return { find: (orderId) => found.load(orderId) };
}

const distinct = (ids: readonly string[]): readonly string[] => [...new Set(ids)];
