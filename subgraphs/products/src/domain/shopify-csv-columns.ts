import { isCurrencyCode } from '@cartograph/kernel/currency';
import { fromCell } from './csv.ts';
import type { PriceList } from './price.ts';
import { LIMITS } from './product.ts';
import { normaliseLocale } from './translation.ts';

/** Every column that is understood, by the names that Shopify has given it over the years; the first is written. */
export const COLUMNS = {
  handle: ['Handle', 'URL handle'],
  title: ['Title'],
  descriptionHtml: ['Body (HTML)', 'Description', 'Body HTML'],
  vendor: ['Vendor'],
  category: ['Product Category', 'Standardized Product Type'],
  productType: ['Type', 'Product Type', 'Custom Product Type'],
  tags: ['Tags'],
  collections: ['Collection', 'Collections'],
  published: ['Published', 'Published on online store'],
  status: ['Status'],
  sku: ['Variant SKU', 'SKU'],
  barcode: ['Variant Barcode', 'Barcode'],
  price: ['Variant Price', 'Price'],
  compareAtPrice: ['Variant Compare At Price', 'Compare-at price', 'Compare At Price'],
  tracker: ['Variant Inventory Tracker', 'Inventory tracker'],
  quantity: ['Variant Inventory Qty', 'Inventory quantity', 'Variant Inventory Quantity'],
  policy: ['Variant Inventory Policy', 'Continue selling when out of stock'],
  grams: ['Variant Grams', 'Weight value (grams)'],
  requiresShipping: ['Variant Requires Shipping', 'Requires shipping'],
  taxable: ['Variant Taxable', 'Charge tax'],
  taxCode: ['Variant Tax Code', 'Tax code'],
  imageUrl: ['Image Src', 'Product image URL'],
  imagePosition: ['Image Position'],
  imageAlt: ['Image Alt Text'],
  variantImage: ['Variant Image', 'Variant image URL'],
  seoTitle: ['SEO Title'],
  seoDescription: ['SEO Description'],
  giftCard: ['Gift Card'],
} as const;

export type Field = keyof typeof COLUMNS;

/** Columns of Shopify's that say nothing which this shop keeps. */
const KNOWN_IGNORED =
  /^(option\d linked to|cost per item|variant fulfillment service|fulfillment service|variant weight unit|weight unit for display|unit price .*|google shopping \/.*|included \/.*|(price|compare-at price|compare at price) \/ primary)$/;

export interface Column {
  readonly index: number;
  readonly name: string;
}

export const TRANSLATED = {
  title: 'Title',
  descriptionHtml: 'Body (HTML)',
  seoTitle: 'SEO Title',
  seoDescription: 'SEO Description',
} as const;
export type TranslatedField = keyof typeof TRANSLATED;

export interface PriceColumns {
  readonly list: PriceList;
  readonly price?: Column;
  readonly compareAt?: Column;
  /** FALSE: not sold in this market, whatever the price says. */
  readonly included?: Column;
}

/** What each column of one file is. */
export interface Layout {
  readonly width: number;
  readonly fields: Readonly<Partial<Record<Field, Column>>>;
  /** In the order of the options. */
  readonly options: readonly { readonly name: Column; readonly value: Column }[];
  readonly prices: readonly PriceColumns[];
  /** `warehouse` null: the one that the import is for. */
  readonly stock: readonly { readonly column: Column; readonly warehouse: string | null }[];
  readonly attributes: readonly { readonly column: Column; readonly key: string; readonly filterable: boolean }[];
  readonly translations: readonly {
    readonly column: Column;
    readonly field: TranslatedField;
    readonly locale: string;
  }[];
  /** Named, and not understood. */
  readonly ignored: readonly string[];
}

export interface LayoutOptions {
  /** The currency of the prices that stand in a column without one. */
  readonly currency: string;
  /** Which price list a market of the file is. */
  readonly markets: ReadonlyMap<string, PriceList>;
}

const normal = (name: string): string => name.trim().replace(/\s+/g, ' ').toLowerCase();

const FIELD_OF = new Map<string, Field>(
  (Object.keys(COLUMNS) as Field[]).flatMap((field) => COLUMNS[field].map((name) => [normal(name), field] as const)),
);
const TRANSLATED_OF = new Map<string, TranslatedField>([
  ['title', 'title'],
  ['body (html)', 'descriptionHtml'],
  ['description', 'descriptionHtml'],
  ['seo title', 'seoTitle'],
  ['seo description', 'seoDescription'],
]);

const PRICE_PARTS: Readonly<Record<string, 'price' | 'compareAt' | 'included'>> = {
  price: 'price',
  'variant price': 'price',
  'compare at price': 'compareAt',
  'compare-at price': 'compareAt',
  'variant compare at price': 'compareAt',
  included: 'included',
};

/** "USD" is the general price list of that currency, "EUR AT" the one of a country. */
export function readPriceList(text: string): PriceList | null {
  const [, currency = '', country = null] = /^([A-Z]{3})(?: ([A-Z]{2}))?$/.exec(text.trim().toUpperCase()) ?? [];
  return isCurrencyCode(currency) ? { currency, country } : null;
}

export const priceListName = ({ currency, country }: PriceList): string =>
  country ? `${currency} ${country}` : currency;

const METAFIELD = /^(.+) \(product\.metafields\.([^.)]+)\.([^)]+)\)$/i;
/** The namespace of attributes that are not for filtering; every other one is. */
const UNFILTERED = 'info';

export const attributeColumn = (key: string, filterable: boolean): string =>
  `${key} (product.metafields.${filterable ? 'custom' : UNFILTERED}.${key.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '_')})`;

