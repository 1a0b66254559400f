import { describe, expect, it } from 'vitest';
import { buy, openReturns } from './open-returns.ts';
import { newCustomer, newGuest, orderOf, staff } from './open-shop.ts';

const READ = /* GraphQL */ `
  query ($id: ID!, $keys: [_Any!]!, $filter: ReturnFilter) {
    return(id: $id) { id order { id } lines { orderLine { sku } } }
    returns(filter: $filter) { nodes { id } }
    _entities(representations: $keys) {
      ... on Return { id number }
      ... on Order { id returns { id } }
    }
  }
`;

describe('a return read by somebody else', () => {
  it('is absent by every route, and there for its buyer and for staff', async () => {
    await using test = await openReturns();
    const { ada, order, returns, shop } = test;
    const { id, number } = (await returns.request(ada, test.goods(1))).return;
    const keys = [
      { __typename: 'Return', id },
      { __typename: 'Order', id: order.id },
    ];
    const variables = { id, keys, filter: { orderId: order.id, buyerId: ada.customerId } };

    for (const stranger of [newCustomer(), newGuest()]) {
      const { data } = await shop.as(stranger)(READ, variables);
      expect(data).toEqual({ return: null, returns: { nodes: [] }, _entities: [null, null] });
    }
    const anonymous = await shop.as({ kind: 'anonymous' })(
      'query ($keys: [_Any!]!) { _entities(representations: $keys) { ... on Return { id } } }',
      { keys: keys.slice(0, 1) },
    );
    expect(anonymous.data._entities).toEqual([null]);
    const refused = await shop.as({ kind: 'anonymous' })('query ($id: ID!) { return(id: $id) { id } }', { id });
    expect(refused.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');

    for (const reader of [ada, staff])
      expect((await shop.as(reader)(READ, variables)).data).toEqual({
        return: { id, order: { id: order.id }, lines: [{ orderLine: { sku: 'SKU-1' } }] },
        returns: { nodes: [{ id }] },
        _entities: [
          { id, number },
          { id: order.id, returns: [{ id }] },
        ],
      });
    const nonsense = await shop.as(ada)('{ return(id: "nonsense") { id } }');
    expect(nonsense.data).toEqual({ return: null });
  });

  it('belongs to a customer who asked for it as a guest', async () => {
    await using test = await openReturns();
    const { atlas, neighbours, returns, shop } = test;
    const guest = newGuest();
    const order = await buy(shop, neighbours, guest, orderOf(atlas));
    const lines = [{ orderLineId: order.lines[0]?.id, quantity: 1, reason: 'LATE' }];
    const asked = await returns.request(guest, { orderId: order.id, lines });
    const customer = { ...newCustomer(), guestId: guest.guestId };
    const { data } = await shop.as(customer)('{ returns { nodes { id } } }');
    expect(data.returns.nodes).toEqual([{ id: asked.return.id }]);
    expect(await returns.cancel(customer, asked.return.id)).toMatchObject({ return: { status: 'CANCELLED' } });
  });
});

describe('returns', () => {
  it('come newest first, page by page, by status', async () => {
    await using test = await openReturns();
    const { ada, returns, shop } = test;
    const asked: string[] = [];
    for (let index = 0; index < 3; index += 1) asked.unshift((await returns.request(ada, test.goods(1))).return.id);
    await returns.approve(asked[1] ?? '');
    const list = /* GraphQL */ `
      query ($after: String, $filter: ReturnFilter) {
        returns(first: 2, after: $after, filter: $filter) { nodes { id } pageInfo { hasNextPage endCursor } }
      }
    `;
    const first = (await shop.as(ada)(list)).data.returns;
    const second = (await shop.as(ada)(list, { after: first.pageInfo.endCursor })).data.returns;
    expect([...first.nodes, ...second.nodes].map(({ id }: { id: string }) => id)).toEqual(asked);
    expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);
    const approved = await shop.as(staff)(list, { filter: { status: ['APPROVED'], buyerId: ada.customerId } });
    expect(approved.data.returns.nodes).toEqual([{ id: asked[1] }]);
    const { errors } = await shop.as(ada)('{ returns(first: 101) { nodes { id } } }');
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  it('need as many statements for many as for one, lines and orders included', async () => {
    await using test = await openReturns({ relay: true });
    const { ada, db, returns, shop } = test;
    for (let index = 0; index < 3; index += 1) await returns.request(ada, test.goods(1));
    const statements = async (first: number): Promise<number> => {
      const before = db.statements.ofRequests;
      const query = `query ($first: Int!) {
        returns(first: $first) { nodes { id order { id returns { id } } lines { orderLine { sku } } } }
      }`;
      const { errors } = await shop.as(staff)(query, { first });
      expect(errors).toBeUndefined();
      return db.statements.ofRequests - before;
    };
    expect(await statements(1)).toBe(6);
    expect(await statements(100)).toBe(6);
  });
});
