import type { Market } from './price.ts';
import type { ProductStatus } from './product.ts';

/** Values of one option or attribute, of which one must occur. */
export interface NamedValues {
  readonly name: string;
  readonly values: readonly string[];
}

/** Every field that is given must fit; of several values in one field, one must. */
export interface ProductFilter {
  readonly ids?: readonly string[] | null | undefined;
  readonly vendors?: readonly string[] | null | undefined;
  readonly productTypes?: readonly string[] | null | undefined;
  readonly tags?: readonly string[] | null | undefined;
  readonly collectionIds?: readonly string[] | null | undefined;
  readonly options?: readonly NamedValues[] | null | undefined;
  readonly attributes?: readonly NamedValues[] | null | undefined;
  /** Bounds of the lowest price, in minor units of the market's currency. */
  readonly minMinor?: number | null | undefined;
  readonly maxMinor?: number | null | undefined;
  readonly available?: boolean | null | undefined;
  readonly statuses?: readonly ProductStatus[] | null | undefined;
}

export type ProductSort = 'RELEVANCE' | 'NEWEST' | 'OLDEST' | 'TITLE' | 'PRICE_ASC' | 'PRICE_DESC';

/** Which products, in which order. */
export interface ProductQuery {
  /** A tsquery; null looks for nothing. */
  readonly terms: string | null;
  readonly filter: ProductFilter;
  readonly sort: ProductSort;
  readonly market: Market;
}

/** How many sort values a cursor of this order carries; the last is the id. */
export const cursorSize = (sort: ProductSort): number => (sort === 'NEWEST' || sort === 'OLDEST' ? 1 : 2);

const SEPARATOR = '\u001f';

/** Group of facet values that are alternatives to each other, as `refresh_product_index` writes its beginning. */
export const facetGroup = (kind: string, name = ''): string => `${kind}${SEPARATOR}${name}${SEPARATOR}`;

/** A condition on one group: one of these entries of a product's `facets` must occur. */
export interface FacetCondition {
  readonly group: string;
  readonly entries: readonly string[];
}

/** The parts of a filter that are entries of the index. A field with an empty list lets nothing through. */
export function facetConditions(filter: ProductFilter): readonly FacetCondition[] {
  const condition = (kind: string, name: string, values: readonly string[]) => {
    const group = facetGroup(kind, name);
    return { group, entries: values.map((value) => `${group}${value}`) };
  };
  const plain = [
    ['vendor', filter.vendors],
    ['type', filter.productTypes],
    ['tag', filter.tags],
    ['collection', filter.collectionIds],
  ] as const;
  return [
    ...plain.flatMap(([kind, values]) => (values ? [condition(kind, '', values)] : [])),
    ...(filter.options ?? []).map(({ name, values }) => condition('option', name, values)),
    ...(filter.attributes ?? []).map(({ name, values }) => condition('attribute', name, values)),
  ];
}
