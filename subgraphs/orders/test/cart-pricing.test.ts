import { money } from '@cartograph/kernel/money';
import { describe, expect, it } from 'vitest';
import { customer, guest, newCart, openCarts, POST, readCart, send } from './cart-fakes.ts';

const BERLIN = {
  name: 'Ada Lovelace',
  line1: 'Unter den Linden 1',
  city: 'Berlin',
  postalCode: '10117',
  countryCode: 'DE',
};
const REFUSED_CODES = '... on DiscountInvalid { codes { code reason message } }';

describe('a discount code', () => {
  it('takes its percentage off, written in any case, and adding it again changes nothing', async () => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    const { id } = await newCart(ask, { currencyCode: 'EUR', lines: [{ variantId: shop.sell().id, quantity: 3 }] });
    const { cart } = await send(ask, 'applyDiscountCode', { cartId: id, code: ' welcome10 ' });
    expect(cart).toMatchObject({
      discountTotal: { amount: '3.00' },
      total: { amount: '27.00' },
      discounts: [{ title: 'Welcome: 10 % off', code: 'WELCOME10', kind: 'PERCENTAGE', amount: { amount: '3.00' } }],
      discountCodes: [{ code: 'WELCOME10', applicable: true, reason: null }],
    });
    expect((await send(ask, 'applyDiscountCode', { cartId: id, code: 'WELCOME10' })).cart.version).toBe(cart.version);
  });

  it.each([
    ['SUMMER24', 'EXPIRED'],
    ['NOSUCHCODE', 'UNKNOWN'],
    ['', 'UNKNOWN'],
    ["x' OR 1=1 --", 'UNKNOWN'],
    ['WHOLESALE', 'NOT_ELIGIBLE'],
    ['FIVE', 'MINIMUM_NOT_MET'],
    ['3FOR2', 'MINIMUM_NOT_MET'],
  ])('"%s" is refused as %s and is not kept', async (code, reason) => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    const { id } = await newCart(ask, { currencyCode: 'EUR', lines: [{ variantId: shop.sell().id }] });
    const refused = await send(ask, 'applyDiscountCode', { cartId: id, code }, REFUSED_CODES);
    expect(refused).toMatchObject({ __typename: 'DiscountInvalid', codes: [{ reason }] });
    expect(await readCart(ask, id)).toMatchObject({ version: 1, discountCodes: [] });
  });

  it('for euros is refused in dollars', async () => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    const { id } = await newCart(ask, { currencyCode: 'USD', lines: [{ variantId: shop.sell().id, quantity: 9 }] });
    const refused = await send(ask, 'applyDiscountCode', { cartId: id, code: 'FIVE' }, REFUSED_CODES);
    expect(refused.codes).toMatchObject([{ reason: 'WRONG_CURRENCY' }]);
  });

  it('for a group counts for its members', async () => {
    await using shop = await openCarts();
    const ada = customer();
    const known = { id: ada.customerId, email: 'ada@example.com', name: 'Ada', locale: 'en', taxExempt: false };
    shop.customers.set(ada.customerId, { ...known, groups: ['WHOLESALE'] });
    const ask = shop.as(ada);
    const { id } = await newCart(ask, { currencyCode: 'EUR', lines: [{ variantId: shop.sell().id, quantity: 2 }] });
    const { cart } = await send(ask, 'applyDiscountCode', { cartId: id, code: 'WHOLESALE' });
    expect(cart.total.amount).toBe('17.00');
  });

  it('that no longer counts stays in the cart and says why', async () => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    const lines = [{ variantId: shop.sell().id, quantity: 6 }];
    const created = await newCart(ask, { currencyCode: 'EUR', lines });
    await send(ask, 'applyDiscountCode', { cartId: created.id, code: 'FIVE' });
    const set = { cartId: created.id, lines: [{ lineId: created.lines[0].id, quantity: 4 }] };
    const { cart } = await send(ask, 'updateCartLines', set);
    expect(cart).toMatchObject({
      total: { amount: '40.00' },
      discountCodes: [{ code: 'FIVE', applicable: false, reason: 'MINIMUM_NOT_MET' }],
    });
    expect(cart.issues.map(({ code }: any) => code)).toContain('DISCOUNT_INVALID');
    for (const _ of ['once', 'again']) {
      const removed = await send(ask, 'removeDiscountCode', { cartId: created.id, code: 'five' });
      expect(removed.cart.discountCodes).toEqual([]);
    }
  });

  it('that loses to a better one says that the two cannot be combined', async () => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    const { id } = await newCart(ask, { currencyCode: 'EUR', lines: [{ variantId: shop.sell().id, quantity: 6 }] });
    await send(ask, 'applyDiscountCode', { cartId: id, code: '3FOR2' });
    const { cart } = await send(ask, 'applyDiscountCode', { cartId: id, code: 'WELCOME10' });
    expect(cart.discountTotal.amount).toBe('20.00');
    expect(cart.discountCodes).toEqual([
      { code: '3FOR2', applicable: true, reason: null },
      { code: 'WELCOME10', applicable: false, reason: 'NOT_COMBINABLE' },
    ]);
  });

  it('is one of ten at most', async () => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    const { id } = await newCart(ask, { currencyCode: 'EUR', lines: [{ variantId: shop.sell().id, quantity: 9 }] });
    await shop.db.pool.query(`UPDATE cart SET codes = ARRAY(SELECT 'OLD' || i FROM generate_series(1, 10) i)`);
    const result = await send(ask, 'applyDiscountCode', { cartId: id, code: 'WELCOME10' });
    expect(result).toMatchObject({ __typename: 'InvalidInput', message: expect.stringContaining('at most 10 codes') });
  });
});

