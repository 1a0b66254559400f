import { testDatabase } from '@cartograph/runtime/testing/test-database';
import { describe, expect, it } from 'vitest';
import { customer, guest, newCart, openCarts, readCart, send } from './cart-fakes.ts';
import { createFakeShop } from './fake-shop.ts';
import { newCustomer, newGuest, openShop, orderOf, place } from './open-shop.ts';

/** A guest with a cart who then signs in. */
async function signIn(shop: Awaited<ReturnType<typeof openCarts>>, lines: object[]) {
  const before = guest();
  const guestCart = await newCart(shop.as(before), { currencyCode: 'EUR', lines });
  const ada = customer(before.guestId);
  return { guestCart, ada, ask: shop.as(ada), askAsGuest: shop.as(before) };
}

const quantities = (cart: any) =>
  Object.fromEntries(cart.lines.map(({ variantId, quantity }: any) => [variantId, quantity]));

describe('after sign-in', () => {
  it('a guest’s cart becomes the customer’s own when they have none', async () => {
    await using shop = await openCarts();
    const { guestCart, ask, askAsGuest } = await signIn(shop, [{ variantId: shop.sell().id, quantity: 2 }]);
    const { cart } = await send(ask, 'mergeCart', {});
    expect(cart).toMatchObject({ id: guestCart.id, itemCount: 2, status: 'ACTIVE' });
    const { data } = await ask('{ activeCart { id customer { id } } }');
    expect(data.activeCart).toMatchObject({ id: guestCart.id, customer: { id: expect.stringContaining('Customer:') } });
    // Whoever uses the same browser next is a guest without a cart.
    expect((await askAsGuest('{ activeCart { id } }')).data.activeCart).toBeNull();
    expect(await readCart(askAsGuest, guestCart.id)).toBeNull();
  });

  it('both carts become one, with quantities, codes and address, and the customer’s own choice first', async () => {
    await using shop = await openCarts();
    const [shirt, hat] = [shop.sell(), shop.sell()];
    const { guestCart, ask, askAsGuest } = await signIn(shop, [
      { variantId: shirt.id, quantity: 2 },
      { variantId: hat.id },
    ]);
    await send(askAsGuest, 'applyDiscountCode', { cartId: guestCart.id, code: 'WELCOME10' });
    await send(askAsGuest, 'setCartDestination', { cartId: guestCart.id, destination: { countryCode: 'FR' } });
    await send(askAsGuest, 'updateCart', { cartId: guestCart.id, email: 'guest@example.com', note: 'Ring twice' });
    const own = await newCart(ask, { currencyCode: 'EUR', lines: [{ variantId: shirt.id, quantity: 5 }] });
    await send(ask, 'updateCart', { cartId: own.id, email: 'ada@example.com' });
    const { cart } = await send(ask, 'mergeCart', {});
    expect(cart).toMatchObject({
      id: own.id,
      destination: { countryCode: 'FR' },
      discountCodes: [{ code: 'WELCOME10', applicable: true }],
      email: 'ada@example.com',
      note: 'Ring twice',
    });
    expect(quantities(cart)).toEqual({ [shirt.id]: 7, [hat.id]: 1 });
    expect(await readCart(ask, guestCart.id)).toMatchObject({ status: 'MERGED', lines: [] });
  });

  it('what waits for its payment is not put into the customer’s own cart, to be bought again', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const [shirt, hat] = [neighbours.addVariant(5), neighbours.addVariant(5)];
    await using shop = await openShop(db, neighbours);
    const before = newGuest();
    const { id: cartId } = await newCart(shop.as(before), { currencyCode: 'EUR', lines: [{ variantId: shirt }] });
    const fromCart = { cartId, lines: null, currencyCode: null, payment: { token: 'tok_3ds' } };
    const { order } = await place(shop, before, orderOf(shirt, fromCart));
    const ada = { ...newCustomer(), guestId: before.guestId };
    const ask = shop.as(ada);
    const own = await newCart(ask, { currencyCode: 'EUR', lines: [{ variantId: hat }] });

    const { cart } = await send(ask, 'mergeCart', {});

    expect([cart.id, quantities(cart)]).toEqual([own.id, { [hat]: 1 }]);
    Object.assign(neighbours.accounts.get(order.id) ?? {}, { status: 'authorized' });
    await ask('mutation ($id: ID!) { completePayment(input: { orderId: $id }) { __typename } }', { id: order.id });
    expect(await readCart(ask, cartId)).toMatchObject({ status: 'ORDERED' });
    expect(quantities(await readCart(ask, own.id))).toEqual({ [hat]: 1 });
  });

  it('merging twice, and twenty times at once, counts everything once', async () => {
    await using shop = await openCarts();
    const shirt = shop.sell();
    const { ask } = await signIn(shop, [{ variantId: shirt.id, quantity: 2 }]);
    const own = await newCart(ask, { currencyCode: 'EUR', lines: [{ variantId: shirt.id, quantity: 1 }] });
    const results = await Promise.all(Array.from({ length: 20 }, () => send(ask, 'mergeCart', {})));
    expect(new Set(results.map((result) => result.cart?.id))).toEqual(new Set([own.id]));
    const { cart } = await send(ask, 'mergeCart', {});
    expect(quantities(cart)).toEqual({ [shirt.id]: 3 });
  });

  it('moving twenty times at once moves once', async () => {
    await using shop = await openCarts();
    const { guestCart, ask } = await signIn(shop, [{ variantId: shop.sell().id }]);
    const results = await Promise.all(Array.from({ length: 20 }, () => send(ask, 'mergeCart', {})));
    expect(new Set(results.map((result) => result.cart?.id))).toEqual(new Set([guestCart.id]));
    expect((await readCart(ask, guestCart.id)).version).toBe(2);
  });

  it('what a guest’s tab adds while the carts are merged is not lost silently', async () => {
    await using shop = await openCarts();
    const [shirt, hat] = [shop.sell(), shop.sell()];
    const { guestCart, ask, askAsGuest } = await signIn(shop, [{ variantId: shirt.id }]);
    const own = await newCart(ask, { currencyCode: 'EUR', lines: [{ variantId: shirt.id }] });
    const [, added] = await Promise.all([
      send(ask, 'mergeCart', {}),
      send(askAsGuest, 'addCartLines', { cartId: guestCart.id, lines: [{ variantId: hat.id }] }),
    ]);
    const merged = quantities(await readCart(ask, own.id));
    // Either it came first and moved along, or it came too late and was told so.
    expect([added.__typename, merged]).toEqual(
      added.__typename === 'CartUpdated'
        ? ['CartUpdated', { [shirt.id]: 2, [hat.id]: 1 }]
        : ['NotFound', { [shirt.id]: 2 }],
    );
  });

  it('carts with more than 100 variants together are left as they are', async () => {
    await using shop = await openCarts();
    const lines = Array.from({ length: 101 }, () => ({ variantId: shop.sell().id }));
    const { guestCart, ask } = await signIn(shop, lines.slice(0, 50));
    const own = await newCart(ask, { currencyCode: 'EUR', lines: lines.slice(50) });
    const refused = await send(ask, 'mergeCart', {});
    expect(refused).toMatchObject({ __typename: 'InvalidInput', message: expect.stringContaining('more than 100') });
    expect((await readCart(ask, own.id)).lines.length).toBe(51);
    expect(await readCart(ask, guestCart.id)).toMatchObject({ status: 'ACTIVE', itemCount: 50 });
  });

  it('there is nothing to merge without any cart, and nobody’s cart to take', async () => {
    await using shop = await openCarts();
    expect((await send(shop.as(customer(guest().guestId)), 'mergeCart', {})).__typename).toBe('NotFound');
    const bob = await newCart(shop.as(guest()), { currencyCode: 'EUR', lines: [{ variantId: shop.sell().id }] });
    const mallory = shop.as(customer(guest().guestId));
    expect((await send(mallory, 'mergeCart', { fromCartId: bob.id })).__typename).toBe('NotFound');
    const own = await newCart(mallory);
    expect((await send(mallory, 'mergeCart', { fromCartId: bob.id })).__typename).toBe('NotFound');
    expect((await send(mallory, 'mergeCart', { fromCartId: own.id, intoCartId: bob.id })).__typename).toBe('NotFound');
    expect((await send(mallory, 'mergeCart', { fromCartId: 'nonsense' })).__typename).toBe('NotFound');
  });

  it('only customers merge', async () => {
    await using shop = await openCarts();
    const { errors } = await shop.as(guest())('mutation { mergeCart { __typename } }');
    expect(errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });
});
