import { testDatabase } from '@cartograph/runtime/testing/test-database';
import { describe, expect, it } from 'vitest';
import { createFakeShop, OTHER_WAREHOUSE } from './fake-shop.ts';
import {
  checkInvariants,
  eventually,
  neighbour,
  newCustomer,
  newGuest,
  openShop,
  orderOf,
  place,
} from './open-shop.ts';

const COMPLETE = /* GraphQL */ `
  mutation ($orderId: ID!) {
    completePayment(input: { orderId: $orderId }) {
      __typename
      ... on PlaceOrderSuccess { replayed order { status } }
      ... on PaymentDeclined { reason }
      ... on OutOfStock { lines { variantId requested available } }
    }
  }
`;
const COMPLETE_BY_KEY = /* GraphQL */ `
  mutation ($input: CompletePaymentInput!) {
    completePayment(input: $input) { __typename ... on PlaceOrderSuccess { replayed order { status } } }
  }
`;
const CHANGED = /* GraphQL */ `
  mutation ($orderId: ID!, $status: String!, $eventId: String!) {
    paymentChanged(orderId: $orderId, paymentId: "Payment:1", status: $status, eventId: $eventId)
  }
`;
const STATUS = 'query ($id: ID!) { order(id: $id) { status cancellation { by reason } timeline { nodes { type } } } }';

const withAction = (variantId: string) => orderOf(variantId, { payment: { token: 'tok_3ds' } });

