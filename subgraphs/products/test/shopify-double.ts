import { createHmac } from 'node:crypto';
import type { Answer, Call } from '@cartograph/contract-server/check';
import { readContractText } from '@cartograph/contract-server/contracts-folder';
import { openContractServer } from '@cartograph/contract-server/server';
import { createWebhooks } from '@cartograph/contract-server/webhooks';
import { buildSchema, execute, type GraphQLResolveInfo, getDirectiveValues, parse, validate } from 'graphql';

export const SHOPIFY_TOKEN = 'shpat_0123456789abcdef';
export const SHOPIFY_SECRET = 'a-secret-of-the-shopify-app';
const PATH = '/admin/api/2026-10/graphql.json';

interface Item {
  readonly id: string;
  readonly sku: string;
  /** What can be sold, by location. */
  readonly available: Map<string, number>;
}

interface QuantityInput {
  readonly inventoryItemId: string;
  readonly locationId: string;
  readonly quantity: number;
  readonly changeFromQuantity?: number | null;
}

const NOW = '2026-03-02T09:00:00Z';
const userError = (code: string, message: string) => ({ userErrors: [{ code, field: ['input'], message }] });

/**
 * A Shopify shop's inventory with a memory. Documents are held against the official schema, and so is what they are
 * answered with: both by graphql-js.
 */
