import { testDatabase } from '@cartograph/runtime/testing/test-database';
import { describe, expect, it } from 'vitest';
import type { Payments } from '../src/ports.ts';
import { createFakeShop, type FakeShop } from './fake-shop.ts';
import { checkInvariants, eventually, newCustomer, newGuest, openShop, orderOf, place, staff } from './open-shop.ts';

const CANCEL = /* GraphQL */ `
  mutation ($input: CancelOrderInput!) { cancelOrder(input: $input) { __typename } }
`;

describe('the idempotency key of placeOrder', () => {
  it('makes one order and one authorisation of twenty requests at once', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(1);
    await using shop = await openShop(db, neighbours);
    const ada = newCustomer();
    const input = orderOf(atlas);

    const answers = await Promise.all(Array.from({ length: 20 }, () => place(shop, ada, input)));

    expect(new Set(answers.map(({ __typename }) => __typename))).toEqual(new Set(['PlaceOrderSuccess']));
    expect(new Set(answers.map(({ order }) => order.id)).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(neighbours.count('payments.authorize')).toBe(1);
    expect(neighbours.sold(atlas)).toBe(1);
    await checkInvariants(db, neighbours);
  });

  it('joins requests that reach two processes at once', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(50);
    await using one = await openShop(db, neighbours);
    await using other = await openShop(db, neighbours);
    const ada = newCustomer();
    const input = orderOf(atlas);

    const answers = await Promise.all([one, other, one, other].map((shop) => place(shop, ada, input)));

    expect(new Set(answers.map(({ order }) => order?.id)).size).toBe(1);
    expect(neighbours.count('payments.authorize')).toBe(1);
  });

  it('is joined while its order is under way: the same order for both, or "still working" at the deadline', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(5);
    const bank = slowBank(neighbours);
    await using patient = await openShop(db, bank.shop);
    await using hasty = await openShop(db, bank.shop, { checkout: { deadlineMs: 100 } });
    const ada = newCustomer();
    const input = orderOf(atlas);

    const first = place(patient, ada, input);
    await bank.asked;
    const joined = [place(patient, ada, input), place(patient, ada, input)];
    const early = await place(hasty, ada, input);
    expect(early).toMatchObject({ __typename: 'StillWorking', retryAfterMilliseconds: 1_000 });
    bank.answer();

    const { order } = await first;
    for (const later of await Promise.all([...joined, place(hasty, ada, input)]))
      expect(later).toMatchObject({ __typename: 'PlaceOrderSuccess', replayed: true, order: { id: order.id } });
    expect(neighbours.count('payments.authorize')).toBe(1);
    await checkInvariants(db, neighbours);
  });

  it('belongs to the first of different requests that come with it at once', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(50);
    await using one = await openShop(db, neighbours);
    await using other = await openShop(db, neighbours);
    const ada = newCustomer();
    const input = orderOf(atlas);
    const quantities = [1, 2, 3, 4, 5, 6];

    const answers = await Promise.all(
      quantities.map((quantity) =>
        place(quantity % 2 ? one : other, ada, { ...input, lines: [{ variantId: atlas, quantity }] }),
      ),
    );

    const kinds = answers.map(({ __typename }) => __typename).sort();
    expect(kinds).toEqual([...Array(5).fill('IdempotencyKeyReused'), 'PlaceOrderSuccess']);
    expect(neighbours.count('payments.authorize')).toBe(1);
    expect((await db.pool.query('SELECT FROM orders')).rowCount).toBe(1);
    await checkInvariants(db, neighbours);
  });

  it('names one attempt of one operation: the same text cancels what it has ordered', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    await using shop = await openShop(db, neighbours);
    const ada = newCustomer();
    const input = orderOf(neighbours.addVariant(5));
    const { order } = await place(shop, ada, input);

    const cancel = { orderId: order.id, idempotencyKey: input.idempotencyKey };
    expect((await shop.as(ada)(CANCEL, { input: cancel })).data.cancelOrder.__typename).toBe('CancelOrderSuccess');
  });

  it('reaches payments as a key of the order and the step, the same in every repetition', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const keys: string[] = [];
    const { authorize, capture } = neighbours.ports.payments;
    const payments: Payments = {
      ...neighbours.ports.payments,
      authorize: (request) => authorize(request).finally(() => keys.push(request.key)),
      capture: (orderId, key, amount) => capture(orderId, key, amount).finally(() => keys.push(key)),
    };
    await using shop = await openShop(db, { ...neighbours, ports: { ...neighbours.ports, payments } });
    neighbours.failing.set('payments.authorize', { at: 'after', times: 2 });
    neighbours.failing.set('payments.capture', { at: 'after', times: 1 });

    const { order } = await place(shop, newCustomer(), orderOf(neighbours.addVariant(1)));
    await eventually(() => keys.length === 5);

    const [authorized, captured] = [`${order.id}:authorize`, `${order.id}:capture`];
    expect(keys).toEqual([authorized, authorized, authorized, captured, captured]);
  });

  it('answers the same order again, as it stands now', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(5);
    await using shop = await openShop(db, neighbours);
    const ada = newCustomer();
    const input = orderOf(atlas);
    const first = await place(shop, ada, input);

    expect(await place(shop, ada, input)).toEqual({ ...first, replayed: true });
    const cancel = { orderId: first.order.id, idempotencyKey: 'cancel-key-1' };
    expect((await shop.as(ada)(CANCEL, { input: cancel })).data.cancelOrder.__typename).toBe('CancelOrderSuccess');
    const later = await place(shop, ada, input);

    expect(later).toMatchObject({ __typename: 'PlaceOrderSuccess', replayed: true, order: { status: 'CANCELLED' } });
    expect(neighbours.count('payments.authorize')).toBe(1);
  });

  it('refuses other input under the same key, without any effect', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(5);
    await using shop = await openShop(db, neighbours);
    const ada = newCustomer();
    const input = orderOf(atlas);
    await place(shop, ada, input);
    const underWay = `SELECT FROM outbox UNION ALL SELECT FROM saga WHERE status = 'RUNNING'`;
    await eventually(async () => (await db.pool.query(underWay)).rowCount === 0);
    const before = [...neighbours.calls];

    const answer = await place(shop, ada, { ...input, lines: [{ variantId: atlas, quantity: 2 }] });

    expect(answer.__typename).toBe('IdempotencyKeyReused');
    expect(neighbours.calls).toEqual(before);
    expect((await db.pool.query('SELECT FROM orders')).rowCount).toBe(1);
  });

  it('takes input that means the same for the same', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(5);
    await using shop = await openShop(db, neighbours);
    const ada = newCustomer();
    const input = orderOf(atlas, { discountCodes: ['WELCOME10'] });
    const first = await place(shop, ada, input);

    const again = await place(shop, ada, { ...input, discountCodes: [' welcome10 '], email: ' ada@example.com' });

    expect(again).toMatchObject({ replayed: true, order: { id: first.order.id } });
  });

  it('remembers a decline and being out of stock', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(1);
    await using shop = await openShop(db, neighbours);
    const ada = newCustomer();
    const declined = orderOf(atlas, { payment: { token: 'tok_declined' } });
    const soldOut = orderOf(atlas, { lines: [{ variantId: atlas, quantity: 2 }] });

    const first = await place(shop, ada, declined);
    expect(first.__typename).toBe('PaymentDeclined');
    expect(await place(shop, ada, declined)).toEqual(first);
    expect(neighbours.count('payments.authorize')).toBe(1);

    const again = await Promise.all([1, 2, 3].map(() => place(shop, ada, declined)));
    expect(again).toEqual([first, first, first]);
    const refused = await place(shop, ada, soldOut);
    expect(refused).toMatchObject({ __typename: 'OutOfStock', lines: [{ requested: 2, available: 1 }] });
    neighbours.restock(atlas, 10);
    expect(await place(shop, ada, soldOut)).toEqual(refused);
    expect((await place(shop, ada, { ...soldOut, idempotencyKey: 'another-key' })).__typename).toBe(
      'PlaceOrderSuccess',
    );
  });

  it('remembers one decline of many requests at once', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(1);
    await using shop = await openShop(db, neighbours);
    const ada = newCustomer();
    const input = orderOf(atlas, { payment: { token: 'tok_declined' } });

    const answers = await Promise.all(Array.from({ length: 10 }, () => place(shop, ada, input)));

    expect(answers.map(({ __typename }) => __typename)).toEqual(Array(10).fill('PaymentDeclined'));
    expect(neighbours.count('payments.authorize')).toBe(1);
    await checkInvariants(db, neighbours);
  });

  it('forgets what was only wrong with the input, and takes it again when it is put right', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    await using shop = await openShop(db, neighbours);
    const ada = newCustomer();
    const input = orderOf(neighbours.addVariant(1));

    const wrong = [{ shippingAddress: null }, { email: 'nobody' }, { payment: null }, { discountCodes: ['NONE'] }];
    const kinds = await Promise.all(
      wrong.map(async (change) => (await place(shop, ada, { ...input, ...change })).__typename),
    );

    expect(kinds).toEqual(['InvalidAddress', 'InvalidInput', 'InvalidInput', 'DiscountInvalid']);
    expect(await place(shop, ada, input)).toMatchObject({ __typename: 'PlaceOrderSuccess', replayed: false });
  });

  it("never shows another buyer's order", async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(5);
    await using shop = await openShop(db, neighbours);
    const input = orderOf(atlas);
    const adas = await place(shop, newCustomer(), input);

    const bobs = await place(shop, newGuest(), input);

    expect(bobs).toMatchObject({ __typename: 'PlaceOrderSuccess', replayed: false });
    expect(bobs.order.id).not.toBe(adas.order.id);
  });

  it('still knows a guest who has signed in meanwhile', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(5);
    await using shop = await openShop(db, neighbours);
    const guest = newGuest();
    const input = orderOf(atlas);
    const first = await place(shop, guest, input);

    const signedIn = await place(shop, { ...newCustomer(), guestId: guest.guestId }, input);

    expect(signedIn).toMatchObject({ replayed: true, order: { id: first.order.id } });
  });

  it('is of no use to strangers and staff: they own no orders', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    await using shop = await openShop(db, neighbours);
    const input = orderOf(neighbours.addVariant(1));
    const mutation = 'mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { __typename } }';

    const stranger = await shop.as({ kind: 'anonymous' })(mutation, { input });
    const employee = await shop.as(staff)(mutation, { input });

    expect(stranger.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect(employee.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });
});

/** A shop whose payments are asked, and answer when they are told to. */
function slowBank(neighbours: FakeShop) {
  const [asked, isAsked] = signal();
  const [answered, answer] = signal();
  const { authorize } = neighbours.ports.payments;
  const payments: Payments = {
    ...neighbours.ports.payments,
    async authorize(request) {
      isAsked();
      await answered;
      return authorize(request);
    },
  };
  return { asked, answer, shop: { ...neighbours, ports: { ...neighbours.ports, payments } } };
}

function signal(): [Promise<void>, () => void] {
  let give: () => void = () => {};
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return [given, give];
}
