import { ANONYMOUS, type Viewer } from '@cartograph/kernel/viewer';
import { describe, expect, it } from 'vitest';
import { customer, finance, guest, newCart, openCarts, readCart, send } from './cart-fakes.ts';

const ENTITIES = /* GraphQL */ `
  query ($keys: [_Any!]!) {
    _entities(representations: $keys) {
      ... on Cart { id email weightGrams requiresShipping subtotal { amount currencyCode } destination { countryCode } }
      ... on Customer { id activeCart { id email } }
    }
  }
`;
const cartKey = (id: string) => ({ __typename: 'Cart', id });

describe('a cart', () => {
  it('is nobody else’s by any route', async () => {
    await using shop = await openCarts();
    const ada = customer();
    const ask = shop.as(ada);
    const cart = await newCart(ask, { currencyCode: 'EUR', lines: [{ variantId: shop.sell().id }] });
    await send(ask, 'updateCart', { cartId: cart.id, email: 'ada@example.com' });
    for (const stranger of [guest(), customer(), customer(guest().guestId)]) {
      const other = shop.as(stranger);
      expect(await readCart(other, cart.id)).toBeNull();
      expect((await other('{ activeCart { id } }')).data.activeCart).toBeNull();
      const keys = [cartKey(cart.id), { __typename: 'Customer', id: ada.customerId }];
      const { data } = await other(ENTITIES, { keys });
      expect(data._entities).toEqual([null, { id: ada.customerId, activeCart: null }]);
      const variantId = shop.sell().id;
      const attempts = {
        addCartLines: { lines: [{ variantId }] },
        updateCartLines: { lines: [{ lineId: cart.lines[0].id, quantity: 2 }] },
        removeCartLines: { lineIds: [cart.lines[0].id] },
        applyDiscountCode: { code: 'WELCOME10' },
        removeDiscountCode: { code: 'WELCOME10' },
        setCartDestination: { destination: { countryCode: 'FR' } },
        setCartAddress: { address: { name: 'x', line1: 'x', city: 'x', countryCode: 'FR' } },
        selectCartShipping: { shippingMethodId: null },
        updateCart: { note: 'hello' },
      };
      for (const [name, input] of Object.entries(attempts))
        expect([name, (await send(other, name, { cartId: cart.id, ...input })).__typename]).toEqual([name, 'NotFound']);
    }
    expect((await readCart(ask, cart.id)).version).toBe(2);
  });

  it('that a customer filled as a guest is still theirs to see before it is merged', async () => {
    await using shop = await openCarts();
    const before = guest();
    const { id } = await newCart(shop.as(before));
    expect(await readCart(shop.as(customer(before.guestId)), id)).toMatchObject({ id });
  });

  it('can be seen by staff, and by neighbours as an entity, but changed by its buyer alone', async () => {
    await using shop = await openCarts();
    const lines = [{ variantId: shop.sell().id, quantity: 2 }];
    const { id } = await newCart(shop.as(guest()), { destination: { countryCode: 'DE' }, lines });
    expect(await readCart(shop.as(finance), id)).toMatchObject({ itemCount: 2 });
    const { data } = await shop.as({ kind: 'service', service: 'shipping' })(ENTITIES, { keys: [cartKey(id)] });
    expect(data._entities).toEqual([
      {
        ...{ id, email: null, weightGrams: 500, requiresShipping: true, destination: { countryCode: 'DE' } },
        subtotal: { amount: '20.00', currencyCode: 'EUR' },
      },
    ]);
    const { errors } = await shop.as(finance)('mutation { updateCart(input: { cartId: "x" }) { __typename } }');
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it.each<[string, Viewer, string]>([
    ['{ activeCart { id } }', ANONYMOUS, 'UNAUTHENTICATED'],
    ['{ cart(id: "x") { id } }', ANONYMOUS, 'UNAUTHENTICATED'],
    ['mutation { createCart(input: { currencyCode: "EUR" }) { __typename } }', ANONYMOUS, 'UNAUTHENTICATED'],
    ['{ discounts { nodes { id } } }', ANONYMOUS, 'UNAUTHENTICATED'],
    ['{ discounts { nodes { id } } }', guest(), 'FORBIDDEN'],
    ['{ discounts { nodes { id } } }', { kind: 'staff', staffId: 'Staff:1', roles: ['FULFILMENT'] }, 'FORBIDDEN'],
    ['mutation { endDiscount(id: "x") { __typename } }', customer(), 'FORBIDDEN'],
    [
      'mutation { endDiscount(id: "x") { __typename } }',
      { kind: 'staff', staffId: 'Staff:1', roles: ['SUPPORT'] },
      'FORBIDDEN',
    ],
  ])('%s is refused for who may not', async (query, viewer, code) => {
    await using shop = await openCarts();
    expect((await shop.as(viewer)(query)).errors?.[0]?.extensions.code).toBe(code);
  });
});

describe('the number of SQL statements', () => {
  it('to read a cart is two, whatever is in it, with one call to products', async () => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    const lines = Array.from({ length: 100 }, () => ({ variantId: shop.sell().id }));
    const small = await newCart(ask, { currencyCode: 'EUR', lines: lines.slice(0, 1) });
    const large = await newCart(ask, { currencyCode: 'EUR', lines });
    for (const { id } of [small, large]) {
      const [statements, calls] = [shop.db.statements.ofRequests, shop.calls.products];
      await readCart(ask, id);
      expect([shop.db.statements.ofRequests - statements, shop.calls.products - calls]).toEqual([2, 1]);
    }
  });

  it('is the same for one customer’s cart and for a hundred', async () => {
    await using shop = await openCarts();
    const keys = [];
    for (let i = 0; i < 100; i += 1) {
      const ada = customer();
      await newCart(shop.as(ada), { currencyCode: i % 2 ? 'EUR' : 'USD', lines: [{ variantId: shop.sell().id }] });
      keys.push({ __typename: 'Customer', id: ada.customerId });
    }
    const query = /* GraphQL */ `
      query ($keys: [_Any!]!) {
        _entities(representations: $keys) { ... on Customer { activeCart { id total { amount } lines { total { amount } } } } }
      }
    `;
    const counts = [];
    for (const some of [keys.slice(0, 2), keys]) {
      const before = { statements: shop.db.statements.ofRequests, ...shop.calls };
      const { data } = await shop.as(finance)(query, { keys: some });
      expect(data._entities.every(({ activeCart }: any) => activeCart.total.amount)).toBe(true);
      counts.push({
        statements: shop.db.statements.ofRequests - before.statements,
        products: shop.calls.products - before.products,
        customers: shop.calls.customers - before.customers,
      });
    }
    // One call to products per currency.
    expect(counts).toEqual([
      { statements: 2, products: 2, customers: 1 },
      { statements: 2, products: 2, customers: 1 },
    ]);
  });

  it('to add to a cart and to see it priced is four', async () => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    const { id } = await newCart(ask);
    const before = shop.db.statements.ofRequests;
    await send(ask, 'addCartLines', { cartId: id, lines: [{ variantId: shop.sell().id }] });
    expect(shop.db.statements.ofRequests - before).toBe(4);
  });

  it('to list discounts is the same for one and for a hundred', async () => {
    await using shop = await openCarts();
    const ask = shop.as(finance);
    const counts = [];
    for (const first of [1, 100]) {
      const before = shop.db.statements.ofRequests;
      await ask('query ($first: Int!) { discounts(first: $first) { nodes { id codes redemptions } } }', { first });
      counts.push(shop.db.statements.ofRequests - before);
    }
    expect(counts[1]).toBe(counts[0]);
    expect(counts[0]).toBeLessThanOrEqual(3);
  });
});
