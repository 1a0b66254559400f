import type { Viewer } from '@cartograph/kernel/viewer';
import DataLoader from 'dataloader';
import type { Order } from '../domain/order.ts';
import type { Ports } from '../ports.ts';

/** One per request, so the cache never outlives the viewer it was filled for. */
export const createOrderById = ({ orders }: Pick<Ports, 'orders'>, viewer: Viewer) =>
  new DataLoader<string, Order | null>(
    async (ids) => {
      const found = await orders.findByIds(viewer, ids);
      const byId = new Map(found.map((order) => [order.id, order]));
      return ids.map((id) => byId.get(id) ?? null);
    },
    { name: 'orderById', maxBatchSize: 500 },
  );
