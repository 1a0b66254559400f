import { ANONYMOUS } from '@cartograph/kernel/viewer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXPRESS, openShop, orders, PICKUP, type Shop, STANDARD } from './shop.ts';

/** One shop for all tests that only read. */
let calm: Shop;
beforeAll(async () => {
  calm = await openShop();
});
afterAll(() => calm[Symbol.asyncDispose]());

const QUOTES = /* GraphQL */ `
  query ($input: ShippingQuotesInput!) {
    shippingQuotes(input: $input) {
      method { id name kind }
      price { amount currencyCode }
      regularPrice { amount }
      isFree
      missingForFree { amount }
      estimate { shipsOn earliest latest orderBefore minBusinessDays maxBusinessDays }
    }
  }
`;

const input = (more: object = {}) => ({
  destination: { countryCode: 'DE', postalCode: '10115' },
  weightGrams: 800,
  currencyCode: 'EUR',
  ...more,
});
const quotes = (shop: Shop, more?: object) => shop.as(ANONYMOUS)(QUOTES, { input: input(more) });
const prices = async (shop: Shop, more?: object) => {
  const { data, errors } = await quotes(shop, more);
  expect(errors).toBeUndefined();
  return data.shippingQuotes.map((quote: any) => [quote.method.name, quote.price.amount]);
};

