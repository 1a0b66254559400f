import type { Page, PageRequest } from '@cartograph/kernel/page';
import type { Viewer } from '@cartograph/kernel/viewer';
import type { Warehouse } from '../domain/warehouse.ts';
import type { Ports } from '../ports.ts';

export const listWarehouses =
  ({ warehouses }: Ports) =>
  (viewer: Viewer, page: PageRequest): Promise<Page<Warehouse>> =>
    warehouses.list(viewer, page);
