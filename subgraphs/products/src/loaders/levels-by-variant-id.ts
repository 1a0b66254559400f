import type { Viewer } from '@cartograph/kernel/viewer';
import DataLoader from 'dataloader';
import type { StockLevel } from '../domain/stock.ts';
import type { StockStore } from '../ports.ts';

export const createLevelsByVariantId = (stock: StockStore, viewer: Viewer) =>
  new DataLoader<string, readonly StockLevel[]>(
    async (ids) => {
      const byVariant = new Map<string, StockLevel[]>(ids.map((id) => [id, []]));
      for (const level of await stock.levelsOf(viewer, ids)) byVariant.get(level.variantId)?.push(level);
      return ids.map((id) => byVariant.get(id) ?? []);
    },
    { name: 'levelsByVariantId', maxBatchSize: 500 },
  );
