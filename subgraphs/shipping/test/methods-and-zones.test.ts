import { ANONYMOUS } from '@cartograph/kernel/viewer';
import type { Logger } from '@cartograph/runtime/logger';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ports } from '../src/ports.ts';
import { warnOfDisconnected } from '../src/subgraph.ts';
import { ada, askAsFulfilment as ask, fulfilment, openShop, plan, type Shop, STANDARD } from './shop.ts';

/** One shop for all tests that change nothing. */
let calm: Shop;
beforeAll(async () => {
  calm = await openShop();
});
afterAll(() => calm[Symbol.asyncDispose]());

const GERMANY = 'ShippingZone:01JDEM0Z0NEDE0000000000000';

const CREATE = /* GraphQL */ `
  mutation ($input: CreateShippingMethodInput!) {
    createShippingMethod(input: $input) {
      __typename
      ... on CreateShippingMethodSuccess { method { id name active carrier rateTables { currencyCode } } }
      ... on InvalidInput { message issues { path message } }
    }
  }
`;
const UPDATE = /* GraphQL */ `
  mutation ($input: UpdateShippingMethodInput!) {
    updateShippingMethod(input: $input) {
      __typename
      ... on UpdateShippingMethodSuccess { method { name description active } }
    }
  }
`;
const RATES = /* GraphQL */ `
  mutation ($input: UpdateShippingRatesInput!) {
    updateShippingRates(input: $input) {
      __typename
      ... on UpdateShippingRatesSuccess {
        method {
          rateTables {
            zone { name }
            currencyCode
            freeFrom { amount }
            minBusinessDays
            maxBusinessDays
            tiers { upToGrams price { amount currencyCode } }
          }
        }
      }
      ... on InvalidInput { issues { path message } }
    }
  }
`;
const ZONE = /* GraphQL */ `
  mutation ($input: SaveShippingZoneInput!) {
    saveShippingZone(input: $input) {
      __typename
      ... on SaveShippingZoneSuccess { zone { id name areas { countryCode region postalPrefix } } }
      ... on InvalidInput { issues { path message } }
    }
  }
`;

const bike = { name: 'Bike courier', carrier: 'SANDBOX', carrierService: 'express' };
const table = (methodId: string, more: object = {}) => ({
  ...{ methodId, zoneId: GERMANY, currencyCode: 'EUR', minBusinessDays: 0, maxBusinessDays: 1, freeFrom: '80.00' },
  tiers: [
    { upToGrams: 5_000, price: '12.00' },
    { upToGrams: 1_000, price: '7.50' },
  ],
  ...more,
});