export async function openShopifyDouble() {
  const schema = buildSchema(readContractText('shopify/admin-2026-10.inventory.graphql'));
  const idempotent = schema.getDirective('idempotent');
  if (!idempotent) throw new Error('the schema has no @idempotent');
  const items: Item[] = [];
  const kept = new Map<string, { readonly said: string; readonly answer: unknown }>();
  let target = '';
  const webhooks = createWebhooks(() => target);
  const byId = (id: string) => items.find((item) => item.id === id);

  /** One key has one effect; since 2026-04 there must be one. */
  function once<Args>(args: Args, info: GraphQLResolveInfo, make: () => unknown): unknown {
    const [node] = info.fieldNodes;
    const key = node && getDirectiveValues(idempotent as never, node, info.variableValues)?.key;
    if (typeof key !== 'string') throw new Error('The @idempotent directive is required for this mutation.');
    const said = JSON.stringify([info.fieldName, args]);
    const earlier = kept.get(key);
    if (earlier)
      return earlier.said === said ? earlier.answer : userError('IDEMPOTENCY_KEY_PARAMETER_MISMATCH', 'Another input.');
    const answer = make();
    kept.set(key, { said, answer });
    return answer;
  }

  function change(item: Item, location: string, available: number): void {
    item.available.set(location, available);
    webhooks.add(webhookOf(item.id, location, available));
  }

  function setOne({ inventoryItemId, locationId, quantity, changeFromQuantity }: QuantityInput): object {
    const item = byId(inventoryItemId);
    if (!item) return userError('INVALID_INVENTORY_ITEM', 'The specified inventory item could not be found.');
    const current = item.available.get(locationId);
    if (current === undefined) return userError('INVALID_LOCATION', 'The item is not stocked at the location.');
    if (changeFromQuantity === undefined) throw new Error('changeFromQuantity must be given.');
    if (changeFromQuantity !== null && changeFromQuantity !== current)
      return userError('CHANGE_FROM_QUANTITY_STALE', 'The changeFromQuantity argument no longer matches.');
    change(item, locationId, quantity);
    return { userErrors: [] };
  }

  const root = {
    inventoryItems({ query = '' }: { query?: string }) {
      // Like the real search, it finds more than what was meant.
      const sku = /^sku:"(.*)"$/.exec(query)?.[1]?.replaceAll(/\\(.)/g, '$1') ?? '';
      return { nodes: items.filter((item) => item.sku.startsWith(sku)).slice(0, 2), edges: [], pageInfo: {} };
    },
    inventoryItem({ id }: { id: string }) {
      const item = byId(id);
      if (!item) return null;
      return {
        ...item,
        inventoryLevel({ locationId }: { locationId: string }) {
          const quantity = item.available.get(locationId);
          const quantities = ({ names }: { names: string[] }) => names.map((name) => ({ id: 'q', name, quantity }));
          return quantity === undefined ? null : { id: 'l', quantities };
        },
      };
    },
    inventorySetQuantities: (
      args: { input: { name: string; quantities: QuantityInput[] } },
      _context: unknown,
      info: GraphQLResolveInfo,
    ) =>
      once(args, info, () => {
        const [quantity] = args.input.quantities;
        if (args.input.name !== 'available' || !quantity) return userError('INVALID_NAME', 'Not that name.');
        return setOne(quantity);
      }),
    inventoryActivate: (
      args: { inventoryItemId: string; locationId: string; available: number },
      _context: unknown,
      info: GraphQLResolveInfo,
    ) =>
      once(args, info, () => {
        const item = byId(args.inventoryItemId);
        if (!item) return { userErrors: [{ field: null, message: 'The item does not exist.' }] };
        change(item, args.locationId, args.available);
        return { userErrors: [], inventoryLevel: null };
      }),
  };

  async function answer({ body }: Call): Promise<Answer> {
    const document = parse(body.query);
    const errors = validate(schema, document);
    if (errors.length > 0) throw new Error(`the document is not as the schema says: ${errors.join('; ')}`);
    const result = await execute({ schema, document, rootValue: root, variableValues: body.variables });
    if (result.errors) throw new Error(`the answer is not as the schema says: ${result.errors.join('; ')}`);
    return { status: 200, body: result };
  }

  const server = await openContractServer({
    contracts: [],
    answers: {},
    besides: { [`POST ${PATH}`]: answer },
    nameOf: ({ text }) => /(?:query|mutation) (\w+)/.exec(text)?.[1] ?? null,
    refuse: ({ headers }) =>
      headers['x-shopify-access-token'] === SHOPIFY_TOKEN
        ? null
        : { status: 401, body: { errors: '[API] Invalid API key or access token' } },
  });

  return {
    ...{ server, webhooks, url: server.url },
    sendWebhooksTo: (url: string) => {
      target = url;
    },
    addItem(sku: string): Item {
      // As many digits as Shopify's ids may have: more than a JavaScript number keeps.
      const item = {
        id: `gid://shopify/InventoryItem/${271_878_346_596_884_015n + BigInt(items.length)}`,
        sku,
        available: new Map(),
      };
      items.push(item);
      return item;
    },
    removeItem: (item: Item) => void items.splice(items.indexOf(item), 1),
    /** Somebody over there changes a count. */
    changeThere: change,
    /** How often something was set, whether it took effect or not. */
    sets: () => server.calls.filter(({ operation }) => operation === 'SetCount' || operation === 'StockAt').length,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

export type ShopifyDouble = Awaited<ReturnType<typeof openShopifyDouble>>;

export const throttled: Answer = {
  status: 200,
  body: {
    errors: [{ message: 'Throttled', extensions: { code: 'THROTTLED' } }],
    extensions: {
      cost: {
        requestedQueryCost: 10,
        throttleStatus: { maximumAvailable: 2000, currentlyAvailable: 5, restoreRate: 100 },
      },
    },
  },
};

export const signShopify = (body: string, secret = SHOPIFY_SECRET): string =>
  createHmac('sha256', secret).update(body).digest('base64');

function webhookOf(item: string, location: string, available: number) {
  const number = (id: string) => id.replace(/^.*\//, '');
  const body = `{"inventory_item_id":${number(item)},"location_id":${number(location)},"available":${available},"updated_at":"${NOW}"}`;
  return {
    body,
    headers: { 'x-shopify-topic': 'inventory_levels/update', 'x-shopify-hmac-sha256': signShopify(body) },
  };
}