describe('a promotion', () => {
  it('counts without a code for whoever spends enough', async () => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    const lines = [{ variantId: shop.sell({ unitPrice: money(25_000, 'EUR') }).id }];
    const cart = await newCart(ask, { currencyCode: 'EUR', lines });
    expect(cart).toMatchObject({
      discounts: [{ title: '5 % off from 250 €', code: null, amount: { amount: '12.50' } }],
      total: { amount: '237.50' },
    });
  });
});

describe('shipping', () => {
  it('is part of the total once a method is chosen, and free with the right code', async () => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    const { id } = await newCart(ask, { currencyCode: 'EUR', lines: [{ variantId: shop.sell().id }] });
    await send(ask, 'setCartAddress', { cartId: id, address: BERLIN });
    const { cart } = await send(ask, 'selectCartShipping', { cartId: id, shippingMethodId: POST });
    expect(cart).toMatchObject({
      shippingTotal: { amount: '4.99' },
      total: { amount: '14.99' },
      destination: { countryCode: 'DE', postalCode: '10117', region: null },
      issues: [],
    });
    const free = await send(ask, 'applyDiscountCode', { cartId: id, code: 'FREESHIP' });
    expect(free.cart).toMatchObject({ shippingTotal: { amount: '4.99' }, total: { amount: '10.00' } });
    const none = await send(ask, 'selectCartShipping', { cartId: id, shippingMethodId: null });
    expect(none.cart).toMatchObject({ shippingTotal: null, issues: [{ code: 'SHIPPING_METHOD_MISSING' }] });
  });

  it('by a method that does not deliver there is refused', async () => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    const lines = [{ variantId: shop.sell().id }];
    const { id } = await newCart(ask, { currencyCode: 'EUR', lines, destination: { countryCode: 'FR' } });
    const refused = await send(ask, 'selectCartShipping', { cartId: id, shippingMethodId: POST });
    expect(refused.__typename).toBe('ShippingUnavailable');
  });

  it('needs a destination first', async () => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    const { id } = await newCart(ask, { currencyCode: 'EUR', lines: [{ variantId: shop.sell().id }] });
    const refused = await send(ask, 'selectCartShipping', { cartId: id, shippingMethodId: POST });
    expect(refused).toMatchObject({
      __typename: 'InvalidInput',
      message: expect.stringContaining('setCartDestination'),
    });
  });

  it('that stops to deliver when the destination changes is an issue, not an error', async () => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    const lines = [{ variantId: shop.sell().id }];
    const { id } = await newCart(ask, { currencyCode: 'EUR', lines, destination: { countryCode: 'DE' } });
    await send(ask, 'selectCartShipping', { cartId: id, shippingMethodId: POST });
    const { cart } = await send(ask, 'setCartDestination', { cartId: id, destination: { countryCode: 'FR' } });
    expect(cart).toMatchObject({ shippingTotal: null, issues: [{ code: 'SHIPPING_UNAVAILABLE' }] });
  });

  it('is neither asked for nor charged when nothing is shipped', async () => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    const cart = await newCart(ask, {
      currencyCode: 'EUR',
      lines: [{ variantId: shop.sell({ requiresShipping: false }).id }],
    });
    expect(cart.issues).toEqual([]);
    expect(shop.calls.shipping).toBe(0);
  });
});

