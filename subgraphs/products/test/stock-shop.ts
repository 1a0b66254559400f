import type { Viewer } from '@cartograph/kernel/viewer';
import { askSubgraph, TEST_SECRET } from '@cartograph/runtime/testing/ask';
import { createProducts, createStores } from '../src/subgraph.ts';
import { stockWorld } from './stock-world.ts';

export const clerk: Viewer = { kind: 'staff', staffId: 'Staff:clerk', roles: ['FULFILMENT'] };
export const accountant: Viewer = { kind: 'staff', staffId: 'Staff:books', roles: ['FINANCE'] };
export const orders: Viewer = { kind: 'service', service: 'orders' };
export const buyer: Viewer = { kind: 'customer', customerId: 'Customer:01J00000000000000000000000' };

/** The whole subgraph over HTTP, on a database with two warehouses. */
export async function stockShop() {
  const world = await stockWorld();
  const config = { port: 0, envelopeSecret: TEST_SECRET, logLevel: 'silent', defaultCurrency: 'EUR' };
  const products = createProducts(createStores(world.db), config);
  const url = await products.listen();
  return {
    ...world,
    as: (viewer: Viewer) => askSubgraph('products', url, viewer),
    async [Symbol.asyncDispose]() {
      await products.close();
      await world[Symbol.asyncDispose]();
    },
  };
}
