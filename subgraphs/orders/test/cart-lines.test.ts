import { describe, expect, it } from 'vitest';
import { guest, newCart, openCarts, readCart, send } from './cart-fakes.ts';

describe('a cart', () => {
  it('is priced at today’s prices with the tax of its home country until the destination is known', async () => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    const shirt = shop.sell();
    const cart = await newCart(ask, { currencyCode: 'EUR', lines: [{ variantId: shirt.id, quantity: 3 }] });
    expect(cart).toMatchObject({
      itemCount: 3,
      subtotal: { amount: '30.00' },
      taxTotal: { amount: '4.79' },
      taxLines: [{ title: 'VAT', ratePercent: '19.00', amount: { amount: '4.79' } }],
      total: { amount: '30.00', currencyCode: 'EUR' },
      issues: [{ code: 'DESTINATION_MISSING' }],
    });
  });

  it('in dollars gets the sales tax of its state on top', async () => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    const destination = { countryCode: 'US', region: 'us-ca', postalCode: '94103' };
    const cart = await newCart(ask, { destination, lines: [{ variantId: shop.sell().id }] });
    expect(cart).toMatchObject({
      currencyCode: 'USD',
      destination: { countryCode: 'US', region: 'CA', postalCode: '94103' },
      taxLines: [{ title: 'California sales tax', ratePercent: '7.25', amount: { amount: '0.73' } }],
      total: { amount: '10.73' },
    });
  });

  it('adds up what is added again, and starts a line for what is new', async () => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    const [shirt, hat] = [shop.sell(), shop.sell()];
    const { id } = await newCart(ask);
    await send(ask, 'addCartLines', { cartId: id, lines: [{ variantId: shirt.id, quantity: 2 }] });
    const lines = [{ variantId: shirt.id, quantity: 1 }, { variantId: hat.id }, { variantId: hat.id, quantity: 4 }];
    const { cart } = await send(ask, 'addCartLines', { cartId: id, lines });
    expect(cart.lines.map(({ variantId, quantity }: any) => [variantId, quantity])).toEqual([
      [shirt.id, 3],
      [hat.id, 5],
    ]);
    expect(cart.version).toBe(3);
  });

  it('counts every one of 40 additions that come at once', async () => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    const [shirt, hat] = [shop.sell({ availableQuantity: 1000 }), shop.sell({ availableQuantity: 1000 })];
    const { id } = await newCart(ask);
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        send(ask, 'addCartLines', {
          cartId: id,
          // In both orders, so that two requests would deadlock if rows were locked as they come.
          lines:
            i % 2 ? [{ variantId: shirt.id }, { variantId: hat.id }] : [{ variantId: hat.id }, { variantId: shirt.id }],
        }),
      ),
    );
    expect(new Set(results.map((result) => result.__typename))).toEqual(new Set(['CartUpdated']));
    const cart = await readCart(ask, id);
    expect(cart.lines.map(({ quantity }: any) => quantity)).toEqual([40, 40]);
    expect(cart.version).toBe(41);
  });

  it('counts a double click once: one key adds once, twice in a row and ten times at once', async () => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    const shirt = shop.sell();
    const { id } = await newCart(ask);
    const input = { cartId: id, lines: [{ variantId: shirt.id, quantity: 2 }], idempotencyKey: 'click-0001' };
    const first = await send(ask, 'addCartLines', input);
    expect(await send(ask, 'addCartLines', input)).toEqual(first);
    const twins = { ...input, idempotencyKey: 'click-0002', expectedVersion: 2 };
    const results = await Promise.all(Array.from({ length: 10 }, () => send(ask, 'addCartLines', twins)));
    expect(new Set(results.map((result) => result.__typename))).toEqual(new Set(['CartUpdated']));
    expect((await readCart(ask, id)).lines[0].quantity).toBe(4);
  });

  it('refuses a key that was used for something else, and changes nothing', async () => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    const shirt = shop.sell();
    const { id } = await newCart(ask);
    const input = { cartId: id, lines: [{ variantId: shirt.id, quantity: 2 }], idempotencyKey: 'click-0001' };
    await send(ask, 'addCartLines', input);
    const other = await send(ask, 'addCartLines', { ...input, lines: [{ variantId: shirt.id, quantity: 3 }] });
    expect(other).toMatchObject({ __typename: 'InvalidInput', issues: [{ path: ['idempotencyKey'] }] });
    expect((await readCart(ask, id)).itemCount).toBe(2);
  });

  it('is made once per key, twice in a row and ten times at once', async () => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    const input = { currencyCode: 'EUR', lines: [{ variantId: shop.sell().id }], idempotencyKey: 'new-cart-1' };
    const carts = await Promise.all(Array.from({ length: 10 }, () => newCart(ask, input)));
    expect(new Set(carts.map(({ id }) => id)).size).toBe(1);
    expect((await newCart(ask, input)).id).toBe(carts[0].id);
    const { rows } = await shop.db.pool.query('SELECT count(*) AS count FROM cart');
    expect(rows).toEqual([{ count: 1 }]);
  });

  it('that has changed since it was looked at is not changed blindly', async () => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    const lines = [{ variantId: shop.sell().id }];
    const { id, version } = await newCart(ask);
    await send(ask, 'addCartLines', { cartId: id, lines, expectedVersion: version });
    const late = await send(
      ask,
      'addCartLines',
      { cartId: id, lines, expectedVersion: version },
      '... on CartConflict { conflicting: cart { version itemCount } }',
    );
    expect(late).toMatchObject({ __typename: 'CartConflict', conflicting: { version: 2, itemCount: 1 } });
  });

  it('has its quantities set and its lines taken out, both safe to repeat', async () => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    const lines = [{ variantId: shop.sell().id, quantity: 5 }, { variantId: shop.sell().id }];
    const cart = await newCart(ask, { currencyCode: 'EUR', lines });
    const [first, second] = cart.lines;
    for (const _ of ['once', 'again']) {
      const set = { cartId: cart.id, lines: [{ lineId: first.id, quantity: 2 }] };
      expect((await send(ask, 'updateCartLines', set)).cart.itemCount).toBe(3);
    }
    for (const _ of ['once', 'again']) {
      const removed = await send(ask, 'removeCartLines', { cartId: cart.id, lineIds: [second.id] });
      expect(removed.cart.lines.map(({ id }: any) => id)).toEqual([first.id]);
    }
  });

  it('holds 100 lines and not one more, also when two requests come at once', async () => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    const variants = Array.from({ length: 102 }, () => ({ variantId: shop.sell().id }));
    const { id } = await newCart(ask, { currencyCode: 'EUR', lines: variants.slice(0, 99) });
    const results = await Promise.all(
      variants.slice(99).map((line) => send(ask, 'addCartLines', { cartId: id, lines: [line] })),
    );
    expect(results.map((result) => result.__typename).sort()).toEqual(['CartUpdated', 'InvalidInput', 'InvalidInput']);
    expect((await readCart(ask, id)).lines.length).toBe(100);
  });
});

