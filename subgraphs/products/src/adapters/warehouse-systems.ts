import type { WarehouseSystem } from '../ports/warehouse-system.ts';
import { createShopifyWarehouse, type ShopifyOptions } from './shopify/warehouse.ts';

/** What each system that is on has to know. A system is a line here and a folder beside it. */
export interface WarehouseSystemOptions {
  readonly shopify?: ShopifyOptions;
}

export const openWarehouseSystems = ({ shopify }: WarehouseSystemOptions): readonly WarehouseSystem[] => [
  ...(shopify ? [createShopifyWarehouse(shopify)] : []),
];
