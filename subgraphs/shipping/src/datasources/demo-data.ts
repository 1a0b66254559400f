/** Fixed ids, so that documents and examples can name them: 26 characters, none of I, L, O, U. */
const id = (type: string, name: string): string =>
  `${type}:${`01JDEM0${name}`.padEnd(26, '0')}`.slice(0, type.length + 27);
const method = (name: string): string => id('ShippingMethod', name);
const zone = (name: string): string => id('ShippingZone', name);

const EU = 'AT BE BG CY CZ DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' ');

export const ZONES = [
  { id: zone('Z0NEDE'), name: 'Germany', countries: ['DE'] },
  { id: zone('Z0NEEE'), name: 'European Union', countries: EU },
  { id: zone('Z0NEGB'), name: 'United Kingdom', countries: ['GB', 'GG', 'IM', 'JE'] },
  { id: zone('Z0NEVS'), name: 'United States', countries: ['US'] },
  { id: zone('Z0NEWW'), name: 'World', countries: ['*'] },
];

const STANDARD = method('STANDARD');
const EXPRESS = method('EXPRESS');
const PICKUP = method('P1CKVP');

export const SHIPPING_METHODS = [
  {
    id: STANDARD,
    name: 'Standard',
    description: 'To your door by parcel service.',
    ...{ kind: 'DELIVERY', carrier: 'SANDBOX', service: 'ground' },
  },
  {
    id: EXPRESS,
    name: 'Express',
    description: 'To your door as fast as it goes.',
    ...{ kind: 'DELIVERY', carrier: 'SANDBOX', service: 'express' },
  },
  {
    id: PICKUP,
    name: 'Pick-up',
    description: 'Collect it at one of our shops, free of charge.',
    ...{ kind: 'PICKUP', carrier: null, service: null },
  },
];

type Tier = readonly [upToGrams: number, minor: number];

/** One method into one zone: euro prices, the factor to dollars, and days. */
const into = (
  [methodId, zoneName]: readonly [string, string],
  [minDays, maxDays]: readonly [number, number],
  freeFrom: number | null,
  ...euro: readonly Tier[]
) =>
  [
    { currency: 'EUR', factor: 1 },
    { currency: 'USD', factor: 1.1 },
  ].map(({ currency, factor }) => ({
    methodId,
    zoneId: zone(zoneName),
    currency,
    minDays,
    maxDays,
    freeFrom,
    // Prices end in 0 or 9, as people are used to.
    tiers: euro.map(
      ([grams, minor]): Tier => [grams, currency === 'EUR' ? minor : Math.round((minor * factor) / 10) * 10],
    ),
  }));

export const RATE_TABLES = [
  ...into([STANDARD, 'Z0NEDE'], [1, 3], 5_000, [1_000, 399], [5_000, 499], [10_000, 799], [31_500, 1_499]),
  ...into([STANDARD, 'Z0NEEE'], [3, 6], 10_000, [1_000, 899], [5_000, 1_299], [10_000, 1_899], [31_500, 3_499]),
  ...into([STANDARD, 'Z0NEGB'], [4, 7], 15_000, [1_000, 1_199], [5_000, 1_699], [10_000, 2_499], [31_500, 4_499]),
  ...into([STANDARD, 'Z0NEVS'], [5, 9], 15_000, [1_000, 1_499], [5_000, 2_499], [10_000, 3_999], [31_500, 7_999]),
  ...into([STANDARD, 'Z0NEWW'], [7, 14], null, [1_000, 1_999], [5_000, 3_499], [10_000, 5_999], [31_500, 11_999]),
  ...into([EXPRESS, 'Z0NEDE'], [1, 1], null, [1_000, 999], [5_000, 1_299], [10_000, 1_699], [31_500, 2_999]),
  ...into([EXPRESS, 'Z0NEEE'], [1, 2], null, [1_000, 1_999], [5_000, 2_799], [10_000, 3_999], [31_500, 6_999]),
  ...into([EXPRESS, 'Z0NEGB'], [2, 3], null, [1_000, 2_499], [5_000, 3_499], [10_000, 4_999], [31_500, 8_999]),
  ...into([EXPRESS, 'Z0NEVS'], [2, 4], null, [1_000, 2_999], [5_000, 4_499], [10_000, 6_999], [31_500, 12_999]),
  ...into([PICKUP, 'Z0NEDE'], [1, 2], null, [31_500, 0]),
  ...into([PICKUP, 'Z0NEVS'], [3, 5], null, [31_500, 0]),
];

const shop = (
  name: string,
  [shopId, line1, city, postalCode, countryCode, region]: readonly [
    string,
    string,
    string,
    string,
    string,
    string | null,
  ],
) => ({
  id: id('PickupLocation', shopId),
  name,
  hours: 'Monday to Saturday, 10:00 to 19:00',
  address: {
    ...{ name, company: null, line1, line2: null, city, region, postalCode, countryCode, phone: null },
  },
});

export const PICKUP_LOCATIONS = [
  shop('Berlin Mitte', ['BERM1TTE', 'Rosenthaler Strasse 32', 'Berlin', '10178', 'DE', null]),
  shop('Hamburg Altona', ['HAMBVRG', 'Grosse Bergstrasse 152', 'Hamburg', '22767', 'DE', null]),
  shop('München Glockenbach', ['MVENCHEN', 'Hans-Sachs-Strasse 12', 'München', '80469', 'DE', null]),
  shop('New York SoHo', ['NEWY0RK', '110 Greene Street', 'New York', '10012', 'US', 'NY']),
];
