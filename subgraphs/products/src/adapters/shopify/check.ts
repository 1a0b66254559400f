import { createShopifyClient, type ShopifyClientOptions } from './client.ts';

const READ = /* GraphQL */ `
  query ReadInventory {
    inventoryItems(first: 1) { nodes { id } }
  }
`;

/** Reads one inventory item, if there is any. */
export async function checkShopify(options: Omit<ShopifyClientOptions, 'timeoutMs'>): Promise<string> {
  await createShopifyClient({ ...options, timeoutMs: 10_000 }).ask(true, READ, {});
  return 'the token may read inventory';
}
