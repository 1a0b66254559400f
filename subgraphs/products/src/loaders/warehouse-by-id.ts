import DataLoader from 'dataloader';
import type { Warehouse } from '../domain/warehouse.ts';
import type { WarehouseStore } from '../ports.ts';

export const createWarehouseById = (warehouses: WarehouseStore) =>
  new DataLoader<string, Warehouse | null>(
    async (ids) => {
      const byId = new Map((await warehouses.findByIds(ids)).map((warehouse) => [warehouse.id, warehouse]));
      return ids.map((id) => byId.get(id) ?? null);
    },
    { name: 'warehouseById', maxBatchSize: 500 },
  );