export const stockColumn = (warehouse: string): string => `${COLUMNS.quantity[0]} / ${warehouse}`;
export const priceColumn = (list: PriceList): string => `Price / ${priceListName(list)}`;
export const compareAtColumn = (list: PriceList): string => `Compare At Price / ${priceListName(list)}`;
export const translatedColumn = (field: TranslatedField, locale: string): string => `${TRANSLATED[field]} / ${locale}`;

/** Reads the first line of a file, or says in words why it is none of a product file. */
export function readLayout(header: readonly string[], options: LayoutOptions): Layout | { readonly problem: string } {
  const found = collect(header, options);
  const { fields, duplicates } = found;
  if (duplicates.length > 0)
    return { problem: `Two columns say the same: ${duplicates.join(', ')}. Remove one of them.` };
  if (!fields.handle) return { problem: missingHandle(header) };
  if (found.stock.length > 1 && found.stock.some(({ warehouse }) => warehouse === null))
    return {
      problem: `"${fields.quantity?.name}" does not say which warehouse it means, and other columns do. Remove one or the other.`,
    };
  return { ...found, width: header.length, prices: withBase(found.prices, fields, options.currency) };
}

function missingHandle(header: readonly string[]): string {
  const text = header.join('');
  if (text.includes(';') && header.length < 3)
    return 'The file is separated by semicolons. Save it as "CSV (comma separated)", with commas between the columns.';
  if (text.includes('\t') && header.length < 3)
    return 'The file is separated by tabs. Save it as CSV, with commas between the columns.';
  return `The first line has no column "${COLUMNS.handle.join('" or "')}". The first line of a product file names its columns.`;
}

interface Found extends Omit<Layout, 'width' | 'prices'> {
  readonly fields: Partial<Record<Field, Column>>;
  readonly prices: PricesByName;
  readonly duplicates: readonly string[];
}

type PricesByName = Map<string, PriceColumns>;

function collect(header: readonly string[], { markets }: LayoutOptions): Found {
  const fields: Partial<Record<Field, Column>> = {};
  const names = new Map<string, Column>();
  const exact = new Set<string>();
  const prices: PricesByName = new Map();
  const lists = {
    stock: [] as Layout['stock'][number][],
    attributes: [] as Layout['attributes'][number][],
    translations: [] as Layout['translations'][number][],
  };
  const [ignored, duplicates]: [string[], string[]] = [[], []];
  for (const [index, cell] of header.entries()) {
    const column = { index, name: fromCell(cell).trim() };
    const name = normal(column.name);
    if (name === '') continue;
    const field = FIELD_OF.get(name);
    // Names of attributes may differ in capitals alone.
    if (exact.has(column.name) || (field && fields[field])) duplicates.push(`"${column.name}"`);
    exact.add(column.name);
    names.set(name, column);
    if (field) fields[field] = column;
    if (field === 'quantity') lists.stock.push({ column, warehouse: null });
    if (field || /^option\d (name|value)$/.test(name)) continue;
    if (!collectExtra(column, markets, prices, lists) && !KNOWN_IGNORED.test(name)) ignored.push(column.name);
  }
  return { fields, prices, ...lists, options: optionColumns(names), ignored, duplicates };
}

function optionColumns(names: ReadonlyMap<string, Column>): Layout['options'] {
  const options: { name: Column; value: Column }[] = [];
  // One more than the shop allows is read, so that it can be reported where it stands.
  for (let nth = 1; nth <= LIMITS.options + 1; nth += 1) {
    const [name, value] = [names.get(`option${nth} name`), names.get(`option${nth} value`)];
    if (!name || !value) break;
    options.push({ name, value });
  }
  return options;
}

function collectExtra(
  column: Column,
  markets: LayoutOptions['markets'],
  prices: PricesByName,
  lists: {
    stock: Layout['stock'][number][];
    attributes: Layout['attributes'][number][];
    translations: Layout['translations'][number][];
  },
): boolean {
  const [, key, namespace] = METAFIELD.exec(column.name) ?? [];
  if (key && namespace)
    return lists.attributes.push({ column, key: key.trim(), filterable: namespace.toLowerCase() !== UNFILTERED }) > 0;
  const slash = column.name.indexOf(' / ');
  if (slash < 0) return false;
  const [before, after] = [normal(column.name.slice(0, slash)), column.name.slice(slash + 3).trim()];
  if (FIELD_OF.get(before) === 'quantity') return lists.stock.push({ column, warehouse: after }) > 0;
  const field = TRANSLATED_OF.get(before);
  if (field && /^[a-z]{2,3}([-_][a-z0-9]{2,8})*$/i.test(after))
    return lists.translations.push({ column, field, locale: normaliseLocale(after) }) > 0;
  const kind = PRICE_PARTS[before];
  const list = markets.get(after.toLowerCase()) ?? readPriceList(after);
  if (!kind || !list) return false;
  prices.set(priceListName(list), { ...(prices.get(priceListName(list)) ?? { list }), [kind]: column });
  return true;
}

function withBase(
  prices: PricesByName,
  { price, compareAtPrice }: Layout['fields'],
  currency: string,
): Layout['prices'] {
  const base = {
    list: { currency, country: null },
    ...(price && { price }),
    ...(compareAtPrice && { compareAt: compareAtPrice }),
  };
  const own = prices.get(currency);
  prices.delete(currency);
  return price || compareAtPrice ? [base, ...prices.values()] : [...(own ? [own] : []), ...prices.values()];
}
