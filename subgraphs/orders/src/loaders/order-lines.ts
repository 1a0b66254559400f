import type { Viewer } from '@cartograph/kernel/viewer';
import DataLoader from 'dataloader';
import type { OrderLine } from '../domain/order.ts';
import type { Ports } from '../ports.ts';

export const createLinesByOrderId = ({ orders }: Pick<Ports, 'orders'>, viewer: Viewer) =>
  new DataLoader<string, readonly OrderLine[]>(
    async (orderIds) => {
      const lines = new Map<string, OrderLine[]>(orderIds.map((id) => [id, []]));
      for (const line of await orders.linesByOrderIds(viewer, orderIds)) lines.get(line.orderId)?.push(line);
      return orderIds.map((id) => lines.get(id) ?? []);
    },
    { name: 'linesByOrderId', maxBatchSize: 500 },
  );

export const createOrderLineById = ({ orders }: Pick<Ports, 'orders'>, viewer: Viewer) =>
  new DataLoader<string, OrderLine | null>(
    async (ids) => {
      const lines = await orders.linesByIds(viewer, ids);
      const byId = new Map(lines.map((line) => [line.id, line]));
      return ids.map((id) => byId.get(id) ?? null);
    },
    { name: 'orderLineById', maxBatchSize: 500 },
  );