describe('shipping quotes', () => {
  it('are open to strangers, cheapest first', async () => {
    const shop = calm;
    expect(await prices(shop)).toEqual([
      ['Pick-up', '0.00'],
      ['Standard', '3.99'],
      ['Express', '9.99'],
    ]);
  });

  it('go by weight, the tier’s own weight included', async () => {
    const shop = calm;
    const standard = async (weightGrams: number) =>
      new Map<string, string>(await prices(shop, { weightGrams })).get('Standard');
    expect(await standard(0)).toBe('3.99');
    expect(await standard(1_000)).toBe('3.99');
    expect(await standard(1_001)).toBe('4.99');
    expect(await standard(31_500)).toBe('14.99');
  });

  it('are none for goods above the table', async () => {
    const shop = calm;
    expect(await prices(shop, { weightGrams: 31_501 })).toEqual([]);
    expect(await prices(shop, { weightGrams: 2_147_483_647 })).toEqual([]);
  });

  it('go by zone, and the rest of the world has one', async () => {
    const shop = calm;
    const to = (countryCode: string) => prices(shop, { destination: { countryCode } });
    expect(await to('FR')).toEqual([
      ['Standard', '8.99'],
      ['Express', '19.99'],
    ]);
    expect(await to('GB')).toEqual([
      ['Standard', '11.99'],
      ['Express', '24.99'],
    ]);
    expect(await to('BR')).toEqual([['Standard', '19.99']]);
  });

  it('are none for a country that no zone covers', async () => {
    await using shop = await openShop();
    await shop.db.pool.query(`DELETE FROM zone_areas WHERE country_code = '*'`);
    expect(await prices(shop, { destination: { countryCode: 'BR' } })).toEqual([]);
  });

  it('go by currency, and are none in one without a table', async () => {
    const shop = calm;
    expect(await prices(shop, { currencyCode: 'USD' })).toContainEqual(['Standard', '4.40']);
    expect(await prices(shop, { currencyCode: 'JPY' })).toEqual([]);
  });

  it('take the most specific area that holds the address', async () => {
    await using shop = await openShop();
    const island = 'ShippingZone:01JTEST0000000000000000000';
    await shop.db.pool.query(`INSERT INTO zones VALUES ($1, 'Islands', now())`, [island]);
    await shop.db.pool.query(
      `INSERT INTO zone_areas (zone_id, country_code, region, postal_prefix)
       VALUES ($1, 'DE', NULL, '2584'), ($1, 'US', 'HI', NULL)`,
      [island],
    );
    // The islands' zone has no prices: nothing goes there, although the country's zone has some.
    expect(await prices(shop, { destination: { countryCode: 'DE', postalCode: '25845' } })).toEqual([]);
    expect(await prices(shop, { destination: { countryCode: 'US', region: 'hi' } })).toEqual([]);
    expect(await prices(shop, { destination: { countryCode: 'DE', postalCode: '25800' } })).toHaveLength(3);
    expect(await prices(shop, { destination: { countryCode: 'US', region: 'NY' } })).toHaveLength(3);
  });

  it('are free from the threshold, to the cent', async () => {
    const shop = calm;
    const standard = async (subtotal: string) =>
      (await quotes(shop, { subtotal })).data.shippingQuotes.find(({ method }: any) => method.id === STANDARD);
    expect(await standard('49.99')).toMatchObject({
      price: { amount: '3.99' },
      isFree: false,
      missingForFree: { amount: '0.01' },
    });
    expect(await standard('50.00')).toMatchObject({
      price: { amount: '0.00' },
      regularPrice: { amount: '3.99' },
      isFree: true,
      missingForFree: null,
    });
  });

  it('leave out methods that are switched off', async () => {
    await using shop = await openShop();
    await shop.db.pool.query('UPDATE methods SET active = FALSE WHERE id = $1', [EXPRESS]);
    expect(await prices(shop)).toHaveLength(2);
  });

  it.each([
    ['a negative weight', { weightGrams: -1 }, /weightGrams/],
    ['an unknown country', { destination: { countryCode: 'XX' } }, /country code/],
    ['an unknown currency', { currencyCode: 'QQQ' }, /currency code/],
    ['a negative subtotal', { subtotal: '-1.00' }, /subtotal/],
    ['more digits than the currency has', { subtotal: '1.001' }, /decimals/],
    ['a weight that is no Int', { weightGrams: 2 ** 31 }, /Int cannot represent/],
  ])('refuse %s in words', async (_what, more, message) => {
    const shop = calm;
    const { errors } = await quotes(shop, more);
    expect(errors?.[0]?.message).toMatch(message);
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  it('take any text as postal code and region', async () => {
    const shop = calm;
    const destination = { countryCode: 'DE', postalCode: "\u0000'; DROP", region: '\u0000\ud800' };
    expect(await prices(shop, { destination })).toHaveLength(3);
  });
});

describe('the delivery estimate', () => {
  const at = async (moment: string) => {
    await using shop = await openShop({ clock: () => new Date(moment) });
    const { data } = await quotes(shop);
    return data.shippingQuotes.find(({ method }: any) => method.id === STANDARD).estimate;
  };

  it('counts business days from today before the cut-off', async () => {
    expect(await at('2026-03-02T12:59:59Z')).toEqual({
      shipsOn: '2026-03-02',
      earliest: '2026-03-03',
      latest: '2026-03-05',
      orderBefore: '2026-03-02T13:00:00.000Z',
      minBusinessDays: 1,
      maxBusinessDays: 3,
    });
  });

  it('counts from the next business day after the cut-off', async () => {
    expect(await at('2026-03-02T13:00:00Z')).toMatchObject({ shipsOn: '2026-03-03', latest: '2026-03-06' });
  });

  it('steps over weekends and holidays', async () => {
    expect(await at('2026-03-06T15:00:00Z')).toMatchObject({
      shipsOn: '2026-03-09',
      earliest: '2026-03-10',
      orderBefore: '2026-03-09T13:00:00.000Z',
    });
    expect(await at('2026-12-24T10:00:00Z')).toMatchObject({ shipsOn: '2026-12-24', earliest: '2026-12-28' });
  });
});

const RATE = /* GraphQL */ `
  query ($input: ShippingRateInput!) {
    shippingRate(input: $input) { methodId name price { amount currencyCode } taxClass estimate { latest } }
  }
`;
const rateInput = (more: object = {}) => ({
  methodId: STANDARD,
  destination: { countryCode: 'DE', postalCode: '10115' },
  weightGrams: 800,
  subtotal: { amount: '20.00', currencyCode: 'EUR' },
  ...more,
});

describe('the rate for checkout', () => {
  it('is what the quote said, in one statement', async () => {
    const shop = calm;
    const before = shop.db.statements.count;
    const { data } = await shop.as(orders)(RATE, { input: rateInput() });
    expect(shop.db.statements.count - before).toBe(1);
    expect(data.shippingRate).toEqual({
      methodId: STANDARD,
      name: 'Standard',
      price: { amount: '3.99', currencyCode: 'EUR' },
      taxClass: 'standard',
      estimate: { latest: '2026-03-05' },
    });
  });

  it.each([
    ['an unknown method', { methodId: 'ShippingMethod:01JNONE0000000000000000000' }],
    ['an id that is none', { methodId: "\u0000'" }],
    ['a place that the method does not serve', { methodId: PICKUP, destination: { countryCode: 'FR' } }],
    ['a weight above the table', { weightGrams: 40_000 }],
  ])('is null for %s', async (_what, more) => {
    const shop = calm;
    expect((await shop.as(orders)(RATE, { input: rateInput(more) })).data.shippingRate).toBeNull();
  });
});
