import { badInput } from '@cartograph/kernel/errors';
import { parseMoney } from '@cartograph/kernel/money';
import { type PageRequest, readPage } from '@cartograph/kernel/page';
import type { ProductFilter as FilterInput } from '../../generated/graphql.ts';
import type { Market } from '../domain/price.ts';
import type { ProductFilter, ProductSort } from '../domain/product-query.ts';

type Kind = 'number' | 'string';

/** What the cursors of an order carry. */
const CURSORS: Readonly<Record<ProductSort, readonly Kind[]>> = {
  RELEVANCE: ['number', 'string'],
  NEWEST: ['string'],
  OLDEST: ['string'],
  TITLE: ['string', 'string'],
  PRICE_ASC: ['number', 'string'],
  PRICE_DESC: ['number', 'string'],
};

interface PageArgs {
  readonly first: number;
  readonly after?: string | null | undefined;
}

export const readProductPage = (args: PageArgs, sort: ProductSort): PageRequest => readCursor(args, CURSORS[sort]);

/** A page whose cursor holds values of these kinds; one made for another list is refused before the database sees it. */
export function readCursor(args: PageArgs, kinds: readonly Kind[]): PageRequest {
  const page = readPage(args, kinds.length);
  const fits = (value: string | number, kind: Kind | undefined) =>
    kind === 'number' ? Number.isSafeInteger(value) : typeof value === 'string' && !value.includes('\0');
  if (page.after && !page.after.every((value, index) => fits(value, kinds[index])))
    throw badInput('"after" is not a cursor of this list. Send an endCursor that this list returned.');
  return page;
}

interface MarketArgs {
  readonly currencyCode?: string | null | undefined;
  readonly countryCode?: string | null | undefined;
}

export const readMarket = (args: MarketArgs, { defaultCurrency }: { readonly defaultCurrency: string }): Market => ({
  currency: args.currencyCode ?? defaultCurrency,
  country: args.countryCode ?? null,
});

const MAX_VALUES = 100;

/** A filter with prices in minor units. Null means "not given". */
export function readFilter(input: FilterInput | null | undefined, { currency }: Market): ProductFilter {
  if (!input) return {};
  const { minPrice, maxPrice, attributes, ...rest } = input;
  const filter: ProductFilter = {
    ...rest,
    attributes: attributes?.map(({ key, values }) => ({ name: key, values })) ?? null,
    minMinor: minPrice == null ? null : parseMoney(minPrice, currency).minor,
    maxMinor: maxPrice == null ? null : parseMoney(maxPrice, currency).minor,
  };
  for (const list of Object.values(rest)) if (Array.isArray(list)) refuseLong(list);
  for (const { name, values } of [...(filter.options ?? []), ...(filter.attributes ?? [])])
    refuseLong([name, ...values]);
  refuseLong(filter.attributes ?? []);
  return filter;
}

function refuseLong(list: readonly unknown[]): void {
  if (list.length > MAX_VALUES + 1) throw badInput(`A filter may name at most ${MAX_VALUES} values.`);
  // PostgreSQL holds no NUL, and a control character separates the parts of a facet.
  for (const value of list)
    if (typeof value === 'string' && !isWriteable(value))
      throw badInput('A filter value must not contain control characters.');
}

/** A name in URLs or on labels that nothing can have; it reads as absent. */
export const isWriteable = (name: string): boolean => !/\p{Cc}/u.test(name);
