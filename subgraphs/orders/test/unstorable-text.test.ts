import type { Viewer } from '@cartograph/kernel/viewer';
import { newId } from '@cartograph/runtime/ids';
import { testDatabase } from '@cartograph/runtime/testing/test-database';
import { describe, expect, it } from 'vitest';
import { createFakeShop } from './fake-shop.ts';
import { newCustomer, openShop, orderOf, place } from './open-shop.ts';

const admin: Viewer = { kind: 'staff', staffId: newId('Staff'), roles: ['ADMIN'] };

/** Some ask the database by Prisma, some by hand, some in a transaction. */
const WITH_AN_ID = [
  'query ($id: ID!) { order(id: $id) { id } }',
  'query ($id: String!) { orderByNumber(number: $id) { id } }',
  'query ($id: ID!) { orders(filter: { buyerId: $id }) { nodes { id } } }',
  'mutation ($id: ID!) { cancelOrder(input: { orderId: $id, idempotencyKey: "key-00001" }) { __typename } }',
  'mutation ($id: ID!) { approveReturn(id: $id) { __typename } }',
  'mutation ($id: ID!) { retryStep(input: { stepId: $id }) { __typename } }',
  'mutation ($id: ID!) { deleteWebhookEndpoint(id: $id) { __typename } }',
];

describe('text that cannot be stored', () => {
  it('is a mistake of the caller wherever an id is asked for, and no incident', async () => {
    await using db = await testDatabase('orders');
    await using shop = await openShop(db, createFakeShop());
    for (const document of WITH_AN_ID) {
      const { errors } = await shop.as(admin)(document, { id: 'Order:\u0000' });
      const refusal = { message: expect.stringContaining('NUL'), extensions: { code: 'BAD_USER_INPUT' } };
      expect([document, errors?.[0]]).toEqual([document, expect.objectContaining(refusal)]);
    }
  });

  it('is refused by its place where an order is paid, and leaves no order behind', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    await using shop = await openShop(db, neighbours);
    const atlas = neighbours.addVariant(1);
    for (const payment of [{ token: 'tok\ud800' }, { savedMethodId: 'Method:\u0000' }, { savedMethodId: '\udc00' }])
      expect(await place(shop, newCustomer(), orderOf(atlas, { payment }))).toMatchObject({
        __typename: 'InvalidInput',
        issues: [{ path: ['payment', Object.keys(payment)[0]], message: 'Leave out control characters.' }],
      });
    expect((await db.pool.query('SELECT FROM orders')).rowCount).toBe(0);
  });
});
