import type { WarehouseStore } from '../ports.ts';
import { found } from './batch.ts';

export const createWarehouseById = (warehouses: WarehouseStore) =>
  found('warehouseById', warehouses.findByIds, ({ id }) => id);
