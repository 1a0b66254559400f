import type { Viewer } from '@cartograph/kernel/viewer';
import DataLoader from 'dataloader';
import type { OrderEdit } from '../domain/order-edit.ts';
import type { Ports } from '../ports.ts';

export const createEditsByOrderId = ({ edits }: Pick<Ports, 'edits'>, viewer: Viewer) =>
  new DataLoader<string, readonly OrderEdit[]>(
    async (orderIds) => {
      const lists = new Map<string, OrderEdit[]>(orderIds.map((id) => [id, []]));
      for (const found of await edits.listByOrderIds(viewer, orderIds)) lists.get(found.orderId)?.push(found);
      return orderIds.map((id) => lists.get(id) ?? []);
    },
    { name: 'editsByOrderId', maxBatchSize: 500 },
  );
