import { newId } from '@cartograph/runtime/ids';
import { testDatabase } from '@cartograph/runtime/testing/test-database';
import { describe, expect, it } from 'vitest';
import { createFakeShop } from './fake-shop.ts';
import { newCustomer, newGuest, openShop, orderOf, place, staff } from './open-shop.ts';

const ENTITIES = /* GraphQL */ `
  query ($keys: [_Any!]!) {
    _entities(representations: $keys) {
      ... on Order { id number lines { id } timeline { nodes { id } } }
      ... on OrderLine { id sku }
      ... on Customer { id orders { nodes { id } } }
    }
  }
`;
const MINE = /* GraphQL */ `
  query ($id: ID!, $number: String!, $filter: OrderFilter) {
    order(id: $id) { id lines { id } }
    orderByNumber(number: $number) { id }
    orders(filter: $filter) { nodes { id } pageInfo { hasNextPage } }
  }
`;
const COMPLETE = 'mutation ($id: ID!) { completePayment(input: { orderId: $id }) { __typename } }';

describe('an order read by somebody else', () => {
  it('is absent by every route, and there for its buyer and for staff', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(5);
    await using shop = await openShop(db, neighbours);
    const ada = newCustomer();
    const bob = newCustomer();
    const { order } = await place(shop, ada, orderOf(atlas));
    const lineId = order.lines[0].id;
    const keys = [
      { __typename: 'Order', id: order.id },
      { __typename: 'OrderLine', id: lineId },
      { __typename: 'Customer', id: ada.customerId },
    ];
    const variables = {
      id: order.id,
      number: order.number,
      filter: { buyerId: ada.customerId, email: 'ada@example.com' },
    };
    const typed = `${order.number.slice(0, 4).toLowerCase()} - ${order.number.slice(4)}`;

    for (const stranger of [bob, newGuest()]) {
      const entities = await shop.as(stranger)(ENTITIES, { keys });
      expect(entities.data._entities).toEqual([null, null, { id: ada.customerId, orders: { nodes: [] } }]);
      const { data } = await shop.as(stranger)(MINE, variables);
      expect(data).toEqual({
        order: null,
        orderByNumber: null,
        orders: { nodes: [], pageInfo: { hasNextPage: false } },
      });
      const complete = await shop.as(stranger)(COMPLETE, { id: order.id });
      expect(complete.data.completePayment.__typename).toBe('NotFound');
    }
    const anonymous = await shop.as({ kind: 'anonymous' })(ENTITIES, { keys });
    expect(anonymous.data._entities).toEqual([null, null, { id: ada.customerId, orders: { nodes: [] } }]);

    for (const reader of [ada, staff]) {
      const entities = await shop.as(reader)(ENTITIES, { keys });
      expect(entities.data._entities).toMatchObject([
        { id: order.id, lines: [{ id: lineId }] },
        { id: lineId },
        { orders: { nodes: [{ id: order.id }] } },
      ]);
      const { data } = await shop.as(reader)(MINE, { ...variables, number: typed });
      expect(data).toMatchObject({ order: { id: order.id }, orderByNumber: { id: order.id }, orders: { nodes: [{}] } });
    }
    expect((await shop.as(bob)(MINE, { ...variables, id: 'nonsense' })).data.order).toBeNull();
  });
});

describe('orders', () => {
  it('come newest first, page by page, without those that never came about', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(9);
    await using shop = await openShop(db, neighbours);
    const ada = newCustomer();
    const placed: string[] = [];
    for (let index = 0; index < 3; index += 1) placed.unshift((await place(shop, ada, orderOf(atlas))).order.id);
    await place(shop, ada, orderOf(atlas, { payment: { token: 'tok_declined' } }));
    const list = /* GraphQL */ `
      query ($after: String, $filter: OrderFilter) {
        orders(first: 2, after: $after, filter: $filter) { nodes { id status } pageInfo { hasNextPage endCursor } }
      }
    `;

    const first = (await shop.as(ada)(list)).data.orders;
    const second = (await shop.as(ada)(list, { after: first.pageInfo.endCursor })).data.orders;

    expect([...first.nodes, ...second.nodes].map(({ id }: { id: string }) => id)).toEqual(placed);
    expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);
    const refused = await shop.as(ada)(list, { filter: { status: ['REFUSED'] } });
    expect(refused.data.orders.nodes).toMatchObject([{ status: 'REFUSED' }]);
  });

  it.each([0, -1, 101, 1e9])('cannot be listed %i at a time', async (first) => {
    await using db = await testDatabase('orders');
    await using shop = await openShop(db, createFakeShop());
    const { errors } = await shop.as(newCustomer())('query ($first: Int!) { orders(first: $first) { nodes { id } } }', {
      first,
    });
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  it('need as many statements for a hundred as for one, lines and timelines included', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(100);
    await using shop = await openShop(db, neighbours, { relay: false });
    const ada = newCustomer();
    const others = [newCustomer(), newCustomer()];
    for (const buyer of [ada, ada, ada, ada, ...others]) await place(shop, buyer, orderOf(atlas));
    const mine = /* GraphQL */ `
      query ($first: Int!) {
        orders(first: $first) { nodes { id lines { id } timeline(first: 5) { nodes { type } } } }
      }
    `;
    const theirs = /* GraphQL */ `
      query ($first: Int!, $keys: [_Any!]!) {
        _entities(representations: $keys) { ... on Customer { orders(first: $first) { nodes { id lines { id } } } } }
      }
    `;
    const statements = async (query: string, first: number, customers: readonly { customerId: string }[] = []) => {
      const before = db.statements.ofRequests;
      const keys = customers.map(({ customerId }) => ({ __typename: 'Customer', id: customerId }));
      const { errors } = await shop.as(staff)(query, { first, keys });
      expect(errors).toBeUndefined();
      return db.statements.ofRequests - before;
    };

    expect(await statements(mine, 1)).toBe(3);
    expect(await statements(mine, 100)).toBe(3);
    expect(await statements(theirs, 1, [ada])).toBe(3);
    expect(await statements(theirs, 100, [ada, ...others])).toBe(3);
  });
});

describe('OrderLine', () => {
  it('is absent for an id that nobody has', async () => {
    await using db = await testDatabase('orders');
    await using shop = await openShop(db, createFakeShop());
    const { data } = await shop.as(staff)(ENTITIES, { keys: [{ __typename: 'OrderLine', id: newId('OrderLine') }] });
    expect(data._entities).toEqual([null]);
  });
});
