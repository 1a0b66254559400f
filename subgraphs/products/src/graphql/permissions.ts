import { allow, isNeighbour, isStaffOrNeighbour, isStaffWith, type Permissions } from '@cartograph/runtime/permissions';

const forCatalogue = isStaffWith('CATALOGUE');
const forStockKeepers = isStaffWith('CATALOGUE', 'FULFILMENT');
const forStaffOrNeighbour = isStaffOrNeighbour();

export const permissions: Permissions = {
  Query: {
    product: allow,
    products: allow,
    variant: allow,
    collection: allow,
    collections: allow,
    search: allow,
    priceLists: allow,
    checkoutVariants: isNeighbour,
    checkoutVariantsBySku: isNeighbour,
    // Inventory
    warehouse: forStaffOrNeighbour,
    warehouses: forStaffOrNeighbour,
    stockMovements: forStaffOrNeighbour,
    stockConflicts: forStaffOrNeighbour,
    offerRefusals: forStaffOrNeighbour,
  },
  Mutation: {
    createProduct: forCatalogue,
    updateProduct: forCatalogue,
    archiveProduct: forCatalogue,
    createCollection: forCatalogue,
    updateCollection: forCatalogue,
    setPrices: forCatalogue,
    // Inventory
    createWarehouse: forStockKeepers,
    updateWarehouse: forStockKeepers,
    adjustStock: forStockKeepers,
    receiveStock: forStockKeepers,
    holdStock: isNeighbour,
    commitStock: isNeighbour,
    releaseStock: isNeighbour,
    restockOrder: isNeighbour,
  },
  // What a competitor would like to know. These fields are nullable, so that a refusal takes nothing else with it.
  VariantInventory: { onHand: forStaffOrNeighbour, held: forStaffOrNeighbour, levels: forStaffOrNeighbour },
  Warehouse: { address: forStaffOrNeighbour, priority: forStaffOrNeighbour, active: forStaffOrNeighbour },
};
