import DataLoader from 'dataloader';
import type { VariantInventory } from '../domain/stock.ts';
import type { StockStore } from '../ports.ts';

/** A variant without stock has an inventory of nothing, so there is always an answer. */
export const createInventoryByVariantId = (stock: StockStore) =>
  new DataLoader<string, VariantInventory>(
    async (ids) => {
      const byId = new Map((await stock.inventoryOf(ids)).map((inventory) => [inventory.variantId, inventory]));
      return ids.map((variantId) => byId.get(variantId) ?? { variantId, ...NOTHING });
    },
    { name: 'inventoryByVariantId', maxBatchSize: 10_000 },
  );

const NOTHING = { onHand: 0, held: 0, available: 0, backorder: false } as const;
