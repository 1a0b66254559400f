import { newId } from '@cartograph/runtime/ids';
import { testDatabase } from '@cartograph/runtime/testing/test-database';
import { describe, expect, it } from 'vitest';
import { createFakeShop } from './fake-shop.ts';
import {
  checkInvariants,
  eventually,
  newCustomer,
  openShop,
  orderOf,
  place,
  placed,
  type ShopOptions,
  staff,
} from './open-shop.ts';

const CANCEL = /* GraphQL */ `
  mutation ($input: CancelOrderInput!) {
    cancelOrder(input: $input) {
      __typename
      ... on CancelOrderSuccess { replayed order { status cancellation { by reason } cancellable } }
      ... on OrderNotCancellable { status message }
    }
  }
`;

async function open(options: ShopOptions = {}) {
  const db = await testDatabase('orders');
  const neighbours = createFakeShop();
  const atlas = neighbours.addVariant(1);
  const shop = await openShop(db, neighbours, options);
  const ada = newCustomer();
  const cancel = async (viewer: Parameters<typeof shop.as>[0], orderId: string, changes: object = {}) => {
    const input = { orderId, idempotencyKey: newId('Key'), reason: 'Changed my mind.', ...changes };
    const { data, errors } = await shop.as(viewer)(CANCEL, { input });
    return errors?.[0]?.extensions.code ?? data.cancelOrder;
  };
  return {
    ...{ db, neighbours, atlas, shop, ada, cancel },
    async [Symbol.asyncDispose]() {
      await shop[Symbol.asyncDispose]();
      await db[Symbol.asyncDispose]();
    },
  };
}

