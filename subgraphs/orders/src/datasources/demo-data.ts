import type { Pool } from 'pg';

/** Standard and reduced rates in basis points, as they were in 2025. */
const VAT: Readonly<Record<string, readonly [standard: number, reduced: number]>> = {
  AT: [2000, 1000],
  BE: [2100, 600],
  DE: [1900, 700],
  DK: [2500, 2500],
  ES: [2100, 1000],
  FI: [2550, 1400],
  FR: [2000, 550],
  GB: [2000, 500],
  IE: [2300, 1350],
  IT: [2200, 1000],
  LU: [1700, 800],
  NL: [2100, 900],
  PL: [2300, 800],
  PT: [2300, 600],
  SE: [2500, 1200],
};

const SALES_TAX: readonly (readonly [country: string, region: string, title: string, basisPoints: number])[] = [
  ['US', 'CA', 'California sales tax', 725],
  ['US', 'FL', 'Florida sales tax', 600],
  ['US', 'IL', 'Illinois sales tax', 625],
  ['US', 'NY', 'New York sales tax', 400],
  ['US', 'TX', 'Texas sales tax', 625],
  ['US', 'WA', 'Washington sales tax', 650],
  ['CA', '', 'GST', 500],
  ['CA', 'BC', 'PST', 700],
  ['CA', 'QC', 'QST', 998],
];

const MARKETS = [
  { currency: 'EUR', name: 'Europe', includes: true, home: 'DE', countries: Object.keys(VAT) },
  { currency: 'USD', name: 'North America', includes: false, home: 'US', countries: ['US', 'CA'] },
] as const;

interface DemoDiscount {
  readonly id: string;
  readonly title: string;
  readonly kind: string;
  readonly code?: string;
  readonly basisPoints?: number;
  readonly amount?: readonly [minor: number, currency: string];
  readonly minimum?: readonly [minor: number, currency: string];
  readonly set?: readonly [buy: number, get: number];
  readonly groups?: readonly string[];
  readonly limit?: number;
  readonly perBuyer?: number;
  readonly combinable: boolean;
  readonly starts: string;
  readonly ends?: string;
}

const id = (number: number): string => `Discount:01JDEM0000000000000000000${number}`;
const LONG_AGO = '2024-01-01T00:00:00Z';

const DISCOUNTS: readonly DemoDiscount[] = [
  {
    ...{ id: id(1), title: 'Welcome: 10 % off', kind: 'PERCENTAGE', code: 'WELCOME10' },
    ...{ basisPoints: 1000, combinable: true, starts: LONG_AGO },
  },
  { id: id(2), title: 'Free shipping', kind: 'FREE_SHIPPING', code: 'FREESHIP', combinable: true, starts: LONG_AGO },
  {
    ...{ id: id(3), title: '5 € off from 50 €', kind: 'FIXED_AMOUNT', code: 'FIVE', amount: [500, 'EUR'] },
    ...{ minimum: [5000, 'EUR'], perBuyer: 1, combinable: false, starts: LONG_AGO },
  },
  {
    ...{ id: id(4), title: 'Three for two', kind: 'BUY_X_GET_Y', code: '3FOR2', basisPoints: 10_000 },
    ...{ set: [2, 1], combinable: false, starts: LONG_AGO },
  },
  // Needs no code: it is there for everybody who spends enough.
  {
    ...{ id: id(5), title: '5 % off from 250 €', kind: 'PERCENTAGE', basisPoints: 500, minimum: [25_000, 'EUR'] },
    ...{ combinable: true, starts: LONG_AGO },
  },
  {
    ...{ id: id(6), title: 'Summer 2024', kind: 'PERCENTAGE', code: 'SUMMER24', basisPoints: 2000 },
    ...{ combinable: false, starts: '2024-06-01T00:00:00Z', ends: '2024-09-01T00:00:00Z' },
  },
  {
    ...{ id: id(7), title: 'First hundred: 20 % off', kind: 'PERCENTAGE', code: 'FIRST100', basisPoints: 2000 },
    ...{ limit: 100, perBuyer: 1, combinable: false, starts: LONG_AGO },
  },
  {
    ...{ id: id(8), title: 'Wholesale: 15 % off', kind: 'PERCENTAGE', code: 'WHOLESALE', basisPoints: 1500 },
    ...{ groups: ['WHOLESALE'], combinable: false, starts: LONG_AGO },
  },
];

