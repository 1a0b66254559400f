import type { Page, PageRequest } from '@cartograph/kernel/page';
import type { Viewer } from '@cartograph/kernel/viewer';
import type { StockMovement } from '../domain/stock.ts';
import type { Ports } from '../ports.ts';

export const listStockMovements =
  ({ stock }: Ports) =>
  (viewer: Viewer, variantId: string, page: PageRequest): Promise<Page<StockMovement>> =>
    stock.movementsOf(viewer, variantId, page);