describe('a destination', () => {
  it('decides the tax', async () => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    const { id } = await newCart(ask, { currencyCode: 'EUR', lines: [{ variantId: shop.sell().id }] });
    const { cart } = await send(ask, 'setCartDestination', { cartId: id, destination: { countryCode: 'FR' } });
    expect(cart.taxLines).toEqual([{ title: 'VAT', ratePercent: '20.00', amount: { amount: '1.67' } }]);
  });

  it('given as an address is refused field by field', async () => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    const { id } = await newCart(ask);
    const address = { name: ' ', line1: 'x'.repeat(201), city: 'a\u0000b', countryCode: 'US', region: 'California' };
    const refused = await send(ask, 'setCartAddress', { cartId: id, address });
    expect(refused.issues.map(({ path }: any) => path.join('.')).sort()).toEqual([
      'address.city',
      'address.line1',
      'address.name',
      'address.region',
    ]);
  });

  it('in a country that does not exist is refused with the way to write one', async () => {
    await using shop = await openCarts();
    const { errors } = await shop.as(guest())(
      'mutation { createCart(input: { destination: { countryCode: "XX" } }) { __typename } }',
    );
    expect(errors?.[0]).toMatchObject({
      message: expect.stringContaining('DE or US'),
      extensions: { code: expect.any(String) },
    });
  });
});

describe('a variant that vanishes', () => {
  it('leaves a line without a price and an issue, and the cart can still be read', async () => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    const [shirt, hat] = [shop.sell(), shop.sell()];
    const lines = [{ variantId: shirt.id }, { variantId: hat.id, quantity: 2 }];
    const { id, lines: created } = await newCart(ask, { currencyCode: 'EUR', lines });
    shop.forget(shirt.id);
    const cart = await readCart(ask, id);
    expect(cart.total.amount).toBe('20.00');
    expect(cart.lines[0]).toMatchObject({ unitPrice: null, total: { amount: '0.00' } });
    expect(cart.issues[0]).toMatchObject({ code: 'VARIANT_UNAVAILABLE', lineId: created[0].id });
    const { data } = await ask('query ($id: ID!) { cart(id: $id) { lines { variant { id } } } }', { id });
    expect(data.cart.lines).toEqual([{ variant: null }, { variant: { id: hat.id } }]);
  });
});

describe('a customer who is exempt from tax', () => {
  it('sees prices without it', async () => {
    await using shop = await openCarts();
    const ada = customer();
    const known = { id: ada.customerId, email: 'ada@example.com', name: 'Ada', locale: 'en', groups: [] };
    shop.customers.set(ada.customerId, { ...known, taxExempt: true });
    const lines = [{ variantId: shop.sell({ unitPrice: money(1190, 'EUR') }).id, quantity: 2 }];
    const cart = await newCart(shop.as(ada), { currencyCode: 'EUR', lines });
    expect(cart).toMatchObject({
      subtotal: { amount: '20.00' },
      taxTotal: { amount: '0.00' },
      total: { amount: '20.00' },
    });
  });
});

describe('e-mail and note', () => {
  it('stay when they are left out and go when they are null', async () => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    const { id } = await newCart(ask);
    await send(ask, 'updateCart', { cartId: id, email: ' ada@example.com ', note: 'Ring\ntwice' });
    const { cart } = await send(ask, 'updateCart', { cartId: id, note: null });
    expect(cart).toMatchObject({ email: 'ada@example.com', note: null });
  });

  it.each(['ada', 'a b@example.com', `${'a'.repeat(250)}@example.com`])('refuse "%s"', async (email) => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    const { id } = await newCart(ask);
    expect(await send(ask, 'updateCart', { cartId: id, email })).toMatchObject({
      __typename: 'InvalidInput',
      issues: [{ path: ['email'] }],
    });
  });
});
