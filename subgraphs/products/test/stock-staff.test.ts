import { expect, it } from 'vitest';
import { ADJUST, address, CREATE, LIST } from './stock-documents.ts';
import { buyer, clerk, stockShop } from './stock-shop.ts';
import { line, order } from './stock-world.ts';

it('opens one warehouse per key, also when the request is sent many times at once', async () => {
  await using world = await stockShop();
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
  await using world = await stockShop();
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

it('lists warehouses to staff by priority, page by page', async () => {
  await using world = await stockShop();
  const last = await world.warehouse(2);
  const ask = world.as(clerk);
  const first = (await ask(LIST, { first: 2 })).data.warehouses;
  expect(first.nodes).toEqual([{ id: world.near }, { id: world.far }]);
  const second = (await ask(LIST, { first: 2, after: first.pageInfo.endCursor })).data.warehouses;
  expect(second).toMatchObject({ nodes: [{ id: last }], pageInfo: { hasNextPage: false } });
  expect((await ask(LIST, { first: 1e9 })).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  expect((await ask(LIST, { first: 1, after: 'x' })).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
});

it('corrects stock for staff, with a typed answer to each mistake', async () => {
  await using world = await stockShop();
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
  await using world = await stockShop();
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
  await using world = await stockShop();
  const ENTITY = /* GraphQL */ `
    query ($keys: [_Any!]!) {
      _entities(representations: $keys) { ... on Warehouse { id countryCode address { city } priority active } }
    }
  `;
  const { data, errors } = await world.as(buyer)(ENTITY, { keys: [{ __typename: 'Warehouse', id: world.near }] });
  expect(data._entities).toEqual([{ id: world.near, countryCode: 'DE', address: null, priority: null, active: null }]);
  expect(errors).toHaveLength(3);
});
