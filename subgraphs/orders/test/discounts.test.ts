import { isId } from '@cartograph/kernel/id';
import { newId } from '@cartograph/runtime/ids';
import type { Answer } from '@cartograph/runtime/testing/ask';
import { describe, expect, it } from 'vitest';
import { loadDemoData } from '../src/datasources/demo-data.ts';
import { createPricingStore } from '../src/datasources/pricing-store.ts';
import { finance, guest, newCart, openCarts, send } from './cart-fakes.ts';

const CREATE = /* GraphQL */ `
  mutation ($input: CreateDiscountInput!) {
    result: createDiscount(input: $input) {
      __typename
      ... on CreateDiscountSuccess { discount { id title kind status codes percent amount { amount } minimumSubtotal { amount } usageLimit startsAt endsAt combinable } }
      ... on InvalidInput { message issues { path message } }
    }
  }
`;
const END = /* GraphQL */ `
  mutation ($id: ID!) {
    result: endDiscount(id: $id) {
      __typename
      ... on EndDiscountSuccess { discount { id status endsAt } }
    }
  }
`;
const LIST = /* GraphQL */ `
  query ($first: Int!, $after: String) {
    discounts(first: $first, after: $after) {
      edges { cursor node { id } }
      nodes { id title status codes redemptions }
      pageInfo { hasNextPage hasPreviousPage endCursor }
    }
  }
`;
const HALF = { title: 'Half price', kind: 'PERCENTAGE', percent: '50', codes: ['half-price'] };

describe('a discount that staff make', () => {
  it('counts at once, and no more once it is ended', async () => {
    await using shop = await openCarts();
    const staff = shop.as(finance);
    const { data } = await staff(CREATE, { input: HALF });
    expect(data.result.discount).toMatchObject({
      ...{ title: 'Half price', kind: 'PERCENTAGE', status: 'ACTIVE', codes: ['HALF-PRICE'], percent: '50.00' },
      ...{ amount: null, endsAt: null, combinable: false },
    });
    const ask = shop.as(guest());
    const { id } = await newCart(ask, { currencyCode: 'EUR', lines: [{ variantId: shop.sell().id }] });
    expect((await send(ask, 'applyDiscountCode', { cartId: id, code: 'half-price' })).cart.total.amount).toBe('5.00');
    shop.clock.now = new Date(shop.clock.now.getTime() + 1000);
    const first = await staff(END, { id: data.result.discount.id });
    expect(first.data.result.discount).toMatchObject({ status: 'ENDED', endsAt: shop.clock.now.toISOString() });
    shop.clock.now = new Date(shop.clock.now.getTime() + 1000);
    expect((await staff(END, { id: data.result.discount.id })).data).toEqual(first.data);
    const refused = await send(ask, 'applyDiscountCode', { cartId: (await newCart(ask)).id, code: 'half-price' });
    expect(refused.message).toContain('has expired');
  });

  it('without codes is a promotion for everybody', async () => {
    await using shop = await openCarts();
    const amount = { amount: '3.00', currencyCode: 'EUR' };
    const input = {
      title: 'Three off',
      kind: 'FIXED_AMOUNT',
      amount,
      minimumSubtotal: { amount: '20', currencyCode: 'EUR' },
    };
    expect((await shop.as(finance)(CREATE, { input })).data.result.__typename).toBe('CreateDiscountSuccess');
    const lines = [{ variantId: shop.sell().id, quantity: 2 }];
    expect((await newCart(shop.as(guest()), { currencyCode: 'EUR', lines })).total.amount).toBe('17.00');
    expect((await newCart(shop.as(guest()), { currencyCode: 'USD', lines })).total.amount).toBe('20.00');
  });

  it.each<[string, object, string]>([
    ['no percentage', { percent: null }, 'percent'],
    ['a percentage of 0', { percent: '0' }, 'percent'],
    ['a percentage of 100.01', { percent: '100.01' }, 'percent'],
    ['a percentage with three decimals', { percent: '1.001' }, 'percent'],
    ['a negative percentage', { percent: '-5' }, 'percent'],
    ['an amount beside a percentage', { amount: { amount: '1', currencyCode: 'EUR' } }, 'amount'],
    ['a fixed amount without one', { kind: 'FIXED_AMOUNT', percent: null }, 'amount'],
    [
      'an amount in fractions of a cent',
      { kind: 'FIXED_AMOUNT', percent: null, amount: { amount: '1.001', currencyCode: 'EUR' } },
      'amount',
    ],
    ['an amount of 0', { kind: 'FIXED_AMOUNT', percent: null, amount: { amount: '0', currencyCode: 'EUR' } }, 'amount'],
    ['sets without sizes', { kind: 'BUY_X_GET_Y' }, 'buyQuantity'],
    ['a code of two letters', { codes: ['AB'] }, 'codes'],
    ['a code with blanks inside', { codes: ['A B C'] }, 'codes'],
    ['101 codes', { codes: Array.from({ length: 101 }, (_, i) => `CODE${i}`) }, 'codes'],
    ['an empty title', { title: ' ' }, 'title'],
    ['an end before its beginning', { startsAt: '2026-03-02T00:00:00Z', endsAt: '2026-03-01T00:00:00Z' }, 'endsAt'],
    ['a limit of 0', { usageLimit: 0 }, 'usageLimit'],
    ['a limit per buyer of −1', { usageLimitPerBuyer: -1 }, 'usageLimitPerBuyer'],
    ['a code that is taken', { codes: ['welcome10', 'FRESH'] }, 'codes'],
  ])('with %s is refused, and nothing is stored', async (_what, more, path) => {
    await using shop = await openCarts();
    const count = async () => (await shop.db.pool.query('SELECT count(*) AS count FROM discount')).rows[0].count;
    const before = await count();
    const { data } = await shop.as(finance)(CREATE, { input: { ...HALF, ...more } });
    expect(data.result).toMatchObject({ __typename: 'InvalidInput' });
    expect(data.result.issues.map((issue: any) => issue.path[0])).toContain(path);
    expect(await count()).toBe(before);
  });

  it('by two of them with one code at once is made once', async () => {
    await using shop = await openCarts();
    const results = await Promise.all(Array.from({ length: 8 }, () => shop.as(finance)(CREATE, { input: HALF })));
    const types = results.map(({ data }) => data.result.__typename);
    expect(types.filter((type) => type === 'CreateDiscountSuccess').length).toBe(1);
    expect(types.filter((type) => type === 'InvalidInput').length).toBe(7);
  });

  it('that does not exist cannot be ended', async () => {
    await using shop = await openCarts();
    for (const id of [newId('Discount'), 'nonsense'])
      expect((await shop.as(finance)(END, { id })).data.result.__typename).toBe('NotFound');
  });
});

