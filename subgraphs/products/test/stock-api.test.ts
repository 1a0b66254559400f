import { ANONYMOUS, type Viewer } from '@cartograph/kernel/viewer';
import { createLogger } from '@cartograph/runtime/logger';
import { askSubgraph, TEST_SECRET } from '@cartograph/runtime/testing/ask';
import { expect, it } from 'vitest';
import { createExpireHolds } from '../src/jobs/expire-holds.ts';
import { createProducts, createStores } from '../src/subgraph.ts';
import { line, order, stockWorld } from './stock-world.ts';

const clerk: Viewer = { kind: 'staff', staffId: 'Staff:clerk', roles: ['FULFILMENT'] };
const accountant: Viewer = { kind: 'staff', staffId: 'Staff:books', roles: ['FINANCE'] };
const orders: Viewer = { kind: 'service', service: 'orders' };
const buyer: Viewer = { kind: 'customer', customerId: 'Customer:01J00000000000000000000000' };

async function shop() {
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

const HOLD = /* GraphQL */ `
  mutation ($input: HoldStockInput!) {
    holdStock(input: $input) {
      __typename
      ... on StockHeld { expiresAt allocations { variantId warehouseId quantity } }
      ... on InsufficientStock { message lines { variantId requested available } }
    }
  }
`;
const COMMIT = 'mutation ($id: ID!) { commitStock(orderId: $id) }';
const RELEASE = 'mutation ($id: ID!) { releaseStock(orderId: $id) }';
const RESTOCK = /* GraphQL */ `
  mutation ($id: ID!, $lines: [StockLineInput!]!, $key: String!) {
    restockOrder(orderId: $id, lines: $lines, key: $key)
  }
`;
const INVENTORY = /* GraphQL */ `
  query ($keys: [_Any!]!) {
    _entities(representations: $keys) {
      ... on Variant { id availableQuantity inventory { available inStock backorder } }
    }
  }
`;
const STAFF_INVENTORY = /* GraphQL */ `
  query ($id: ID!) {
    variant(id: $id) {
      inventory { onHand held available levels { onHand held available warehouse { id name address { city } } } }
    }
  }
`;
const variantKey = (id: string) => ({ __typename: 'Variant', id });

it('holds, sells and restocks for the orders subgraph, one statement each', async () => {
  await using world = await shop();
  const shirt = await world.variant({ near: 2, far: 3 });
  const ask = world.as(orders);
  const id = order();
  const statements = async (work: () => Promise<unknown>) => {
    const before = world.db.statements.count;
    await work();
    return world.db.statements.count - before;
  };
  const counts = [
    await statements(async () => {
      const { data } = await ask(HOLD, { input: { orderId: id, lines: [line(shirt, 4)], expiresInSeconds: 900 } });
      expect(data.holdStock).toMatchObject({
        __typename: 'StockHeld',
        expiresAt: expect.stringMatching(/^\d{4}-.*Z$/),
        allocations: [
          { variantId: shirt, warehouseId: world.near, quantity: 2 },
          { variantId: shirt, warehouseId: world.far, quantity: 2 },
        ],
      });
    }),
    await statements(async () => expect((await ask(COMMIT, { id })).data).toEqual({ commitStock: true })),
    await statements(async () => expect((await ask(RELEASE, { id })).data).toEqual({ releaseStock: false })),
    await statements(async () => {
      const { data } = await ask(RESTOCK, { id, lines: [line(shirt), line(shirt)], key: 'return-1' });
      expect(data).toEqual({ restockOrder: true });
    }),
  ];
  expect(counts).toEqual([1, 1, 1, 1]);
  expect(await world.available(shirt)).toBe(3);
  expect(await world.drift()).toEqual([]);
});

it('says in the answer what is short', async () => {
  await using world = await shop();
  const shirt = await world.variant({ near: 2 });
  const input = { orderId: order(), lines: [line(shirt, 2), line(shirt, 1)], expiresInSeconds: 900 };
  const { data } = await world.as(orders)(HOLD, { input });
  expect(data.holdStock).toEqual({
    __typename: 'InsufficientStock',
    message: `Of ${shirt} 3 were asked for and 2 are left.`,
    lines: [{ variantId: shirt, requested: 3, available: 2 }],
  });
});

it('refuses a hold that contradicts itself', async () => {
  await using world = await shop();
  const shirt = await world.variant({ near: 5 });
  const ask = world.as(orders);
  const codeOf = async (input: object) => (await ask(HOLD, { input })).errors?.[0]?.extensions.code;
  const good = { orderId: order(), lines: [line(shirt, 1)], expiresInSeconds: 900 };
  for (const bad of [
    { lines: [] },
    { lines: [line(shirt, 0)] },
    { lines: [line(shirt, -1)] },
    { expiresInSeconds: 0 },
    { orderId: '' },
  ])
    expect(await codeOf({ ...good, ...bad })).toBe('BAD_USER_INPUT');
  expect(await codeOf({ ...good, lines: [line(shirt, 2 ** 31)] })).toBeDefined();
  expect(await codeOf(good)).toBeUndefined();
  expect(await codeOf({ ...good, lines: [line(shirt, 2)] })).toBe('CONFLICT');
  await ask(RELEASE, { id: good.orderId });
  expect(await codeOf(good)).toBe('CONFLICT');
});

it('tells a buyer what can be bought, and keeps the rest to staff', async () => {
  await using world = await shop();
  const shirt = await world.variant({ near: 2, far: 1 });
  const hat = await world.variant({ backorder: true });
  await world.holds.hold(order(), [line(shirt)], 60);
  const { data } = await world.as(ANONYMOUS)(INVENTORY, { keys: [variantKey(shirt), variantKey(hat)] });
  expect(data._entities).toEqual([
    { id: shirt, availableQuantity: 2, inventory: { available: 2, inStock: true, backorder: false } },
    { id: hat, availableQuantity: 0, inventory: { available: 0, inStock: false, backorder: true } },
  ]);
  const asked = await world.as(buyer)(STAFF_INVENTORY, { id: shirt });
  expect(asked.data.variant.inventory).toEqual({ onHand: null, held: null, available: 2, levels: null });
  expect(asked.errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN']);
  const staff = await world.as(clerk)(STAFF_INVENTORY, { id: shirt });
  expect(staff.data.variant.inventory).toEqual({
    onHand: 3,
    held: 1,
    available: 2,
    levels: [
      {
        onHand: 2,
        held: 1,
        available: 1,
        warehouse: { id: world.near, name: world.near, address: { city: 'Hamburg' } },
      },
      { onHand: 1, held: 0, available: 1, warehouse: { id: world.far, name: world.far, address: { city: 'Hamburg' } } },
    ],
  });
});

it('reads the stock of a hundred variants in as many statements as that of one', async () => {
  await using world = await shop();
  const variants = await Promise.all(Array.from({ length: 100 }, () => world.variant({ near: 1, far: 1 })));
  const FIELDS = /* GraphQL */ `
    query ($keys: [_Any!]!) {
      _entities(representations: $keys) {
        ... on Variant { availableQuantity inventory { available inStock held levels { held warehouse { name } } } }
      }
    }
  `;
  const count = async (ids: readonly string[]) => {
    const before = world.db.statements.count;
    const { data, errors } = await world.as(clerk)(FIELDS, { keys: ids.map(variantKey) });
    expect(errors).toBeUndefined();
    expect(data._entities).toHaveLength(ids.length);
    return world.db.statements.count - before;
  };
  const one = await count(variants.slice(0, 1));
  expect(await count(variants)).toBe(one);
  expect(one).toBe(4); // The variants, their inventory, its levels, the warehouses.
});

const CREATE = /* GraphQL */ `
  mutation ($input: CreateWarehouseInput!) {
    createWarehouse(input: $input) {
      __typename
      ... on CreateWarehouseSuccess { replayed warehouse { id name countryCode priority active address { name line1 city countryCode phone } } }
      ... on InvalidInput { issues { path } }
      ... on UserError { message }
    }
  }
`;
const address = { name: 'Dock 4', line1: 'Kai 7', city: 'Bremen', countryCode: 'DE' };

it('opens one warehouse per key, also when the request is sent many times at once', async () => {
  await using world = await shop();
  const input = { key: 'open-1', name: 'Bremen', address };
  const answers = await Promise.all(Array.from({ length: 6 }, () => world.as(clerk)(CREATE, { input })));
  const results = answers.map(({ data }) => data.createWarehouse);
  expect(new Set(results.map(({ warehouse }) => warehouse.id)).size).toBe(1);
  expect(results.filter(({ replayed }) => !replayed)).toHaveLength(1);
  expect(results[0]).toMatchObject({
    __typename: 'CreateWarehouseSuccess',
    warehouse: { name: 'Bremen', countryCode: 'DE', priority: 100, active: true, address: { ...address, phone: null } },
  });
  const other = await world.as(clerk)(CREATE, { input: { ...input, name: 'Kiel' } });
  expect(other.data.createWarehouse.__typename).toBe('InventoryKeyReused');
  const bad = await world.as(clerk)(CREATE, { input: { ...input, key: 'open-2', name: ' ', priority: -1 } });
  expect(bad.data.createWarehouse.issues).toEqual([{ path: ['name'] }, { path: ['priority'] }]);
});

it('changes what is given of a warehouse and leaves the rest', async () => {
  await using world = await shop();
  const UPDATE = /* GraphQL */ `
    mutation ($input: UpdateWarehouseInput!) {
      updateWarehouse(input: $input) {
        __typename
        ... on UpdateWarehouseSuccess { warehouse { name priority active address { city } } }
      }
    }
  `;
  const update = async (input: object) => (await world.as(clerk)(UPDATE, { input })).data.updateWarehouse;
  const changed = await update({ id: world.near, name: 'Old town', active: false, priority: null });
  expect(changed).toEqual({
    __typename: 'UpdateWarehouseSuccess',
    warehouse: { name: 'Old town', priority: 1, active: false, address: { city: 'Hamburg' } },
  });
  expect((await update({ id: world.near })).warehouse).toEqual(changed.warehouse);
  for (const id of ['Warehouse:00000000000000000000000000', 'nonsense'])
    expect((await update({ id, name: 'x' })).__typename).toBe('NotFound');
});

const LIST = /* GraphQL */ `
  query ($first: Int!, $after: String) {
    warehouses(first: $first, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } }
  }
`;

it('lists warehouses to staff by priority, page by page', async () => {
  await using world = await shop();
  const last = await world.warehouse(2);
  const ask = world.as(clerk);
  const first = (await ask(LIST, { first: 2 })).data.warehouses;
  expect(first.nodes).toEqual([{ id: world.near }, { id: world.far }]);
  const second = (await ask(LIST, { first: 2, after: first.pageInfo.endCursor })).data.warehouses;
  expect(second).toMatchObject({ nodes: [{ id: last }], pageInfo: { hasNextPage: false } });
  expect((await ask(LIST, { first: 1e9 })).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  expect((await ask(LIST, { first: 1, after: 'x' })).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
});

const ADJUST = /* GraphQL */ `
  mutation ($input: AdjustStockInput!) {
    adjustStock(input: $input) {
      __typename
      ... on AdjustStockSuccess { replayed level { onHand available warehouse { id } } }
      ... on StockChanged { onHand }
      ... on StockTooLow { onHand held }
      ... on InvalidInput { issues { path } }
      ... on UserError { message }
    }
  }
`;

it('corrects stock for staff, with a typed answer to each mistake', async () => {
  await using world = await shop();
  const shirt = await world.variant({ near: 10 });
  await world.holds.hold(order(), [line(shirt, 4)], 60);
  const adjust = async (input: object) => {
    const full = { variantId: shirt, warehouseId: world.near, reason: 'count', ...input };
    return (await world.as(clerk)(ADJUST, { input: full })).data.adjustStock;
  };
  const level = { onHand: 8, available: 4, warehouse: { id: world.near } };
  expect(await adjust({ key: 'a', delta: -2 })).toMatchObject({ replayed: false, level });
  expect(await adjust({ key: 'a', delta: -2 })).toMatchObject({ replayed: true, level });
  expect(await adjust({ key: 'a', delta: -3 })).toMatchObject({ __typename: 'InventoryKeyReused' });
  expect(await adjust({ key: 'b', setTo: 5, ifOnHand: 10 })).toMatchObject({ __typename: 'StockChanged', onHand: 8 });
  expect(await adjust({ key: 'c', setTo: 3 })).toMatchObject({ __typename: 'StockTooLow', onHand: 8, held: 4 });
  const unknown = { variantId: 'Variant:00000000000000000000000000' };
  expect(await adjust({ key: 'd', setTo: 3, ...unknown })).toMatchObject({ __typename: 'NotFound' });
  expect(await adjust({ key: '', setTo: -1, delta: 0 })).toMatchObject({
    __typename: 'InvalidInput',
    issues: [{ path: ['key'] }, { path: ['delta'] }, { path: ['delta'] }, { path: ['setTo'] }],
  });
  expect(await world.drift()).toEqual([]);
});

it('books a delivery and shows it in the ledger with who did it', async () => {
  await using world = await shop();
  const shirt = await world.variant();
  const RECEIVE = /* GraphQL */ `
    mutation ($input: ReceiveStockInput!) {
      receiveStock(input: $input) { __typename ... on ReceiveStockSuccess { replayed levels { onHand } } }
    }
  `;
  const input = { key: 'd-1', warehouseId: world.near, lines: [line(shirt, 3), line(shirt, 4)], reference: 'LS 4711' };
  const { data } = await world.as(clerk)(RECEIVE, { input });
  expect(data.receiveStock).toEqual({ __typename: 'ReceiveStockSuccess', replayed: false, levels: [{ onHand: 7 }] });
  const LEDGER = /* GraphQL */ `
    query ($id: ID!) {
      stockMovements(variantId: $id) {
        nodes { id kind onHandDelta heldDelta reference actor orderId warehouse { id } }
      }
    }
  `;
  const ledger = await world.as(clerk)(LEDGER, { id: shirt });
  expect(ledger.data.stockMovements.nodes).toEqual([
    {
      ...{ id: expect.stringMatching(/^StockMovement:\d+$/), kind: 'RECEIVED', onHandDelta: 7, heldDelta: 0 },
      ...{ reference: 'LS 4711', actor: 'Staff:clerk', orderId: null, warehouse: { id: world.near } },
    },
  ]);
  const tooMany = { ...input, key: 'd-2', lines: Array.from({ length: 101 }, () => line(shirt)) };
  expect((await world.as(clerk)(RECEIVE, { input: tooMany })).data.receiveStock.__typename).toBe('InvalidInput');
});

it('shows a stranger where a warehouse is by country, and nothing else of it', async () => {
  await using world = await shop();
  const ENTITY = /* GraphQL */ `
    query ($keys: [_Any!]!) {
      _entities(representations: $keys) { ... on Warehouse { id countryCode address { city } priority active } }
    }
  `;
  const { data, errors } = await world.as(buyer)(ENTITY, { keys: [{ __typename: 'Warehouse', id: world.near }] });
  expect(data._entities).toEqual([{ id: world.near, countryCode: 'DE', address: null, priority: null, active: null }]);
  expect(errors).toHaveLength(3);
});

it('lets nobody but the right callers in', async () => {
  await using world = await shop();
  const shirt = await world.variant({ near: 1 });
  const hold = { input: { orderId: order(), lines: [line(shirt)], expiresInSeconds: 60 } };
  const adjust = { input: { key: 'k', variantId: shirt, warehouseId: world.near, delta: 1, reason: 'x' } };
  const ledger = '{ stockMovements(variantId: "x") { nodes { id } } }';
  const code = async (viewer: Viewer, query: string, variables: object) =>
    (await world.as(viewer)(query, variables)).errors?.[0]?.extensions.code;
  for (const viewer of [buyer, clerk]) {
    expect(await code(viewer, HOLD, hold)).toBe('FORBIDDEN');
    expect(await code(viewer, COMMIT, { id: 'x' })).toBe('FORBIDDEN');
    expect(await code(viewer, RELEASE, { id: 'x' })).toBe('FORBIDDEN');
    expect(await code(viewer, RESTOCK, { id: 'x', lines: [], key: 'k' })).toBe('FORBIDDEN');
  }
  for (const viewer of [buyer, accountant]) {
    expect(await code(viewer, ADJUST, adjust)).toBe('FORBIDDEN');
    expect(await code(viewer, CREATE, { input: { key: 'k', name: 'x', address } })).toBe('FORBIDDEN');
  }
  expect(await code(buyer, ledger, {})).toBe('FORBIDDEN');
  expect(await code(buyer, LIST, { first: 1 })).toBe('FORBIDDEN');
  expect(await code(ANONYMOUS, LIST, { first: 1 })).toBe('UNAUTHENTICATED');
  expect(await world.run('SELECT * FROM stock_order')).toEqual([]);
});

it('gives goods back by itself when their time is over', async () => {
  await using world = await shop();
  const shirt = await world.variant({ near: 3 });
  const ids = [order(), order(), order()];
  for (const id of ids) await world.holds.hold(id, [line(shirt)], 60);
  await world.letExpire(ids[0] ?? '');
  await world.letExpire(ids[1] ?? '');
  const job = createExpireHolds(world.holds, 60_000, createLogger('products', 'silent'));
  job.start();
  await job.stop();
  expect(await world.available(shirt)).toBe(2);
});
