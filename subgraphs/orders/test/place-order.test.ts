import { newId } from '@cartograph/runtime/ids';
import { testDatabase } from '@cartograph/runtime/testing/test-database';
import { describe, expect, it } from 'vitest';
import { createFakeShop } from './fake-shop.ts';
import {
  checkInvariants,
  eventually,
  newCustomer,
  newGuest,
  openShop,
  orderOf,
  PLACE_ORDER,
  place,
} from './open-shop.ts';

const ORDER = /* GraphQL */ `
  query ($id: ID!) {
    order(id: $id) {
      number status email quantity pricesIncludeTax
      subtotal { amount } shippingTotal { amount } taxTotal { amount } discountTotal { amount } total { amount currencyCode }
      lines { sku title productTitle quantity unitPrice { amount } total { amount } variant { id } taxLines { title } }
      discounts { title code amount { amount } }
      shippingAddress { name city countryCode } billingAddress { name } shippingMethodName
      customer { id } cancellable
      timeline { nodes { type by } pageInfo { hasNextPage } }
    }
  }
`;

describe('placeOrder', () => {
  it('turns lines into a paid, stocked order that has a shipment planned, captures the money and mails the buyer', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(5);
    await using shop = await openShop(db, neighbours);
    const ada = newCustomer();

    const input = orderOf(atlas, { lines: [{ variantId: atlas, quantity: 2 }], email: null });
    const placed = await place(shop, ada, input);

    expect(placed).toMatchObject({ __typename: 'PlaceOrderSuccess', replayed: false });
    expect(placed.order).toMatchObject({ status: 'CONFIRMED', total: { amount: '44.70', currencyCode: 'EUR' } });
    const { data } = await shop.as(ada)(ORDER, { id: placed.order.id });
    expect(data.order).toMatchObject({
      number: placed.order.number,
      email: 'ada@example.com',
      quantity: 2,
      subtotal: { amount: '39.80' },
      shippingTotal: { amount: '4.90' },
      taxTotal: { amount: '7.13' },
      lines: [{ quantity: 2, unitPrice: { amount: '19.90' }, variant: { id: atlas }, productTitle: 'Atlas' }],
      shippingAddress: { city: 'Berlin', countryCode: 'DE' },
      shippingMethodName: 'Standard',
      customer: { id: ada.customerId },
      cancellable: true,
      timeline: {
        // The money may have been taken by now.
        nodes: expect.arrayContaining([
          { type: 'CONFIRMED', by: 'SYSTEM' },
          { type: 'PAYMENT_AUTHORIZED', by: 'SYSTEM' },
          { type: 'PLACED', by: 'BUYER' },
        ]),
      },
    });
    expect(neighbours.sold(atlas)).toBe(2);
    await eventually(() => neighbours.accounts.get(placed.order.id)?.status === 'captured');
    await eventually(() => neighbours.mails.size === 1);
    const [mail] = neighbours.mails.values();
    expect(mail).toMatchObject({
      template: 'order-confirmed',
      to: 'ada@example.com',
      data: { orderNumber: placed.order.number, total: { amount: '44.70' } },
    });
    await checkInvariants(db, neighbours);
  });

  it('needs seven statements of its own, the answer included', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(50);
    await using shop = await openShop(db, neighbours, { relay: false });
    const ada = newCustomer();
    const cartId = await newCart(shop, ada, atlas);

    db.statements.record(true);
    const placed = await place(shop, ada, orderOf(atlas, { cartId, lines: null, currencyCode: null }));
    const { texts } = db.statements;
    db.statements.record(false);

    expect(placed.__typename).toBe('PlaceOrderSuccess');
    // Key, cart, prices, order, the step before the money, confirmation, end. What was written is what is answered.
    expect(texts.length, texts.join('\n')).toBe(7);
  });

  it('closes the cart that it ordered, with the codes that were in it', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(5, 10_000);
    await using shop = await openShop(db, neighbours);
    const ada = newCustomer();
    const cartId = await newCart(shop, ada, atlas);
    const code = { cartId, code: 'welcome10' };
    await shop.as(ada)('mutation ($input: DiscountCodeInput!) { applyDiscountCode(input: $input) { __typename } }', {
      input: code,
    });

    const placed = await place(shop, ada, orderOf(atlas, { cartId, lines: null, currencyCode: null }));

    expect(placed.order).toMatchObject({ status: 'CONFIRMED', total: { amount: '94.90' } });
    const { data } = await shop.as(ada)('query ($id: ID!) { cart(id: $id) { status } }', { id: cartId });
    expect(data.cart.status).toBe('ORDERED');
    const again = await place(shop, ada, orderOf(atlas, { cartId, lines: null, currencyCode: null }));
    expect(again).toMatchObject({ __typename: 'InvalidInput', issues: [{ path: ['cartId'] }] });
    expect(neighbours.accounts.size).toBe(1);
  });

  it('sells one cart once, however many keys are sent for it at the same time', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(50);
    await using shop = await openShop(db, neighbours);
    const ada = newCustomer();
    const cartId = await newCart(shop, ada, atlas);

    const input = () => orderOf(atlas, { cartId, lines: null, currencyCode: null });
    const answers = await Promise.all(Array.from({ length: 6 }, () => place(shop, ada, input())));

    expect(answers.filter(({ __typename }) => __typename === 'PlaceOrderSuccess')).toHaveLength(1);
    expect(neighbours.sold(atlas)).toBe(1);
    expect(neighbours.accounts.size).toBe(1);
  });

  it('sells exactly what there is to buyers who come at once', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(5);
    await using shop = await openShop(db, neighbours);

    const answers = await Promise.all(Array.from({ length: 12 }, () => place(shop, newGuest(), orderOf(atlas))));

    const kinds = answers.map(({ __typename }) => __typename);
    expect(kinds.filter((kind) => kind === 'PlaceOrderSuccess')).toHaveLength(5);
    expect(kinds.filter((kind) => kind === 'OutOfStock')).toHaveLength(7);
    expect(neighbours.sold(atlas)).toBe(5);
    await checkInvariants(db, neighbours);
  });

  it('gives the stock back when the payment is declined', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(1);
    await using shop = await openShop(db, neighbours);

    const declined = await place(shop, newGuest(), orderOf(atlas, { payment: { token: 'tok_declined' } }));

    expect(declined).toMatchObject({ __typename: 'PaymentDeclined', reason: 'INSUFFICIENT_FUNDS' });
    expect(neighbours.available(atlas)).toBe(1);
    await checkInvariants(db, neighbours);
  });

  it('asks again until a payment without an answer is known, and charges once', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(1);
    await using shop = await openShop(db, neighbours);
    neighbours.failing.set('payments.authorize', { at: 'after', times: 3 });

    const placed = await place(shop, newGuest(), orderOf(atlas));

    expect(placed.__typename).toBe('PlaceOrderSuccess');
    expect(neighbours.count('payments.authorize')).toBe(4);
    expect(neighbours.accounts.size).toBe(1);
    await checkInvariants(db, neighbours);
  });

  it('says that it still works while a payment has no answer, and places the order when there is one', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(1);
    await using shop = await openShop(db, neighbours, { checkout: { deadlineMs: 150 } });
    neighbours.failing.set('payments.authorize', { at: 'after', times: 1e9 });
    const guest = newGuest();
    const input = orderOf(atlas);

    expect(await place(shop, guest, input)).toMatchObject({ __typename: 'StillWorking', retryAfterMilliseconds: 1000 });
    neighbours.failing.clear();
    let last = await place(shop, guest, input);
    await eventually(async () => {
      last = await place(shop, guest, input);
      return last.__typename !== 'StillWorking';
    });

    expect(last).toMatchObject({ __typename: 'PlaceOrderSuccess', replayed: true });
    await checkInvariants(db, neighbours);
  });

  it('says so before its caller gives up, and goes on with the order', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(1);
    await using shop = await openShop(db, neighbours);
    neighbours.failing.set('payments.authorize', { at: 'after', times: 1e9 });
    const guest = newGuest();
    const input = orderOf(atlas);
    const started = performance.now();
    const { data } = await shop.as(guest, { 'x-deadline-ms': '2000' })(PLACE_ORDER, { input });

    expect(data.placeOrder.__typename).toBe('StillWorking');
    expect(performance.now() - started).toBeLessThan(5_000);
    neighbours.failing.clear();
    await eventually(async () => (await place(shop, guest, input)).__typename === 'PlaceOrderSuccess');
    await checkInvariants(db, neighbours);
  });

  it('undoes everything when a neighbour never answers, the payment included that may have happened', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(1);
    await using shop = await openShop(db, neighbours, { maxAttempts: 3 });
    neighbours.failing.set('payments.authorize', { at: 'after', times: 1e9 });

    expect(await place(shop, newGuest(), orderOf(atlas))).toMatchObject({ __typename: 'CheckoutFailed' });

    expect([...neighbours.accounts.values()]).toMatchObject([{ status: 'voided' }]);
    expect(neighbours.available(atlas)).toBe(1);
    await checkInvariants(db, neighbours);
  });

  it('answers at once when the order is confirmed, though its shipment cannot be planned yet', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(1);
    await using shop = await openShop(db, neighbours);
    neighbours.failing.set('fulfilment.plan', { at: 'before', times: 1e9 });

    expect((await place(shop, newGuest(), orderOf(atlas))).__typename).toBe('PlaceOrderSuccess');

    neighbours.failing.clear();
    await eventually(() => neighbours.plans.size === 1);
  });

  it.each([
    ['a short key', { idempotencyKey: 'short' }, 'InvalidInput'],
    ['cart and lines', { cartId: newId('Cart') }, 'InvalidInput'],
    ['neither cart nor lines', { lines: null, currencyCode: null }, 'InvalidInput'],
    ['a quantity of 0', { lines: [{ variantId: newId('Variant'), quantity: 0 }] }, 'InvalidInput'],
    ['a negative quantity', { lines: [{ variantId: newId('Variant'), quantity: -1 }] }, 'InvalidInput'],
    ['an unknown variant', { lines: [{ variantId: newId('Variant'), quantity: 1 }] }, 'VariantUnavailable'],
    ['an unknown cart', { cartId: newId('Cart'), lines: null, currencyCode: null }, 'NotFound'],
    ['no e-mail address', { email: null }, 'InvalidInput'],
    ['no payment', { payment: null }, 'InvalidInput'],
    ['no address', { shippingAddress: null }, 'InvalidAddress'],
    ['an unknown shipping method', { shippingMethodId: newId('ShippingMethod') }, 'ShippingUnavailable'],
    ['an unknown code', { discountCodes: ['NOSUCHCODE'] }, 'DiscountInvalid'],
    ['another total', { expectedTotal: { amount: '1.00', currencyCode: 'EUR' } }, 'PriceChanged'],
  ])('refuses %s without a trace, and takes the key again when it is put right', async (_what, wrong, kind) => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(5);
    await using shop = await openShop(db, neighbours);
    const guest = newGuest();
    const right = orderOf(atlas);

    const refused = await place(shop, guest, { ...right, ...wrong });

    expect(refused.__typename).toBe(kind);
    expect(refused.message).not.toBe('');
    expect((await db.pool.query('SELECT FROM orders')).rowCount).toBe(0);
    expect((await place(shop, guest, right)).__typename).toBe('PlaceOrderSuccess');
  });
});

async function newCart(
  shop: Awaited<ReturnType<typeof openShop>>,
  viewer: ReturnType<typeof newCustomer>,
  variantId: string,
) {
  const { data } = await shop.as(viewer)(
    'mutation ($input: CreateCartInput!) { createCart(input: $input) { ... on CartUpdated { cart { id } } } }',
    { input: { currencyCode: 'EUR', lines: [{ variantId, quantity: 1 }] } },
  );
  return data.createCart.cart.id as string;
}
