import { expect, it } from 'vitest';
import { type FacetCount, PRICE_EDGES, toFacets } from './facet.ts';

const count = (kind: FacetCount['kind'], value: string, n: number, name = ''): FacetCount => ({
  kind,
  name,
  value,
  label: null,
  count: n,
});

it('groups counts by facet and marks what the filter names already', () => {
  const facets = toFacets(
    [
      count('option', '42', 3, 'Size'),
      count('option', 'Red', 2, 'Colour'),
      count('vendor', 'Acme', 5),
      count('available', 'true', 4),
    ],
    { vendors: ['Acme'], options: [{ name: 'Size', values: ['41'] }], available: true },
    'EUR',
  );
  expect(facets.map(({ kind, name }) => [kind, name])).toEqual([
    ['VENDOR', 'vendor'],
    ['OPTION', 'Colour'],
    ['OPTION', 'Size'],
    ['AVAILABILITY', 'available'],
  ]);
  expect(facets.map(({ values }) => values[0]?.selected)).toEqual([true, false, false, true]);
});

it('writes price ranges that touch and do not overlap', () => {
  const [facet] = toFacets(
    [count('price', '2', 1), count('price', String(PRICE_EDGES.length), 1)],
    { minMinor: 1000, maxMinor: 1999 },
    'EUR',
  );
  expect(facet?.values[0]).toMatchObject({ label: '10.00–19.99 EUR', selected: true, max: { minor: 1999 } });
  expect(facet?.values[1]).toMatchObject({ max: null, selected: false });
});
