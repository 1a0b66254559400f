import { Collection, collection, collections } from './collection.ts';
import * as collectionMutations from './collection-mutations.ts';
import * as inventory from './inventory.ts';
import { OfferRefusal, offerRefusals } from './offer-refusal.ts';
import { Money, Product, product, products } from './product.ts';
import * as productMutations from './product-mutations.ts';
import { SearchConnection, search } from './search.ts';
import * as stock from './stock-commands.ts';
import { StockConflict, stockConflicts } from './stock-conflict.ts';
import { checkoutVariants, checkoutVariantsBySku, PriceList, priceLists, Variant, variant } from './variant.ts';
import * as warehouses from './warehouse.ts';

export const resolvers = {
  Query: {
    product,
    products,
    variant,
    collection,
    collections,
    search,
    priceLists,
    checkoutVariants,
    checkoutVariantsBySku,
    warehouse: warehouses.warehouse,
    warehouses: warehouses.warehouses,
    stockMovements: inventory.stockMovements,
    stockConflicts,
    offerRefusals,
  },
  Mutation: {
    createProduct: productMutations.createProduct,
    updateProduct: productMutations.updateProduct,
    archiveProduct: productMutations.archiveProduct,
    setPrices: productMutations.setPrices,
    createCollection: collectionMutations.createCollection,
    updateCollection: collectionMutations.updateCollection,
    createWarehouse: warehouses.createWarehouse,
    updateWarehouse: warehouses.updateWarehouse,
    adjustStock: stock.adjustStock,
    receiveStock: stock.receiveStock,
    holdStock: stock.holdStock,
    commitStock: stock.commitStock,
    releaseStock: stock.releaseStock,
    restockOrder: stock.restockOrder,
  },
  Money,
  Product,
  Variant,
  PriceList,
  Collection,
  SearchConnection,
  CreateProductResult: productMutations.CreateProductResult,
  UpdateProductResult: productMutations.UpdateProductResult,
  ArchiveProductResult: productMutations.ArchiveProductResult,
  SetPricesResult: productMutations.SetPricesResult,
  CreateCollectionResult: collectionMutations.CreateCollectionResult,
  UpdateCollectionResult: collectionMutations.UpdateCollectionResult,
  // Inventory
  Warehouse: warehouses.Warehouse,
  VariantInventory: inventory.VariantInventory,
  StockLevel: inventory.StockLevel,
  StockMovement: inventory.StockMovement,
  StockConflict,
  OfferRefusal,
  AdjustStockResult: stock.AdjustStockResult,
  ReceiveStockResult: stock.ReceiveStockResult,
  HoldStockResult: stock.HoldStockResult,
  CreateWarehouseResult: stock.CreateWarehouseResult,
  UpdateWarehouseResult: stock.UpdateWarehouseResult,
  InventoryKeyReused: stock.InventoryKeyReused,
  StockChanged: stock.StockChanged,
  StockTooLow: stock.StockTooLow,
};
