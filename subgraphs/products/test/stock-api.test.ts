import { ANONYMOUS, type Viewer } from '@cartograph/kernel/viewer';
import { createLogger } from '@cartograph/runtime/logger';
import { expect, it } from 'vitest';
import { createExpireHolds } from '../src/jobs/expire-holds.ts';
import { ADJUST, address, COMMIT, CREATE, HOLD, LIST, RELEASE, RESTOCK } from './stock-documents.ts';
import { accountant, buyer, clerk, orders, stockShop } from './stock-shop.ts';
import { line, order } from './stock-world.ts';

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
  await using world = await stockShop();
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
    await statements(async () => {
      const from = [world.near, world.far].map((warehouseId) => ({ warehouseId, quantity: 2 }));
      expect((await ask(COMMIT, { id })).data.commitStock).toEqual(expect.arrayContaining(from));
    }),
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
  await using world = await stockShop();
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
  await using world = await stockShop();
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
  await using world = await stockShop();
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
  await using world = await stockShop();
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

it('lets nobody but the right callers in', async () => {
  await using world = await stockShop();
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
  await using world = await stockShop();
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
