import { createShopifyClient } from './client.ts';
import type { ShopifyOptions } from './warehouse.ts';

const READ = /* GraphQL */ `
  query ReadInventory {
    inventoryItems(first: 1) { nodes { id } }
  }
`;

/** Reads one inventory item, if there is any. */
export async function checkShopify({ timeoutMs = 10_000, ...options }: ShopifyOptions): Promise<string> {
  await createShopifyClient({ ...options, timeoutMs }).ask(true, READ, {});
  return 'the token may read inventory';
}
