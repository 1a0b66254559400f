import DataLoader from 'dataloader';
import type { Order, OrderLine } from '../domain/order.ts';
import { OURSELVES } from '../domain/ourselves.ts';
import type { Ports } from '../ports.ts';

/** What the outbox's deliveries read of an order. */
export interface OrderReader {
  find(orderId: string): Promise<Order | null>;
  linesOf(orderId: string): Promise<readonly OrderLine[]>;
}

/**
 * A new order leaves several things to do, which begin at the same moment and all read it: what is asked for at one moment
 * is one statement. Nothing is kept.
 */
export function readTogether({ orders }: Pick<Ports, 'orders'>): OrderReader {
  const found = new DataLoader<string, Order | null>(
    async (ids) => {
      const byId = new Map((await orders.findByIds(OURSELVES, distinct(ids))).map((order) => [order.id, order]));
      return ids.map((id) => byId.get(id) ?? null);
    },
    { cache: false, name: 'orderToDeliver' },
  );
  const lines = new DataLoader<string, readonly OrderLine[]>(
    async (ids) => {
      const read = await orders.linesByOrderIds(OURSELVES, distinct(ids));
      return ids.map((id) => read.filter(({ orderId }) => orderId === id));
    },
    { cache: false, name: 'linesToDeliver' },
  );
  return { find: (orderId) => found.load(orderId), linesOf: (orderId) => lines.load(orderId) };
}

const distinct = (ids: readonly string[]): readonly string[] => [...new Set(ids)];
