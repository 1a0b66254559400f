import { type Money, money, toDecimal } from '@cartograph/kernel/money';
import { facetConditions, facetGroup, type ProductFilter } from './product-query.ts';

export const FACET_KINDS = {
  vendor: 'VENDOR',
  type: 'PRODUCT_TYPE',
  tag: 'TAG',
  collection: 'COLLECTION',
  option: 'OPTION',
  attribute: 'ATTRIBUTE',
  price: 'PRICE',
  available: 'AVAILABILITY',
} as const;
export type IndexKind = keyof typeof FACET_KINDS;
export type FacetKind = (typeof FACET_KINDS)[IndexKind];

export interface FacetValue {
  readonly value: string;
  readonly label: string;
  readonly count: number;
  readonly selected: boolean;
  readonly min: Money | null;
  readonly max: Money | null;
}

export interface Facet {
  readonly kind: FacetKind;
  readonly name: string;
  readonly values: readonly FacetValue[];
}

/** How often one value occurs. For prices, `value` is the number of the range in `PRICE_EDGES`. */
export interface FacetCount {
  readonly kind: IndexKind;
  readonly name: string;
  readonly value: string;
  readonly label: string | null;
  readonly count: number;
}

/** Where price ranges begin, in minor units: 0, 10, 20, 50, 100 … in a currency with cents. */
export const PRICE_EDGES: readonly number[] = [
  0,
  ...[1, 10, 100, 1_000, 10_000, 100_000].flatMap((power) => [1_000, 2_000, 5_000].map((edge) => edge * power)),
];

const ORDER = Object.keys(FACET_KINDS);
const MAX_VALUES = 100;

/** Counts as facets: values most frequent first, prices from low to high. */
export function toFacets(counts: readonly FacetCount[], filter: ProductFilter, currency: string): readonly Facet[] {
  const groups = new Map<string, FacetCount[]>();
  for (const count of counts) {
    const group = facetGroup(count.kind, count.name);
    groups.set(group, [...(groups.get(group) ?? []), count]);
  }
  const selected = new Set(facetConditions(filter).flatMap(({ entries }) => entries));
  if (filter.available != null) selected.add(`${facetGroup('available')}${filter.available}`);
  return [...groups.entries()]
    .map(([group, members]) => {
      const [{ kind, name } = { kind: 'vendor', name: '' } as const] = members;
      const values = members.map((member) =>
        kind === 'price'
          ? priceRange(member, filter, currency)
          : plainValue(member, selected.has(group + member.value)),
      );
      return {
        kind: FACET_KINDS[kind],
        name: name || kind,
        values: values.slice(0, MAX_VALUES),
        order: ORDER.indexOf(kind),
      };
    })
    .sort((a, b) => a.order - b.order || (a.name < b.name ? -1 : 1))
    .map(({ order: _order, ...facet }) => facet);
}

const plainValue = ({ value, label, count }: FacetCount, selected: boolean): FacetValue => ({
  value,
  label: label ?? value,
  count,
  selected,
  min: null,
  max: null,
});

function priceRange({ value, count }: FacetCount, filter: ProductFilter, currency: string): FacetValue {
  const index = Number(value) - 1;
  const min = money(PRICE_EDGES[index] ?? 0, currency);
  const edge = PRICE_EDGES[index + 1];
  // Filters include their upper end, so a range ends one cent before the next begins.
  const max = edge === undefined ? null : money(edge - 1, currency);
  const text = `${toDecimal(min)}–${max ? toDecimal(max) : ''}`;
  const selected = filter.minMinor === min.minor && (filter.maxMinor ?? null) === (max?.minor ?? null);
  return { value: text, label: `${text} ${currency}`, count, selected, min, max };
}
