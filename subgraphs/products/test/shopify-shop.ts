import type { Viewer } from '@cartograph/kernel/viewer';
import { askSubgraph, TEST_SECRET } from '@cartograph/runtime/testing/ask';
import { createShopifyWarehouse } from '../src/adapters/shopify/warehouse.ts';
import { receiveShopify } from '../src/http/shopify-webhook.ts';
import { createOperations } from '../src/operations/index.ts';
import { createProducts, createStores } from '../src/subgraph.ts';
import { openShopifyDouble, SHOPIFY_SECRET, SHOPIFY_TOKEN } from './shopify-double.ts';
import { stockWorld } from './stock-world.ts';

export const NEAR = 'gid://shopify/Location/655441491';
export const FAR = 'gid://shopify/Location/655441492';

/** A shop of ours with two warehouses, both shown by a Shopify shop. */
export async function openShopifyShop() {
  const world = await stockWorld();
  const double = await openShopifyDouble();
  const options = { store: 'demo.myshopify.com', accessToken: SHOPIFY_TOKEN, url: double.url };
  const links = [
    { warehouseId: world.near, location: NEAR },
    { warehouseId: world.far, location: FAR },
  ];
  const ports = createStores(world.db, [createShopifyWarehouse({ ...options, links, timeoutMs: 10_000 })]);
  await ports.pushes.link('shopify', links);
  const config = { port: 0, envelopeSecret: TEST_SECRET, logLevel: 'silent', defaultCurrency: 'EUR' };
  const products = createProducts(ports, { ...config, webhooks: [receiveShopify(SHOPIFY_SECRET)] });
  const url = await products.listen();
  double.sendWebhooksTo(new URL('/webhooks/shopify', url).href);
  return {
    ...{ ...world, double, url, ports, links },
    push: createOperations(ports).pushStock,
    as: (viewer: Viewer) => askSubgraph('products', url, viewer),
    /** As if the time that a failure is waited for was over. */
    due: () => world.run('UPDATE stock_push SET due_at = now()'),
    async [Symbol.asyncDispose]() {
      await products.close();
      await double[Symbol.asyncDispose]();
      await world[Symbol.asyncDispose]();
    },
  };
}
export type ShopifyShop = Awaited<ReturnType<typeof openShopifyShop>>;

/** A variant that Shopify has, too. */
export async function shown(world: ShopifyShop, stock: { near?: number; far?: number }) {
  const variantId = await world.variant(stock);
  return { variantId, item: world.double.addItem(variantId) };
}