describe('cancelOrder', () => {
  it('gives money and goods back, calls off the parcels and mails the buyer', async () => {
    await using test = await open();
    const { db, neighbours, atlas, shop, ada } = test;
    const { order } = await place(shop, ada, orderOf(atlas));
    await eventually(() => neighbours.accounts.get(order.id)?.status === 'captured');

    expect(await test.cancel(ada, order.id)).toEqual({
      __typename: 'CancelOrderSuccess',
      replayed: false,
      order: { status: 'CANCELLED', cancellation: { by: 'BUYER', reason: 'Changed my mind.' }, cancellable: false },
    });

    expect(neighbours.available(atlas)).toBe(1);
    expect(neighbours.accounts.get(order.id)?.status).toBe('voided');
    expect(neighbours.shipments.get(order.id)).toMatchObject([{ status: 'CANCELLED' }]);
    await eventually(() => neighbours.mails.has(`${order.id}:order-cancelled`));
    await checkInvariants(db, neighbours);
  });

  it('cancels once, however often and under however many keys it is asked', async () => {
    await using test = await open();
    const { neighbours, atlas, shop, ada } = test;
    const { order } = await place(shop, ada, orderOf(atlas));
    const same = { idempotencyKey: 'cancel-key-1' };

    const answers = await Promise.all([
      ...[1, 2, 3, 4].map(() => test.cancel(ada, order.id, same)),
      ...[1, 2, 3].map(() => test.cancel(staff, order.id)),
    ]);

    for (const { __typename } of answers) expect(['CancelOrderSuccess', 'StillWorking']).toContain(__typename);
    expect(await test.cancel(ada, order.id)).toMatchObject({ __typename: 'CancelOrderSuccess', replayed: true });
    expect(neighbours.sold(atlas)).toBe(0);
    expect(neighbours.count('stock.restock')).toBe(1);
  });

  it('is joined by requests with its key while it is under way', async () => {
    await using test = await open();
    const { neighbours, atlas, shop, ada } = test;
    const { order } = await place(shop, ada, orderOf(atlas));
    neighbours.failing.set('payments.void', { at: 'after', times: 3 });
    const same = { idempotencyKey: 'cancel-key-1' };

    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => test.cancel(ada, order.id, same)));

    expect(answers.map(({ __typename }) => __typename)).toEqual(Array(5).fill('CancelOrderSuccess'));
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(neighbours.count('stock.restock')).toBe(1);
  });

  it('refuses all but one of different requests that come with one key at once', async () => {
    await using test = await open();
    const { neighbours, atlas, shop, ada } = test;
    neighbours.restock(atlas, 1);
    const first = (await place(shop, ada, orderOf(atlas))).order.id;
    const second = (await place(shop, ada, orderOf(atlas))).order.id;
    const same = { idempotencyKey: 'cancel-key-1' };

    const answers = await Promise.all([first, second].map((id) => test.cancel(ada, id, same)));

    const kinds = answers.map(({ __typename }) => __typename).sort();
    expect(kinds).toEqual(['CancelOrderSuccess', 'IdempotencyKeyReused']);
    expect(neighbours.sold(atlas)).toBe(1);
  });

  it('remembers its key also for an order that waits for its payment, and when that is paid at the last moment', async () => {
    await using test = await open();
    const { neighbours, atlas, shop, ada } = test;
    neighbours.restock(atlas, 1);
    const waiting = () => place(shop, ada, orderOf(atlas, { payment: { token: 'tok_3ds' } }));
    const [first, second] = [(await waiting()).order.id, (await waiting()).order.id];
    const same = { idempotencyKey: 'cancel-key-1' };
    Object.assign(neighbours.accounts.get(first) ?? {}, { status: 'authorized' });

    expect(await test.cancel(ada, first, same)).toMatchObject({ __typename: 'CancelOrderSuccess', replayed: false });
    expect(await test.cancel(ada, first, same)).toMatchObject({ __typename: 'CancelOrderSuccess', replayed: true });
    expect(await test.cancel(ada, second, same)).toMatchObject({ __typename: 'IdempotencyKeyReused' });

    expect(neighbours.holds.get(second)?.status).toBe('held');
    expect(neighbours.available(atlas)).toBe(1);
  });

  it('refuses another request under the same key', async () => {
    await using test = await open();
    const { atlas, shop, ada } = test;
    const { order } = await place(shop, ada, orderOf(atlas));
    await test.cancel(ada, order.id, { idempotencyKey: 'cancel-key-1' });

    const answer = await test.cancel(ada, order.id, { idempotencyKey: 'cancel-key-1', reason: 'Another reason.' });

    expect(answer.__typename).toBe('IdempotencyKeyReused');
  });

  it('comes too late once a parcel was handed over, and leaves everything as it is', async () => {
    await using test = await open();
    const { db, neighbours, atlas, shop, ada } = test;
    const { order } = await place(shop, ada, orderOf(atlas));
    await eventually(() => neighbours.accounts.get(order.id)?.status === 'captured');
    // Shipping knows it already, orders has not heard of it yet.
    neighbours.shipments.set(order.id, [{ id: newId('Shipment'), status: 'HANDED_OVER' }]);

    expect(await test.cancel(ada, order.id)).toMatchObject({ __typename: 'OrderNotCancellable', status: 'FULFILLED' });

    expect(neighbours.accounts.get(order.id)?.status).toBe('captured');
    expect(neighbours.sold(atlas)).toBe(1);
    await checkInvariants(db, neighbours);
  });

  it('that comes too late leaves an order that is paid, also when its money was to be taken meanwhile', async () => {
    await using test = await open({ checkout: { deadlineMs: 300 } });
    const { db, neighbours, atlas, shop, ada } = test;
    for (const call of ['payments.capture', 'fulfilment.cancel'])
      neighbours.failing.set(call, { at: 'before', times: Number.POSITIVE_INFINITY });
    const { order } = await placed(shop, ada, orderOf(atlas));
    await eventually(() => neighbours.count('payments.capture') > 0);
    expect((await test.cancel(ada, order.id)).__typename).toBe('StillWorking');
    neighbours.failing.delete('payments.capture');
    const [asked] = (await db.pool.query(`SELECT attempts FROM outbox WHERE topic = 'capture-payment'`)).rows;
    await eventually(async () => {
      const [now] = (await db.pool.query(`SELECT attempts FROM outbox WHERE topic = 'capture-payment'`)).rows;
      return now?.attempts !== asked?.attempts;
    });
    neighbours.shipments.set(order.id, [{ id: newId('Shipment'), status: 'HANDED_OVER' }]);
    neighbours.failing.clear();

    await eventually(() => neighbours.accounts.get(order.id)?.status === 'captured');
    await checkInvariants(db, neighbours);
  });

  it('says so to whoever goes on with an order that waited for its payment', async () => {
    await using test = await open();
    const { atlas, shop, ada } = test;
    const input = orderOf(atlas, { payment: { token: 'tok_3ds' } });
    const { order } = await place(shop, ada, input);
    await test.cancel(ada, order.id, { reason: null });
    expect(await place(shop, ada, input)).toMatchObject({
      __typename: 'PaymentDeclined',
      message: 'The order was cancelled before it was paid: No reason was given.',
    });
  });

  it('ends an order that waits for its payment', async () => {
    await using test = await open();
    const { db, neighbours, atlas, shop, ada } = test;
    const { order } = await place(shop, ada, orderOf(atlas, { payment: { token: 'tok_3ds' } }));

    expect(await test.cancel(ada, order.id)).toMatchObject({
      order: { status: 'CANCELLED', cancellation: { by: 'BUYER', reason: 'Changed my mind.' } },
    });

    expect(neighbours.accounts.get(order.id)?.status).toBe('voided');
    await checkInvariants(db, neighbours);
  });

  it('goes on until money and goods are back although neighbours fail', async () => {
    await using test = await open();
    const { db, neighbours, atlas, shop, ada } = test;
    const { order } = await place(shop, ada, orderOf(atlas));
    for (const name of ['fulfilment.cancel', 'payments.void', 'stock.restock'])
      neighbours.failing.set(name, { at: 'after', times: 2 });

    expect(await test.cancel(staff, order.id)).toMatchObject({
      order: { status: 'CANCELLED', cancellation: { by: 'STAFF' } },
    });

    expect(neighbours.available(atlas)).toBe(1);
    await checkInvariants(db, neighbours);
  });

  it("is refused for somebody else's order and for staff without that duty", async () => {
    await using test = await open();
    const { atlas, shop, ada } = test;
    const { order } = await place(shop, ada, orderOf(atlas));

    expect(await test.cancel(newCustomer(), order.id)).toMatchObject({ __typename: 'NotFound' });
    expect(await test.cancel({ kind: 'staff', staffId: newId('Staff'), roles: ['CATALOGUE'] }, order.id)).toBe(
      'FORBIDDEN',
    );
    expect(await test.cancel({ kind: 'anonymous' }, order.id)).toBe('UNAUTHENTICATED');
  });
});