/** Markets, tax rates and discounts of the demo shop. One query when they are there already. */
export async function loadDemoData(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query<{ done: boolean }>(`SELECT EXISTS (SELECT FROM market) AS done`);
  if (rows[0]?.done) return false;
  // One statement, so that a crash in the middle leaves nothing that looks done. Two processes at once do it once.
  await pool.query(LOAD, [
    JSON.stringify(MARKETS),
    JSON.stringify(MARKETS.flatMap(({ currency, countries }) => countries.map((country) => ({ country, currency })))),
    JSON.stringify(taxRates()),
    JSON.stringify(DISCOUNTS.map(toRow)),
  ]);
  return true;
}

const LOAD = `
  WITH markets AS (
    INSERT INTO market (currency, name, prices_include_tax, home_country)
    SELECT currency, name, includes, home FROM jsonb_to_recordset($1) AS m(currency TEXT, name TEXT, includes BOOL, home TEXT)
    ON CONFLICT DO NOTHING),
  countries AS (
    INSERT INTO market_country (country_code, currency)
    SELECT country, currency FROM jsonb_to_recordset($2) AS c(country TEXT, currency TEXT) ON CONFLICT DO NOTHING),
  rates AS (
    INSERT INTO tax_rate (id, country_code, region, tax_class, title, rate_basis_points)
    SELECT concat_ws('-', country, nullif(region, ''), class, title), country, region, class, title, rate
    FROM jsonb_to_recordset($3) AS t(country TEXT, region TEXT, class TEXT, title TEXT, rate INT) ON CONFLICT DO NOTHING),
  discounts AS (
    INSERT INTO discount (id, title, kind, automatic, percent_basis_points, amount_minor, currency,
      minimum_subtotal_minor, buy_quantity, get_quantity, customer_groups, usage_limit, usage_limit_per_buyer, combinable,
      starts_at, ends_at, created_at)
    SELECT id, title, kind::discount_kind, code IS NULL, percent, amount, currency, minimum, buy, get,
      coalesce(ARRAY(SELECT jsonb_array_elements_text(groups)), '{}'), uses, per_buyer, combinable, starts, ends, starts
    FROM jsonb_to_recordset($4) AS d(id TEXT, title TEXT, kind TEXT, code TEXT, percent INT, amount BIGINT, currency TEXT,
      minimum BIGINT, buy INT, get INT, groups JSONB, uses INT, per_buyer INT, combinable BOOL, starts TIMESTAMPTZ,
      ends TIMESTAMPTZ)
    ON CONFLICT DO NOTHING RETURNING id)
  INSERT INTO discount_code (code, discount_id)
  SELECT d.code, d.id FROM jsonb_to_recordset($4) AS d(id TEXT, code TEXT) WHERE d.code IS NOT NULL
  ON CONFLICT DO NOTHING`;

const taxRates = () => [
  ...Object.entries(VAT).flatMap(([country, [standard, reduced]]) => [
    { country, region: '', class: 'standard', title: 'VAT', rate: standard },
    { country, region: '', class: 'reduced', title: 'VAT', rate: reduced },
    { country, region: '', class: 'zero', title: 'VAT', rate: 0 },
  ]),
  ...SALES_TAX.flatMap(([country, region, title, rate]) => [
    { country, region, class: 'standard', title, rate },
    { country, region, class: 'zero', title, rate: 0 },
  ]),
];

const toRow = ({ set, amount, minimum, groups = [], ...discount }: DemoDiscount) => ({
  ...discount,
  percent: discount.basisPoints ?? null,
  amount: amount?.[0] ?? null,
  currency: amount?.[1] ?? minimum?.[1] ?? null,
  minimum: minimum?.[0] ?? null,
  buy: set?.[0] ?? null,
  get: set?.[1] ?? null,
  groups,
  uses: discount.limit ?? null,
  per_buyer: discount.perBuyer ?? null,
});
