import { allow, isNeighbour, isStaffOrNeighbour, isStaffWith, type Permissions } from '@cartograph/runtime/permissions';

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
    // Inventory
    warehouse: isStaffOrNeighbour(),
    warehouses: isStaffOrNeighbour(),
    stockMovements: isStaffOrNeighbour(),
  },
  Mutation: {
    createProduct: isStaffWith('CATALOGUE'),
    updateProduct: isStaffWith('CATALOGUE'),
    archiveProduct: isStaffWith('CATALOGUE'),
    createCollection: isStaffWith('CATALOGUE'),
    updateCollection: isStaffWith('CATALOGUE'),
    setPrices: isStaffWith('CATALOGUE'),
    // Inventory
    createWarehouse: isStaffWith('CATALOGUE', 'FULFILMENT'),
    updateWarehouse: isStaffWith('CATALOGUE', 'FULFILMENT'),
    adjustStock: isStaffWith('CATALOGUE', 'FULFILMENT'),
    receiveStock: isStaffWith('CATALOGUE', 'FULFILMENT'),
    holdStock: isNeighbour,
    commitStock: isNeighbour,
    releaseStock: isNeighbour,
    restockOrder: isNeighbour,
  },
  // What a competitor would like to know. These fields are nullable, so that a refusal takes nothing else with it.
  VariantInventory: { onHand: isStaffOrNeighbour(), held: isStaffOrNeighbour(), levels: isStaffOrNeighbour() },
  Warehouse: { address: isStaffOrNeighbour(), priority: isStaffOrNeighbour(), active: isStaffOrNeighbour() },
};
