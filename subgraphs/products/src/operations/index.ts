import type { Ports } from '../ports.ts';
import { adjustStock } from './adjust-stock.ts';
import { archiveProduct } from './archive-product.ts';
import { checkoutVariants, checkoutVariantsBySku } from './checkout-variants.ts';
import { commitStock } from './commit-stock.ts';
import { createCollection } from './create-collection.ts';
import { createProduct } from './create-product.ts';
import { createWarehouse } from './create-warehouse.ts';
import { hearChannels } from './hear-channels.ts';
import { holdStock } from './hold-stock.ts';
import { listCollections } from './list-collections.ts';
import { listOfferRefusals } from './list-offer-refusals.ts';
import { listPriceLists } from './list-price-lists.ts';
import { listProducts } from './list-products.ts';
import { listStockConflicts } from './list-stock-conflicts.ts';
import { listStockMovements } from './list-stock-movements.ts';
import { listWarehouses } from './list-warehouses.ts';
import { pushOffers } from './push-offers.ts';
import { pushStock } from './push-stock.ts';
import { receiveStock } from './receive-stock.ts';
import { releaseStock } from './release-stock.ts';
import { restockOrder } from './restock-order.ts';
import { searchProducts } from './search-products.ts';
import { setPrices } from './set-prices.ts';
import { updateCollection } from './update-collection.ts';
import { updateProduct } from './update-product.ts';
import { updateWarehouse } from './update-warehouse.ts';

export const createOperations = (ports: Ports) => ({
  archiveProduct: archiveProduct(ports),
  checkoutVariants: checkoutVariants(ports),
  checkoutVariantsBySku: checkoutVariantsBySku(ports),
  createCollection: createCollection(ports),
  createProduct: createProduct(ports),
  listCollections: listCollections(ports),
  listPriceLists: listPriceLists(ports),
  listProducts: listProducts(ports),
  searchProducts: searchProducts(ports),
  setPrices: setPrices(ports),
  updateCollection: updateCollection(ports),
  updateProduct: updateProduct(ports),
  // Inventory
  adjustStock: adjustStock(ports),
  commitStock: commitStock(ports),
  createWarehouse: createWarehouse(ports),
  hintCount: ports.pushes.hint,
  holdStock: holdStock(ports),
  listOfferRefusals: listOfferRefusals(ports),
  listStockConflicts: listStockConflicts(ports),
  listStockMovements: listStockMovements(ports),
  listWarehouses: listWarehouses(ports),
  pushOffers: pushOffers(ports),
  hearChannels: hearChannels(ports),
  pushStock: pushStock(ports),
  receiveStock: receiveStock(ports),
  releaseStock: releaseStock(ports),
  restockOrder: restockOrder(ports),
  updateWarehouse: updateWarehouse(ports),
});

export type Operations = ReturnType<typeof createOperations>;
