import type { Viewer } from '@cartograph/kernel/viewer';
import DataLoader from 'dataloader';
import type { Return } from '../domain/return.ts';
import type { Ports } from '../ports.ts';

export const createReturnById = ({ returns }: Pick<Ports, 'returns'>, viewer: Viewer) =>
  new DataLoader<string, Return | null>(
    async (ids) => {
      const byId = new Map((await returns.findByIds(viewer, ids)).map((found) => [found.id, found]));
      return ids.map((id) => byId.get(id) ?? null);
    },
    { name: 'returnById', maxBatchSize: 500 },
  );

export const createReturnsByOrderId = ({ returns }: Pick<Ports, 'returns'>, viewer: Viewer) =>
  new DataLoader<string, readonly Return[]>(
    async (orderIds) => {
      const lists = new Map<string, Return[]>(orderIds.map((id) => [id, []]));
      for (const found of await returns.listByOrderIds(viewer, orderIds)) lists.get(found.orderId)?.push(found);
      return orderIds.map((id) => lists.get(id) ?? []);
    },
    { name: 'returnsByOrderId', maxBatchSize: 500 },
  );
