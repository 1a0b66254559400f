import type { Page, PageRequest } from '@cartograph/kernel/page';
import type { Viewer } from '@cartograph/kernel/viewer';
import type { StockConflict } from '../domain/stock-conflict.ts';
import type { Ports } from '../ports.ts';

export const listStockConflicts =
  ({ pushes }: Pick<Ports, 'pushes'>) =>
  (viewer: Viewer, isOpen: boolean | null, page: PageRequest): Promise<Page<StockConflict>> =>
    pushes.conflicts(viewer, isOpen, page);
