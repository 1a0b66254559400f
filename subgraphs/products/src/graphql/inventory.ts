import { badInput } from '@cartograph/kernel/errors';
import { readPage, toConnection } from '@cartograph/kernel/page';
import type {
  QueryResolvers,
  StockLevelResolvers,
  StockMovementResolvers,
  VariantInventoryResolvers,
  VariantResolvers,
} from '../../generated/graphql.ts';

/** The inventory's share of a variant. */
export const VariantStock: Pick<VariantResolvers, 'availableQuantity' | 'inventory'> = {
  inventory: ({ id }, _args, { loaders }) => loaders.inventoryByVariantId.load(id),
  availableQuantity: async ({ id }, _args, { loaders }) => (await loaders.inventoryByVariantId.load(id)).available,
};

export const VariantInventory: VariantInventoryResolvers = {
  inStock: ({ available }) => available > 0,
  levels: ({ variantId }, _args, { loaders }) => loaders.levelsByVariantId.load(variantId),
};

export const StockLevel: StockLevelResolvers = {
  warehouse: async ({ warehouseId }, _args, { loaders }) => mustBe(await loaders.warehouseById.load(warehouseId)),
};

export const StockMovement: StockMovementResolvers = {
  id: ({ position }) => `StockMovement:${position}`,
  warehouse: async ({ warehouseId }, _args, { loaders }) => mustBe(await loaders.warehouseById.load(warehouseId)),
};

export const stockMovements: QueryResolvers['stockMovements'] = async (_root, args, { viewer, operations }) => {
  const page = readPage(args);
  if (page.after && !Number.isInteger(page.after[0])) throw badInput('"after" is not a cursor of this list.');
  const found = await operations.listStockMovements(viewer, args.variantId, page);
  const connection = toConnection(found, page.after, ({ position }) => [position]);
  return connection;
};

/** Foreign keys see to it that levels and movements have their warehouse. */
export function mustBe<T>(found: T | null): T {
  if (found === null) throw new Error('a warehouse that has stock is missing');
  return found;
}
