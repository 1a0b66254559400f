import { badInput } from '@cartograph/kernel/errors';
import { readPage, toConnection } from '@cartograph/kernel/page';
import type { QueryResolvers, StockConflictResolvers } from '../../generated/graphql.ts';
import { mustBe } from './inventory.ts';

export const stockConflicts: QueryResolvers['stockConflicts'] = async (_root, args, { viewer, operations }) => {
  const page = readPage(args);
  if (page.after && !Number.isInteger(page.after[0])) throw badInput('"after" is not a cursor of this list.');
  const found = await operations.listStockConflicts(viewer, args.open ?? null, page);
  return toConnection(found, page.after, ({ position }) => [position]);
};

export const StockConflict: StockConflictResolvers = {
  id: ({ position }) => `StockConflict:${position}`,
  variant: ({ variantId }, _args, { loaders }) => loaders.variantById.load(variantId),
  warehouse: async ({ warehouseId }, _args, { loaders }) => mustBe(await loaders.warehouseById.load(warehouseId)),
};