describe('staff', () => {
  it('add a method and give it prices, and buyers are offered it', async () => {
    await using shop = await openShop();
    const { method } = await ask(shop, CREATE, bike);
    expect(method).toMatchObject({ name: 'Bike courier', active: true, carrier: 'SANDBOX', rateTables: [] });
    const saved = await ask(shop, RATES, table(method.id));
    expect(saved.method.rateTables).toEqual([
      {
        ...{ zone: { name: 'Germany' }, currencyCode: 'EUR', freeFrom: { amount: '80.00' } },
        ...{ minBusinessDays: 0, maxBusinessDays: 1 },
        tiers: [
          { upToGrams: 1_000, price: { amount: '7.50', currencyCode: 'EUR' } },
          { upToGrams: 5_000, price: { amount: '12.00', currencyCode: 'EUR' } },
        ],
      },
    ]);
    const quotes = /* GraphQL */ `
      { shippingQuotes(input: { destination: { countryCode: "DE" }, weightGrams: 1, currencyCode: "EUR" }) { method { name } } }
    `;
    expect(JSON.stringify((await shop.as(ANONYMOUS)(quotes)).data)).toContain('Bike courier');
    await ask(shop, RATES, table(method.id, { tiers: [] }));
    expect(JSON.stringify((await shop.as(ANONYMOUS)(quotes)).data)).not.toContain('Bike courier');
    expect((await shop.db.pool.query('SELECT 1 FROM method_zones WHERE method_id = $1', [method.id])).rowCount).toBe(0);
  });

  it('who replace one table at once leave one whole table', async () => {
    await using shop = await openShop();
    const prices = Array.from({ length: 8 }, (_, n) => `${n + 1}.00`);
    await Promise.all(
      prices.map((price) =>
        ask(shop, RATES, table(STANDARD, { tiers: [1, 2, 3].map((upToGrams) => ({ upToGrams, price })) })),
      ),
    );
    const { rows } = await shop.db.pool.query(
      `SELECT count(*) AS tiers, count(DISTINCT price_minor) AS prices FROM rates
       WHERE method_id = $1 AND zone_id = $2 AND currency = 'EUR'`,
      [STANDARD, GERMANY],
    );
    expect(rows).toEqual([{ tiers: 3, prices: 1 }]);
  });

  it('switch a method off: strangers no longer see it, old shipments still name it', async () => {
    await using shop = await openShop();
    const { id } = await plan(shop);
    const off = await ask(shop, UPDATE, { id: STANDARD, active: false, name: ' Standard, old ' });
    expect(off.method).toMatchObject({
      name: 'Standard, old',
      active: false,
      description: 'To your door by parcel service.',
    });
    const list = '{ shippingMethods { nodes { name } } }';
    const names = async (viewer: Parameters<Shop['as']>[0]) =>
      (await shop.as(viewer)(list)).data.shippingMethods.nodes.map(({ name }: any) => name);
    expect(await names(ANONYMOUS)).toEqual(['Express', 'Pick-up']);
    expect(await names(fulfilment)).toEqual(['Express', 'Pick-up', 'Standard, old']);
    const read = 'query ($id: ID!) { shipment(id: $id) { method { name } } }';
    expect((await shop.as(ada)(read, { id })).data.shipment.method.name).toBe('Standard, old');
  });

  it.each([
    ['a nameless method', CREATE, { ...bike, name: ' ' }, ['name']],
    ['a carrier that is not set up', CREATE, { ...bike, carrier: 'DHL' }, ['carrier']],
    ['a delivery without a service', CREATE, { ...bike, carrierService: null }, ['carrierService']],
    ['a pick-up with a carrier', CREATE, { ...bike, kind: 'PICKUP' }, ['carrier']],
    [
      'a weight that is there twice',
      RATES,
      table(STANDARD, { tiers: [1, 1].map((upToGrams) => ({ upToGrams, price: '1' })) }),
      ['tiers', '1', 'upToGrams'],
    ],
    [
      'a weight of nothing',
      RATES,
      table(STANDARD, { tiers: [{ upToGrams: 0, price: '1' }] }),
      ['tiers', '0', 'upToGrams'],
    ],
    ['a negative price', RATES, table(STANDARD, { tiers: [{ upToGrams: 1, price: '-1' }] }), ['tiers', '0', 'price']],
    [
      'a price with too many digits',
      RATES,
      table(STANDARD, { tiers: [{ upToGrams: 1, price: '1.001' }] }),
      ['tiers', '0', 'price'],
    ],
    ['days in a wrong order', RATES, table(STANDARD, { minBusinessDays: 3, maxBusinessDays: 2 }), ['maxBusinessDays']],
    ['too many days', RATES, table(STANDARD, { maxBusinessDays: 61 }), ['maxBusinessDays']],
    [
      'too many tiers',
      RATES,
      table(STANDARD, { tiers: Array.from({ length: 51 }, (_, n) => ({ upToGrams: n + 1, price: '1' })) }),
      ['tiers'],
    ],
    ['a zone without areas', ZONE, { name: 'Nowhere', areas: [] }, ['areas']],
    ['a region without its country', ZONE, { name: 'Nowhere', areas: [{ region: 'NY' }] }, ['areas', '0']],
    [
      'an area that is there twice',
      ZONE,
      { name: 'Twice', areas: [{ countryCode: 'AQ' }, { countryCode: 'AQ' }] },
      ['areas', '1'],
    ],
    [
      'an area of another zone',
      ZONE,
      { name: 'Mine', areas: [{ countryCode: 'AQ' }, { countryCode: 'DE' }] },
      ['areas', '1'],
    ],
    ['a zone name that is taken', ZONE, { name: 'Germany', areas: [{ countryCode: 'AQ' }] }, ['name']],
  ])('are told what is wrong with %s', async (_what, document, input, path) => {
    const shop = calm;
    const answer = await ask(shop, document, input);
    expect(answer.__typename).toBe('InvalidInput');
    expect(answer.issues[0].path).toEqual(path);
    expect((await shop.db.pool.query('SELECT 1 FROM zones')).rowCount).toBe(5);
  });

  it.each([
    ['a method to change', UPDATE, { id: 'ShippingMethod:01JNONE0000000000000000000', name: 'x' }],
    ['a method to price', RATES, table('ShippingMethod:01JNONE0000000000000000000')],
    ['a zone to price', RATES, table(STANDARD, { zoneId: '\u0000' })],
    [
      'a zone to replace',
      ZONE,
      { id: 'ShippingZone:01JNONE0000000000000000000', name: 'x', areas: [{ countryCode: 'AQ' }] },
    ],
  ])('are told that there is no such thing as %s', async (_what, document, input) => {
    const shop = calm;
    expect((await ask(shop, document, input)).__typename).toBe('NotFound');
  });

  it('split a country by postal code, and replace the areas of a zone', async () => {
    await using shop = await openShop();
    const { zone } = await ask(shop, ZONE, { name: 'Islands', areas: [{ countryCode: 'DE', postalPrefix: '25 84' }] });
    expect(zone.areas).toEqual([{ countryCode: 'DE', region: null, postalPrefix: '2584' }]);
    const replaced = await ask(shop, ZONE, {
      id: zone.id,
      name: 'Islands',
      areas: [{ countryCode: 'US', region: 'hi' }],
    });
    expect(replaced.zone.areas).toEqual([{ countryCode: 'US', region: 'HI', postalPrefix: null }]);
    const { data } = await shop.as(fulfilment)(
      '{ shippingZones(first: 2) { nodes { name } pageInfo { endCursor hasNextPage } } }',
    );
    expect(data.shippingZones.nodes.map(({ name }: any) => name)).toEqual(['European Union', 'Germany']);
    expect(data.shippingZones.pageInfo.hasNextPage).toBe(true);
  });
});

describe('a shipping method whose carrier is not connected any more', () => {
  it('is named at the start while it is offered', async () => {
    await using shop = await openShop();
    const told = async (carriers: Ports['carriers']) => {
      const lines: unknown[][] = [];
      const logger = { error: (...line: unknown[]) => void lines.push(line) } as unknown as Logger;
      await warnOfDisconnected({ ...shop.ports, carriers }, logger);
      return lines.map(([facts]) => (facts as { name: string }).name);
    };
    expect(await told(shop.ports.carriers)).toEqual([]);
    expect(await told(new Map())).toEqual(['Express', 'Standard']);
    await ask(shop, UPDATE, { id: STANDARD, active: false });
    expect(await told(new Map())).toEqual(['Express']);
  });
});