describe('bad input', () => {
  it.each([0, -1, 10_000])('of quantity %i is refused in words, and changes nothing', async (quantity) => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    const shirt = shop.sell();
    const cart = await newCart(ask, { currencyCode: 'EUR', lines: [{ variantId: shirt.id }] });
    const message = expect.stringContaining(`from 1 to 9999, and is ${quantity}`);
    const refused = { __typename: 'InvalidInput', issues: [{ path: ['lines', '0', 'quantity'], message }] };
    const lines = [{ variantId: shirt.id, quantity }];
    expect(await send(ask, 'addCartLines', { cartId: cart.id, lines })).toMatchObject(refused);
    expect(await send(ask, 'createCart', { currencyCode: 'EUR', lines })).toMatchObject(refused);
    const set = { cartId: cart.id, lines: [{ lineId: cart.lines[0].id, quantity }] };
    expect(await send(ask, 'updateCartLines', set)).toMatchObject(refused);
    expect((await readCart(ask, cart.id)).version).toBe(1);
  });

  it('of quantity 0 names the mutation that takes a line out', async () => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    const cart = await newCart(ask, { currencyCode: 'EUR', lines: [{ variantId: shop.sell().id }] });
    const result = await send(ask, 'updateCartLines', {
      cartId: cart.id,
      lines: [{ lineId: cart.lines[0].id, quantity: 0 }],
    });
    expect(result.message).toContain('removeCartLines');
  });

  it('of a quantity beyond 32 bits names the value and its place', async () => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    const { errors } = await ask(
      'mutation ($input: AddCartLinesInput!) { addCartLines(input: $input) { __typename } }',
      { input: { cartId: 'x', lines: [{ variantId: 'x', quantity: 2 ** 31 }] } },
    );
    expect(errors?.[0]).toMatchObject({
      message: expect.stringMatching(/lines\[0\]\.quantity.*2147483648/),
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });

  it('of quantities that together are too many is refused', async () => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    const shirt = shop.sell({ backorder: true });
    const { id } = await newCart(ask);
    const twice = [
      { variantId: shirt.id, quantity: 9999 },
      { variantId: shirt.id, quantity: 1 },
    ];
    expect((await send(ask, 'addCartLines', { cartId: id, lines: twice })).__typename).toBe('InvalidInput');
    await send(ask, 'addCartLines', { cartId: id, lines: [{ variantId: shirt.id, quantity: 9999 }] });
    const more = await send(ask, 'addCartLines', { cartId: id, lines: [{ variantId: shirt.id, quantity: 1 }] });
    expect(more).toMatchObject({ __typename: 'InvalidInput', message: expect.stringContaining('at most 9999') });
  });

  it('of no lines, or of 101, is refused', async () => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    const { id } = await newCart(ask);
    for (const lines of [[], Array.from({ length: 101 }, () => ({ variantId: 'x' }))]) {
      const result = await send(ask, 'addCartLines', { cartId: id, lines });
      expect(result).toMatchObject({ __typename: 'InvalidInput', issues: [{ path: ['lines'] }] });
    }
    expect(await send(ask, 'removeCartLines', { cartId: id, lineIds: [] })).toMatchObject({
      __typename: 'InvalidInput',
    });
  });

  it('of variants that do not exist, or are not enough, names each with what is left', async () => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    const [rare, gone] = [shop.sell({ availableQuantity: 2 }), shop.sell({ availableQuantity: 0 })];
    const { id } = await newCart(ask);
    await send(ask, 'addCartLines', { cartId: id, lines: [{ variantId: rare.id, quantity: 1 }] });
    const lines = [{ variantId: rare.id, quantity: 2 }, { variantId: gone.id }, { variantId: 'nonsense' }];
    const details = '... on VariantUnavailable { variants { variantId requested available reason } }';
    expect(await send(ask, 'addCartLines', { cartId: id, lines }, details)).toMatchObject({
      __typename: 'VariantUnavailable',
      variants: [
        // One is in the cart already.
        { variantId: rare.id, requested: 3, available: 2, reason: 'INSUFFICIENT_STOCK' },
        { variantId: gone.id, requested: 1, available: 0, reason: 'SOLD_OUT' },
        { variantId: 'nonsense', requested: 1, available: 0, reason: 'NOT_FOUND' },
      ],
    });
    expect((await readCart(ask, id)).itemCount).toBe(1);
  });

  it('of carts that do not exist reads as not found', async () => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    const lines = [{ variantId: shop.sell().id }];
    for (const cartId of ['Cart:01JDEM00000000000000000001', 'Order:01JDEM00000000000000000001', '', "' OR 1=1"]) {
      expect((await send(ask, 'addCartLines', { cartId, lines })).__typename).toBe('NotFound');
      expect((await send(ask, 'removeCartLines', { cartId, lineIds: ['x'] })).__typename).toBe('NotFound');
      expect((await send(ask, 'updateCart', { cartId, note: 'x' })).__typename).toBe('NotFound');
      expect(await readCart(ask, cartId)).toBeNull();
    }
  });

  it('of lines of another cart is refused', async () => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    const lines = [{ variantId: shop.sell().id }];
    const [mine, other] = [
      await newCart(ask, { currencyCode: 'EUR', lines }),
      await newCart(ask, { currencyCode: 'EUR', lines }),
    ];
    const set = { cartId: mine.id, lines: [{ lineId: other.lines[0].id, quantity: 7 }] };
    expect(await send(ask, 'updateCartLines', set)).toMatchObject({
      __typename: 'InvalidInput',
      issues: [{ path: ['lines', '0', 'lineId'] }],
    });
    await send(ask, 'removeCartLines', { cartId: mine.id, lineIds: [other.lines[0].id] });
    expect((await readCart(ask, other.id)).itemCount).toBe(1);
  });

  it('of a currency without a market, or none where there are several, says which there are', async () => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    const issues = [{ path: ['currencyCode'], message: expect.stringContaining('EUR, USD') }];
    expect(await send(ask, 'createCart', { currencyCode: 'JPY' })).toMatchObject({
      __typename: 'InvalidInput',
      issues,
    });
    expect(await send(ask, 'createCart', {})).toMatchObject({ __typename: 'InvalidInput', issues });
  });

  it.each(['short', 'with blank', 'x'.repeat(65)])('of the key "%s" is refused', async (idempotencyKey) => {
    await using shop = await openCarts();
    const result = await send(shop.as(guest()), 'createCart', { currencyCode: 'EUR', idempotencyKey });
    expect(result).toMatchObject({ __typename: 'InvalidInput', issues: [{ path: ['idempotencyKey'] }] });
  });
});
