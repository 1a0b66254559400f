import type { CountChange, SetOutcome, WarehouseLink, WarehouseSystem } from '../../ports/warehouse-system.ts';
import { createShopifyClient, type ShopifyClient, type ShopifyClientOptions } from './client.ts';

export interface ShopifyOptions extends Omit<ShopifyClientOptions, 'timeoutMs'> {
  readonly links: readonly WarehouseLink[];
  readonly timeoutMs?: number;
}

const FIND_ITEM = /* GraphQL */ `
  query FindItem($query: String!) {
    inventoryItems(first: 2, query: $query) { nodes { id sku } }
  }
`;
const COUNT = /* GraphQL */ `
  query Count($item: ID!, $location: ID!) {
    inventoryItem(id: $item) {
      inventoryLevel(locationId: $location) { quantities(names: ["available"]) { name quantity } }
    }
  }
`;
const SET = /* GraphQL */ `
  mutation SetCount($input: InventorySetQuantitiesInput!, $key: String!) {
    inventorySetQuantities(input: $input) @idempotent(key: $key) { userErrors { code field message } }
  }
`;
const ACTIVATE = /* GraphQL */ `
  mutation StockAt($item: ID!, $location: ID!, $available: Int!, $key: String!) {
    inventoryActivate(inventoryItemId: $item, locationId: $location, available: $available) @idempotent(key: $key) {
      userErrors { field message }
    }
  }
`;

interface UserErrors {
  readonly userErrors: readonly { readonly code?: string | null; readonly message: string }[];
}

const STALE = ['CHANGE_FROM_QUANTITY_STALE', 'COMPARE_QUANTITY_STALE'];
/** An earlier try under the same key is under way or failed: what came of it is seen by looking. */
const UNCLEAR = ['IDEMPOTENCY_CONCURRENT_REQUEST', 'IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED'];

/** A Shopify shop's inventory, which shows what can be sold at each of its locations. */
export function createShopifyWarehouse({ links, timeoutMs = 10_000, ...options }: ShopifyOptions): WarehouseSystem {
  const client = createShopifyClient({ ...options, timeoutMs });
  return {
    ...{ name: 'shopify', links },
    async findItem(sku) {
      const query = `sku:"${sku.replaceAll(/["\\]/g, '\\$&')}"`;
      const { inventoryItems } = await client.ask<{
        inventoryItems: { nodes: readonly { id: string; sku: string | null }[] };
      }>(true, FIND_ITEM, { query });
      // Its search is not exact.
      const found = inventoryItems.nodes.filter((item) => item.sku === sku);
      return found.length === 1 ? (found[0]?.id ?? null) : null;
    },
    async count(item, location) {
      const { inventoryItem } = await client.ask<{
        inventoryItem: { inventoryLevel: { quantities: readonly { name: string; quantity: number }[] } | null } | null;
      }>(true, COUNT, { item, location });
      return inventoryItem?.inventoryLevel?.quantities.find(({ name }) => name === 'available')?.quantity ?? null;
    },
    set: (change) => (change.from === null ? stockAt(client, change) : setCount(client, change, change.from)),
  };
}

async function setCount(
  client: ShopifyClient,
  { key, item, location, to }: CountChange,
  from: number,
): Promise<SetOutcome> {
  const quantity = { inventoryItemId: item, locationId: location, quantity: to, changeFromQuantity: from };
  const input = { name: 'available', reason: 'correction', quantities: [quantity] };
  const { inventorySetQuantities } = await client.ask<{ inventorySetQuantities: UserErrors }>(true, SET, {
    input,
    key,
  });
  return toOutcome(inventorySetQuantities);
}

/** The first count at a location. */
async function stockAt(client: ShopifyClient, { key, item, location, to }: CountChange): Promise<SetOutcome> {
  const variables = { key, item, location, available: to };
  const { inventoryActivate } = await client.ask<{ inventoryActivate: UserErrors }>(true, ACTIVATE, variables);
  return toOutcome(inventoryActivate);
}

function toOutcome({ userErrors }: UserErrors): SetOutcome {
  if (userErrors.length === 0) return { kind: 'set' };
  if (userErrors.some(({ code }) => STALE.includes(code ?? '') || UNCLEAR.includes(code ?? '')))
    return { kind: 'stale' };
  return { kind: 'refused', reason: userErrors.map(({ message }) => message).join(' ') };
}