describe('an order whose buyer has to confirm the payment', () => {
  it('waits with its stock held, answers its key with the same secret, and is placed when the buyer has confirmed', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(1);
    await using shop = await openShop(db, neighbours);
    const ada = newCustomer();
    const input = withAction(atlas);

    const waiting = await place(shop, ada, input);
    expect(waiting).toMatchObject({ __typename: 'PaymentActionRequired', order: { status: 'AWAITING_PAYMENT' } });
    expect(await place(shop, ada, input)).toEqual(waiting);
    expect(neighbours.available(atlas)).toBe(0);

    const early = await shop.as(ada)(COMPLETE, { orderId: waiting.order.id });
    expect(early.data.completePayment.__typename).toBe('PaymentActionRequired');
    settle(neighbours, waiting.order.id, 'authorized');
    const { data } = await shop.as(ada)(COMPLETE, { orderId: waiting.order.id });

    expect(data.completePayment).toMatchObject({ __typename: 'PlaceOrderSuccess', order: { status: 'CONFIRMED' } });
    expect(await place(shop, ada, input)).toMatchObject({ __typename: 'PlaceOrderSuccess', replayed: true });
    expect(neighbours.count('payments.authorize')).toBe(1);
    await checkInvariants(db, neighbours);
  });

  it('is completed once per key, and the key is refused for another order', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(2);
    await using shop = await openShop(db, neighbours);
    const ada = newCustomer();
    const first = (await place(shop, ada, withAction(atlas))).order.id;
    const second = (await place(shop, ada, withAction(atlas))).order.id;
    for (const id of [first, second]) settle(neighbours, id, 'authorized');
    const complete = async (orderId: string, idempotencyKey: string) =>
      (await shop.as(ada)(COMPLETE_BY_KEY, { input: { orderId, idempotencyKey } })).data.completePayment;

    const answers = await Promise.all([1, 2, 3].map(() => complete(first, 'complete-1')));
    expect(answers.map(({ __typename }) => __typename)).toEqual(Array(3).fill('PlaceOrderSuccess'));
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(await complete(first, 'complete-1')).toMatchObject({ replayed: true, order: { status: 'CONFIRMED' } });
    expect(await complete(second, 'complete-1')).toEqual({ __typename: 'IdempotencyKeyReused' });
    expect((await shop.as(ada)(STATUS, { id: second })).data.order.status).toBe('AWAITING_PAYMENT');
    expect(await complete(second, 'short')).toEqual({ __typename: 'InvalidInput' });
    expect(await complete(second, 'complete-2')).toMatchObject({ __typename: 'PlaceOrderSuccess', replayed: false });
    await checkInvariants(db, neighbours);
  });

  it('is refused, and lets go of its stock, when the bank declines', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(1);
    await using shop = await openShop(db, neighbours);
    const ada = newCustomer();
    const { order } = await place(shop, ada, withAction(atlas));
    settle(neighbours, order.id, 'refused');

    const { data } = await shop.as(ada)(COMPLETE, { orderId: order.id });

    expect(data.completePayment).toMatchObject({ __typename: 'PaymentDeclined', reason: 'INSUFFICIENT_FUNDS' });
    expect((await shop.as(ada)(STATUS, { id: order.id })).data.order.status).toBe('REFUSED');
    await checkInvariants(db, neighbours);
  });

  it('is placed by the webhook alone, once per event, when the buyer never comes back to the shop', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(1);
    await using shop = await openShop(db, neighbours);
    const guest = newGuest();
    const { order } = await place(shop, guest, withAction(atlas));
    settle(neighbours, order.id, 'authorized');
    const event = { orderId: order.id, status: 'AUTHORIZED', eventId: 'event-1' };

    const first = await shop.as(neighbour)(CHANGED, event);
    const again = await Promise.all([1, 2, 3].map(() => shop.as(neighbour)(CHANGED, event)));

    expect(first.data.paymentChanged).toBe(true);
    expect(again.map(({ data }) => data.paymentChanged)).toEqual([false, false, false]);
    const { data } = await shop.as(guest)(STATUS, { id: order.id });
    expect(data.order.status).toBe('CONFIRMED');
    expect(data.order.timeline.nodes.filter(({ type }: { type: string }) => type === 'PAYMENT_CHANGED')).toHaveLength(
      1,
    );
    expect((await shop.as(guest)(CHANGED, event)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    await checkInvariants(db, neighbours);
  });

  it('is placed once when buyer and webhook come back at the same moment', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(1);
    await using shop = await openShop(db, neighbours);
    await using other = await openShop(db, neighbours);
    const ada = newCustomer();
    const { order } = await place(shop, ada, withAction(atlas));
    settle(neighbours, order.id, 'authorized');

    const answers = await Promise.all([
      shop.as(ada)(COMPLETE, { orderId: order.id }),
      other.as(neighbour)(CHANGED, { orderId: order.id, status: 'AUTHORIZED', eventId: 'event-2' }),
      other.as(ada)(COMPLETE, { orderId: order.id }),
    ]);

    expect(answers.map(({ errors }) => errors)).toEqual([undefined, undefined, undefined]);
    expect(neighbours.sold(atlas)).toBe(1);
    await checkInvariants(db, neighbours);
  });

  it('is cancelled when nobody confirms in time: the payment is barred and the stock free again', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(1);
    let now = Date.now();
    await using shop = await openShop(db, neighbours, { clock: () => new Date(now) });
    const ada = newCustomer();
    const input = withAction(atlas);
    const { order } = await place(shop, ada, input);

    await shop.operations.expirePayments();
    expect((await shop.as(ada)(STATUS, { id: order.id })).data.order.status).toBe('AWAITING_PAYMENT');
    now += 3_600_000;
    await shop.operations.expirePayments();

    const { data } = await shop.as(ada)(STATUS, { id: order.id });
    expect(data.order).toMatchObject({ status: 'CANCELLED', cancellation: { by: 'SYSTEM' } });
    expect(neighbours.accounts.get(order.id)?.status).toBe('voided');
    expect(neighbours.available(atlas)).toBe(1);
    const message = 'The payment was not confirmed in time.';
    const declined = { __typename: 'PaymentDeclined', reason: 'NOT_CONFIRMED', message };
    expect(await place(shop, ada, input)).toMatchObject(declined);
    await eventually(() => [...neighbours.mails.values()].some(({ template }) => template === 'order-cancelled'));
    await checkInvariants(db, neighbours);
  });

  it('goes through instead of expiring when the bank had confirmed and only the news was lost', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(1);
    let now = Date.now();
    await using shop = await openShop(db, neighbours, { clock: () => new Date(now) });
    const ada = newCustomer();
    const { order } = await place(shop, ada, withAction(atlas));
    settle(neighbours, order.id, 'authorized');

    now += 3_600_000;
    await shop.operations.expirePayments();

    expect((await shop.as(ada)(STATUS, { id: order.id })).data.order.status).toBe('CONFIRMED');
    await checkInvariants(db, neighbours);
  });

  it('keeps its goods while its payment is pending, however long that takes, and not a second longer', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(1);
    let now = Date.now();
    await using shop = await openShop(db, neighbours, { clock: () => new Date(now) });
    const { order } = await place(shop, newCustomer(), withAction(atlas));

    for (let round = 0; round < 4; round += 1) {
      neighbours.passTime(400);
      await shop.operations.renewHolds();
      expect(neighbours.available(atlas)).toBe(0);
    }
    now += 3_600_000;
    await shop.operations.expirePayments();
    await shop.operations.renewHolds();

    expect(neighbours.holds.get(order.id)?.status).toBe('released');
    expect(neighbours.available(atlas)).toBe(1);
    await checkInvariants(db, neighbours);
  });

  it('is renewed though another order gets no answer, and though one was let go of in the same moment', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(3);
    await using shop = await openShop(db, neighbours);
    const ids: string[] = [];
    for (let n = 0; n < 3; n += 1) ids.push((await place(shop, newCustomer(), withAction(atlas))).order.id);
    const [first = '', second = '', third = ''] = ids.sort();
    await neighbours.ports.stock.release(second);
    neighbours.passTime(400);
    neighbours.failing.set('stock.hold', { at: 'before', times: 1 });

    await expect(shop.operations.renewHolds()).rejects.toThrow('some holds were not renewed');

    const secondsLeft = (id: string) => neighbours.holds.get(id)?.secondsLeft;
    expect([secondsLeft(first), secondsLeft(third)]).toEqual([200, 600]);
    expect(neighbours.holds.get(second)?.status).toBe('released');
  });

  it('is refused, and its payment undone, when its goods were sold while it waited', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(1);
    await using shop = await openShop(db, neighbours);
    const ada = newCustomer();
    const { order } = await place(shop, ada, withAction(atlas));
    neighbours.passTime(601);
    expect((await place(shop, newCustomer(), orderOf(atlas))).__typename).toBe('PlaceOrderSuccess');
    settle(neighbours, order.id, 'authorized');

    const { data } = await shop.as(ada)(COMPLETE, { orderId: order.id });

    const lines = [{ variantId: atlas, requested: 1, available: 0 }];
    expect(data.completePayment).toEqual({ __typename: 'OutOfStock', lines });
    expect((await shop.as(ada)(STATUS, { id: order.id })).data.order.status).toBe('REFUSED');
    expect(neighbours.accounts.get(order.id)?.status).toBe('voided');
    await checkInvariants(db, neighbours);
  });

  it('is sent from the warehouse that has the goods when the hold had ended', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(1);
    await using shop = await openShop(db, neighbours);
    const ada = newCustomer();
    const { order } = await place(shop, ada, withAction(atlas));
    neighbours.passTime(601);
    settle(neighbours, order.id, 'authorized');

    const { data } = await shop.as(ada)(COMPLETE, { orderId: order.id });

    expect(data.completePayment).toMatchObject({ __typename: 'PlaceOrderSuccess' });
    expect(neighbours.plans.get(order.id)?.lines).toMatchObject([{ warehouseId: OTHER_WAREHOUSE, quantity: 1 }]);
    await checkInvariants(db, neighbours);
  });

  it('makes way when its buyer orders the same cart with another card', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(1);
    await using shop = await openShop(db, neighbours);
    const ada = newCustomer();
    const create =
      'mutation ($input: CreateCartInput!) { createCart(input: $input) { ... on CartUpdated { cart { id } } } }';
    const lines = [{ variantId: atlas, quantity: 1 }];
    const { data } = await shop.as(ada)(create, { input: { currencyCode: 'EUR', lines } });
    const cart = { cartId: data.createCart.cart.id, lines: null, currencyCode: null };
    const { order } = await place(shop, ada, orderOf(atlas, { ...cart, payment: { token: 'tok_3ds' } }));
    neighbours.restock(atlas, 1); // The waiting order still holds the only one while prices are looked up.

    const second = await place(shop, ada, orderOf(atlas, cart));

    expect(second).toMatchObject({ __typename: 'PlaceOrderSuccess' });
    expect((await shop.as(ada)(STATUS, { id: order.id })).data.order).toMatchObject({
      status: 'CANCELLED',
      cancellation: { by: 'BUYER' },
    });
    await checkInvariants(db, neighbours);
  });
});

function settle(shop: ReturnType<typeof createFakeShop>, orderId: string, status: 'authorized' | 'refused') {
  const account = shop.accounts.get(orderId);
  if (!account) throw new Error(`nothing was asked of ${orderId}`);
  account.status = status;
}