describe('the list of discounts', () => {
  it('is read page by page, newest first, each once', async () => {
    await using shop = await openCarts();
    const staff = shop.as(finance);
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const { data }: Answer = await staff(LIST, { first: 3, after });
      seen.push(...data.discounts.nodes.map(({ id }: any) => id));
      expect(data.discounts.pageInfo.hasPreviousPage).toBe(after !== null);
      after = data.discounts.pageInfo.hasNextPage ? data.discounts.pageInfo.endCursor : null;
    } while (after);
    expect(seen.length).toBe(8);
    expect(seen).toEqual([...new Set(seen)].sort().reverse());
  });

  it.each([0, -1, 101, 1e9])('is refused for first: %i', async (first) => {
    await using shop = await openCarts();
    const { errors } = await shop.as(finance)(LIST, { first });
    expect(errors?.[0]).toMatchObject({
      message: expect.stringContaining('1 to 100'),
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });

  it('is refused for a cursor of another list', async () => {
    await using shop = await openCarts();
    const { errors } = await shop.as(finance)(LIST, { first: 1, after: 'bm9uc2Vuc2U' });
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});

describe('a limit of uses', () => {
  const redeem = (shop: Awaited<ReturnType<typeof openCarts>>, discountId: string, buyerId: string) =>
    shop.db.pool
      .query(
        `INSERT INTO discount_redemption (order_id, discount_id, buyer_id, amount_minor, currency)
         VALUES ($1, $2, $3, 100, 'EUR')`,
        [newId('Order'), discountId, buyerId],
      )
      .then(
        () => 'used',
        (error) => error.constraint,
      );
  const make = async (shop: Awaited<ReturnType<typeof openCarts>>, more: object) =>
    (await shop.as(finance)(CREATE, { input: { ...HALF, ...more } })).data.result.discount.id as string;

  it('in all holds when many orders use the last ones at once', async () => {
    await using shop = await openCarts();
    const id = await make(shop, { usageLimit: 5 });
    const results = await Promise.all(Array.from({ length: 20 }, () => redeem(shop, id, newId('Guest'))));
    expect(results.filter((result) => result === 'used').length).toBe(5);
    expect(results.filter((result) => result === 'discount_usage_limit').length).toBe(15);
    const ask = shop.as(guest());
    const cart = await newCart(ask, { currencyCode: 'EUR', lines: [{ variantId: shop.sell().id }] });
    const refused = await send(ask, 'applyDiscountCode', { cartId: cart.id, code: 'HALF-PRICE' });
    expect(refused.message).toContain('as often as it may be');
    // An order that never came about gives its use back.
    await shop.db.pool.query(
      'DELETE FROM discount_redemption WHERE order_id = (SELECT min(order_id) FROM discount_redemption)',
    );
    expect((await send(ask, 'applyDiscountCode', { cartId: cart.id, code: 'HALF-PRICE' })).__typename).toBe(
      'CartUpdated',
    );
  });

  it('per buyer holds when one buyer places many orders at once, and not for others', async () => {
    await using shop = await openCarts();
    const id = await make(shop, { usageLimitPerBuyer: 2 });
    const ada = guest();
    const results = await Promise.all(Array.from({ length: 10 }, () => redeem(shop, id, ada.guestId)));
    expect(results.filter((result) => result === 'used').length).toBe(2);
    expect(results.filter((result) => result === 'discount_usage_limit_per_buyer').length).toBe(8);
    const lines = [{ variantId: shop.sell().id }];
    for (const [viewer, type] of [
      [ada, 'DiscountInvalid'],
      [guest(), 'CartUpdated'],
    ] as const) {
      const ask = shop.as(viewer);
      const cart = await newCart(ask, { currencyCode: 'EUR', lines });
      expect((await send(ask, 'applyDiscountCode', { cartId: cart.id, code: 'HALF-PRICE' })).__typename).toBe(type);
    }
  });
});

describe('the demo data', () => {
  it('is loaded once, with ids that are ours', async () => {
    await using shop = await openCarts();
    const before = shop.db.statements.count;
    expect(await loadDemoData(shop.db.pool)).toBe(false);
    expect(shop.db.statements.count - before).toBe(1);
    const { rows } = await shop.db.pool.query('SELECT id FROM discount');
    expect(rows.length).toBe(8);
    expect(rows.every(({ id }) => isId('Discount', id))).toBe(true);
  });

  it('names the markets for everybody', async () => {
    await using shop = await openCarts();
    const { data } = await shop.as({ kind: 'anonymous' })(
      '{ markets { name currencyCode pricesIncludeTax homeCountryCode countryCodes } }',
    );
    expect(data.markets).toMatchObject([
      {
        currencyCode: 'EUR',
        pricesIncludeTax: true,
        homeCountryCode: 'DE',
        countryCodes: expect.arrayContaining(['FR', 'GB']),
      },
      { currencyCode: 'USD', pricesIncludeTax: false, homeCountryCode: 'US', countryCodes: ['CA', 'US'] },
    ]);
  });

  it('prices in one statement, any number of carts', async () => {
    await using shop = await openCarts();
    const store = createPricingStore(shop.db);
    const request = {
      lines: [],
      currency: 'EUR',
      destination: null,
      shippingMethodId: null,
      codes: ['WELCOME10'],
      buyerId: 'x',
    };
    const before = shop.db.statements.count;
    const facts = await store.facts(
      [request, { ...request, currency: 'USD', codes: [] }, { ...request, currency: 'JPY' }],
      shop.clock.now,
    );
    expect(shop.db.statements.count - before).toBe(1);
    expect(facts.map((one) => one && [one.pricesIncludeTax, one.taxRates.length, one.discounts.length])).toEqual([
      [true, 3, 2],
      [false, 0, 0],
      null,
    ]);
  });
});
