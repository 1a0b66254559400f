import type { CatalogueProduct, CatalogueVariant } from './catalogue-product.ts';
import { type CsvRecord, fromCell, splitList } from './csv.ts';
import { isHandle, toHandle } from './handle.ts';
import type { PriceList } from './price.ts';
import type { PriceDraft } from './price-change.ts';
import { LIMITS, type ProductStatus } from './product.ts';
import { draftIssues, type ImageDraft, isWebAddress, type ProductDraft, type VariantDraft } from './product-draft.ts';
import type { Column, Field, Layout } from './shopify-csv-columns.ts';
import {
  type Read,
  readAttributeValues,
  readFlag,
  readGrams,
  readPosition,
  readPrice,
  readQuantity,
  readStatus,
  shown,
} from './shopify-csv-values.ts';
import type { InputIssue } from './stock-input.ts';

/** The lines of one product, which stand together in a file. */
export interface ProductLines {
  readonly handle: string;
  readonly records: readonly CsvRecord[];
  /** Found while the lines were gathered. */
  readonly issues: readonly LineIssue[];
}

export interface LineIssue {
  readonly line: number;
  /** The column's name; null when it is about the whole line. */
  readonly column: string | null;
  readonly message: string;
  /** True when the rest of the product can be taken without it: a picture. */
  readonly harmless?: boolean;
}

/** A count that a warehouse's level is to have. `warehouse` null: the one that the import is for. */
export interface FileCount {
  readonly sku: string;
  readonly warehouse: string | null;
  readonly count: number;
  readonly line: number;
  readonly column: string;
}

export interface FileProduct {
  readonly handle: string;
  readonly line: number;
  readonly draft: ProductDraft;
  /** Those that the product is put into; the file names them by title or handle. */
  readonly collections: readonly { readonly handle: string; readonly title: string }[];
  /** The line of each variant. */
  readonly lines: ReadonlyMap<string, number>;
  readonly counts: readonly FileCount[];
  /** Prices that the file leaves blank and the shop has. */
  readonly unpriced: readonly (PriceList & { readonly sku: string })[];
  readonly issues: readonly LineIssue[];
}

/** More lines than any product can have: one for each variant and for each picture. */
export const MAX_LINES = LIMITS.variants + LIMITS.images;

/** Reads one product. A column that the file does not have leaves what the shop has; a blank cell empties it. */
export function readProduct(lines: ProductLines, layout: Layout, current: CatalogueProduct | undefined): FileProduct {
  const reader = createReader(layout, [...lines.issues]);
  const first = lines.records[0] as CsvRecord;
  const variants = readVariants(reader, lines, layout, current);
  const images = readImages(reader, lines.records, variants, layout, current);
  const collections = splitList(reader.text(first, 'collections') ?? '').map((title) => ({
    handle: toHandle(title) || title,
    title,
  }));
  const draft: ProductDraft = {
    handle: lines.handle,
    collectionHandles: collections.map(({ handle }) => handle),
    ...readWords(reader, first, current),
    options: variants.names,
    variants: variants.list.map(({ draft }) => draft),
    images: images.map(({ draft }) => draft),
    attributes: readAttributes(reader, first, layout, current),
    translations: readTranslations(reader, first, layout, current),
  };
  const lineOf = {
    first: first.line,
    variants: variants.list.map(({ record }) => record.line),
    images: images.map(({ line }) => line),
  };
  const found = draftIssues(draft).map((issue) => located(issue, lineOf, layout));
  return {
    handle: lines.handle,
    line: first.line,
    draft,
    collections,
    lines: new Map(variants.list.map(({ draft: { sku }, record }) => [sku, record.line])),
    counts: variants.list.flatMap(({ draft, record }) => readCounts(reader, record, draft.sku, layout)),
    unpriced: variants.list.flatMap(({ draft, record, known }) => blankPrices(reader, record, draft, known, layout)),
    issues: [...reader.issues, ...found],
  };
}

interface Reader {
  readonly issues: LineIssue[];
  /** The cell; undefined when the file has no such column. */
  text(record: CsvRecord, field: Field): string | undefined;
  at(record: CsvRecord, column: { readonly index: number }): string;
  /** Undefined when there is no such column or it is blank, and also when it is malformed, which is noted. */
  read<T>(record: CsvRecord, field: Field, parse: (cell: string) => Read<T>): T | undefined;
  note<T>(record: CsvRecord, column: string, read: Read<T>): T | undefined;
}

function createReader({ fields }: Layout, issues: LineIssue[]): Reader {
  const at = (record: CsvRecord, { index }: { readonly index: number }) => fromCell(record.cells[index] ?? '');
  const text = (record: CsvRecord, field: Field) => {
    const column = fields[field];
    return column && at(record, column);
  };
  const note = <T>({ line }: CsvRecord, column: string, read: Read<T>): T | undefined => {
    if ('value' in read) return read.value;
    issues.push({ line, column, message: read.problem });
    return undefined;
  };
  return {
    issues,
    at,
    text,
    note,
    read(record, field, parse) {
      const cell = text(record, field);
      return cell === undefined || cell.trim() === ''
        ? undefined
        : note(record, fields[field]?.name ?? field, parse(cell));
    },
  };
}

const orNull = (text: string | undefined): string | null =>
  text === undefined || text.trim() === '' ? null : text.trim();

type Words = Pick<
  ProductDraft,
  'title' | 'descriptionHtml' | 'vendor' | 'productType' | 'tags' | 'seoTitle' | 'seoDescription' | 'status'
>;

function readWords(reader: Reader, first: CsvRecord, current: CatalogueProduct | undefined): Words {
  const text = (field: Field, known: string | undefined) => reader.text(first, field)?.trim() ?? known ?? '';
  const category = reader.text(first, 'category')?.split('>').at(-1)?.trim() ?? '';
  const seo = (field: 'seoTitle' | 'seoDescription') =>
    reader.text(first, field) === undefined ? (current?.[field] ?? null) : orNull(reader.text(first, field));
  const tags = reader.text(first, 'tags');
  return {
    title: text('title', current?.title),
    descriptionHtml: reader.text(first, 'descriptionHtml') ?? current?.descriptionHtml ?? '',
    vendor: text('vendor', current?.vendor),
    productType: text('productType', current?.productType) || category,
    tags: tags === undefined ? (current?.tags ?? []) : splitList(tags),
    seoTitle: seo('seoTitle'),
    seoDescription: seo('seoDescription'),
    status: readProductStatus(reader, first, current),
  };
}

function readProductStatus(reader: Reader, first: CsvRecord, current: CatalogueProduct | undefined): ProductStatus {
  const status = reader.read(first, 'status', readStatus);
  const published = reader.read(first, 'published', readFlag);
  // What is active but hidden from the online store is hidden from this one.
  if (published === false) return status === 'ARCHIVED' ? status : 'DRAFT';
  return status ?? current?.status ?? 'ACTIVE';
}

interface VariantLine {
  readonly record: CsvRecord;
  readonly draft: VariantDraft;
  readonly known: CatalogueVariant | undefined;
}

/** The first line is a variant; a later one is when it says anything of one, otherwise it is a picture. */
function readVariants(
  reader: Reader,
  { handle, records }: ProductLines,
  layout: Layout,
  current: CatalogueProduct | undefined,
) {
  const says = (record: CsvRecord) =>
    layout.options.some(({ value }) => reader.at(record, value).trim() !== '') ||
    (['sku', 'price'] as const).some((field) => (reader.text(record, field) ?? '').trim() !== '');
  const rows = records.filter((record, index) => index === 0 || says(record));
  const names = layout.options.length === 0 ? [] : readOptionNames(reader, rows, layout);
  const list = rows.map((record): VariantLine => {
    const optionValues = readChoice(reader, record, names, layout, current);
    const known = knownVariant(reader.text(record, 'sku'), optionValues, current);
    return { record, known, draft: readVariant(reader, record, handle, optionValues, known, layout) };
  });
  return { names: layout.options.length === 0 ? (current?.options ?? []) : names, list };
}

/** Names stand on the first line. The choice "Title: Default Title" is Shopify's way to say that there is none. */
function readOptionNames(reader: Reader, rows: readonly CsvRecord[], { options }: Layout): readonly string[] {
  const first = rows[0] as CsvRecord;
  const names = options.map(({ name }) => reader.at(first, name).trim());
  const [nameless] = options.map(({ value }) => reader.at(first, value).trim());
  const used = names.findLastIndex((name) => name !== '') + 1;
  if (used > LIMITS.options)
    reader.issues.push({
      line: first.line,
      column: options[LIMITS.options]?.name.name ?? null,
      message: `The product has more than ${LIMITS.options} options. Make two products of it.`,
    });
  if (used === 1 && rows.length === 1 && /^title$/i.test(names[0] ?? '') && /^default title$/i.test(nameless ?? ''))
    return [];
  for (const [index, name] of names.slice(0, used).entries())
    if (name === '')
      reader.issues.push({
        line: first.line,
        column: options[index]?.name.name ?? null,
        message: 'The option has no name, and a later one has. Fill it in.',
      });
  return names.slice(0, Math.min(used, LIMITS.options));
}

function readChoice(
  reader: Reader,
  record: CsvRecord,
  names: readonly string[],
  { options }: Layout,
  current: CatalogueProduct | undefined,
): readonly string[] {
  if (options.length === 0)
    return current?.variants.find(({ sku }) => sku === orNull(reader.text(record, 'sku')))?.optionValues ?? [];
  const values = options.map(({ value }) => reader.at(record, value).trim());
  const isDefault = names.length === 0 && /^default title$/i.test(values[0] ?? '');
  for (const [index, value] of values.entries()) {
    const column = options[index]?.value.name ?? null;
    const { line } = record;
    const name = names[index];
    if (name === undefined && value !== '' && !isDefault && index < LIMITS.options)
      reader.issues.push({
        line,
        column,
        message: `${shown(value)} is a choice for an option that the product's first line does not name. Name it in "${options[index]?.name.name}".`,
      });
    if (name !== undefined && value === '')
      reader.issues.push({
        line,
        column,
        message: `The variant makes no choice for "${name}". Fill it in on every line that is a variant.`,
      });
  }
  return values.slice(0, names.length);
}

function knownVariant(
  cell: string | undefined,
  optionValues: readonly string[],
  current: CatalogueProduct | undefined,
) {
  const sku = orNull(cell);
  const choice = JSON.stringify(optionValues);
  return current?.variants.find((variant) =>
    sku === null ? JSON.stringify(variant.optionValues) === choice : variant.sku === sku,
  );
}

/** Shopify does without SKUs, this shop does not: one that is missing is made of the handle and the choice. */
const madeUpSku = (handle: string, optionValues: readonly string[]): string =>
  [handle, ...optionValues.map(toHandle)].filter((part) => part !== '').join('-');

function readVariant(
  reader: Reader,
  record: CsvRecord,
  handle: string,
  optionValues: readonly string[],
  known: CatalogueVariant | undefined,
  layout: Layout,
): VariantDraft {
  const barcode = reader.text(record, 'barcode');
  const picture = reader.text(record, 'variantImage');
  const policy = reader.read(record, 'policy', readFlag);
  const blank = (field: Field) => reader.text(record, field)?.trim() === '';
  // What Shopify does not count is always there to be sold.
  const uncounted = blank('tracker') && blank('quantity');
  return {
    sku: orNull(reader.text(record, 'sku')) ?? known?.sku ?? madeUpSku(handle, optionValues),
    optionValues,
    barcode: barcode === undefined ? (known?.barcode ?? null) : orNull(barcode),
    weightGrams: reader.read(record, 'grams', readGrams) ?? (layout.fields.grams ? 0 : (known?.weightGrams ?? 0)),
    requiresShipping: reader.read(record, 'requiresShipping', readFlag) ?? known?.requiresShipping ?? true,
    taxClass: readTaxClass(reader, record, known),
    backorder: uncounted || (policy ?? (layout.fields.policy ? false : (known?.backorder ?? false))),
    imageUrl: picture === undefined ? (known?.imageUrl ?? null) : orNull(picture),
    prices: readPrices(reader, record, known, layout),
  };
}

function readTaxClass(reader: Reader, record: CsvRecord, known: CatalogueVariant | undefined): string {
  const taxable = reader.read(record, 'taxable', readFlag);
  const code = orNull(reader.text(record, 'taxCode'));
  if (code !== null) return code.toLowerCase();
  if (taxable === false) return 'zero';
  // The file cannot tell other classes from the standard one without a code.
  return known && (taxable === undefined || known.taxClass !== 'zero') ? known.taxClass : 'standard';
}

function readPrices(
  reader: Reader,
  record: CsvRecord,
  known: CatalogueVariant | undefined,
  layout: Layout,
): readonly PriceDraft[] {
  return layout.prices.flatMap(({ list, price, compareAt, included }) => {
    if (isExcluded(reader, record, included)) return [];
    const old = known?.prices.find(({ currency, country }) => currency === list.currency && country === list.country);
    const amount = (column: typeof price, kept: number | null | undefined) => {
      if (!column) return kept ?? null;
      const cell = reader.at(record, column);
      return cell.trim() === '' ? null : (reader.note(record, column.name, readPrice(cell, list.currency)) ?? null);
    };
    const minor = amount(price, old?.minor);
    const compareAtMinor = amount(compareAt, old?.compareAtMinor) || null;
    return minor === null ? [] : [{ ...list, minor, compareAtMinor }];
  });
}

const isExcluded = (reader: Reader, record: CsvRecord, column: Column | undefined): boolean =>
  column !== undefined && reader.at(record, column).trim().toLowerCase() === 'false';

function blankPrices(
  reader: Reader,
  record: CsvRecord,
  { sku }: VariantDraft,
  known: CatalogueVariant | undefined,
  { prices }: Layout,
) {
  return prices.flatMap(({ list, price, included }) => {
    const had = known?.prices.some(({ currency, country }) => currency === list.currency && country === list.country);
    const isBlank = price !== undefined && reader.at(record, price).trim() === '';
    return had && (isBlank || isExcluded(reader, record, included)) ? [{ ...list, sku }] : [];
  });
}

function readCounts(reader: Reader, record: CsvRecord, sku: string, { stock }: Layout): readonly FileCount[] {
  return stock.flatMap(({ column, warehouse }) => {
    const cell = reader.at(record, column);
    if (cell.trim() === '') return [];
    const count = reader.note(record, column.name, readQuantity(cell));
    return count === undefined ? [] : [{ sku, warehouse, count, line: record.line, column: column.name }];
  });
}

interface ImageLine {
  readonly draft: ImageDraft;
  readonly line: number;
  readonly position: number;
}

function readImages(
  reader: Reader,
  records: readonly CsvRecord[],
  variants: { readonly list: readonly VariantLine[] },
  layout: Layout,
  current: CatalogueProduct | undefined,
): readonly ImageLine[] {
  const images = new Map<string, ImageLine>();
  const sizes = new Map(current?.images.map((image) => [image.url, image]));
  const add = (url: string, line: number, alt: string | undefined, position: number) => {
    const known = sizes.get(url);
    const draft = {
      url,
      alt: alt?.trim() ?? known?.alt ?? '',
      width: known?.width ?? null,
      height: known?.height ?? null,
    };
    if (!images.has(url)) images.set(url, { draft, line, position });
  };
  if (!layout.fields.imageUrl)
    for (const { url } of current?.images ?? []) add(url, records[0]?.line ?? 0, undefined, images.size + 1);
  for (const record of records) {
    const url = orNull(reader.text(record, 'imageUrl'));
    if (url === null) continue;
    const position = reader.read(record, 'imagePosition', readPosition) ?? images.size + 1;
    if (isWebAddress(url)) add(url, record.line, reader.text(record, 'imageAlt'), position);
    else
      reader.issues.push({
        line: record.line,
        column: layout.fields.imageUrl?.name ?? null,
        message: `${shown(url)} is no address of a picture. Write one that begins with https://. The product is taken without it.`,
        harmless: true,
      });
  }
  for (const { draft, record } of variants.list)
    if (draft.imageUrl !== null) add(draft.imageUrl, record.line, undefined, MAX_LINES + images.size);
  return [...images.values()].sort((a, b) => a.position - b.position);
}

function readAttributes(
  reader: Reader,
  first: CsvRecord,
  { attributes }: Layout,
  current: CatalogueProduct | undefined,
) {
  const known = current?.attributes ?? [];
  if (attributes.length === 0) return known;
  const inFile = new Set(attributes.map(({ key }) => key));
  const read = attributes.flatMap(({ column, key, filterable }) =>
    readAttributeValues(reader.at(first, column)).map((value) => ({ key, value, filterable })),
  );
  // The shop's own order stays as long as nothing else changes.
  const all = [...known.filter(({ key }) => !inFile.has(key)), ...read];
  const place = ({ key, value }: { key: string; value: string }) => {
    const index = known.findIndex((one) => one.key === key && one.value === value);
    return index < 0 ? known.length : index;
  };
  return all.sort((a, b) => place(a) - place(b));
}

function readTranslations(
  reader: Reader,
  first: CsvRecord,
  { translations }: Layout,
  current: CatalogueProduct | undefined,
) {
  const known = current?.translations ?? [];
  const locales = [
    ...new Set([...known.map(({ locale }) => locale), ...translations.map(({ locale }) => locale)]),
  ].sort();
  return locales.flatMap((locale) => {
    const old = known.find((one) => one.locale === locale);
    const words = { locale, title: null, descriptionHtml: null, seoTitle: null, seoDescription: null, ...old };
    const cells = translations
      .filter((one) => one.locale === locale)
      .map(({ column, field }) => [
        field,
        field === 'descriptionHtml' ? reader.at(first, column) || null : orNull(reader.at(first, column)),
      ]);
    const { title, descriptionHtml, seoTitle, seoDescription } = {
      ...words,
      ...Object.fromEntries(cells),
    } as typeof words;
    const isBlank = [title, descriptionHtml, seoTitle, seoDescription].every((text) => text === null);
    return isBlank ? [] : [{ locale, title, descriptionHtml, seoTitle, seoDescription }];
  });
}

const FIELD_OF_PATH: Readonly<Record<string, Field>> = {
  handle: 'handle',
  title: 'title',
  descriptionHtml: 'descriptionHtml',
  vendor: 'vendor',
  productType: 'productType',
  tags: 'tags',
  seoTitle: 'seoTitle',
  seoDescription: 'seoDescription',
  sku: 'sku',
  barcode: 'barcode',
  weightGrams: 'grams',
  taxClass: 'taxCode',
  imageUrl: 'variantImage',
  url: 'imageUrl',
  alt: 'imageAlt',
};

interface Lines {
  readonly first: number;
  readonly variants: readonly number[];
  readonly images: readonly number[];
}

/** An issue of the draft at the line and column that it came from. */
function located({ path, message }: InputIssue, lines: Lines, layout: Layout): LineIssue {
  const [list = '', index = '0', field = list] = path;
  const line = list === 'variants' || list === 'images' ? (lines[list][Number(index)] ?? lines.first) : lines.first;
  const column =
    field === 'optionValues'
      ? layout.options[Number(path[3] ?? 0)]?.value.name
      : field === 'options'
        ? layout.options[Number(index)]?.name.name
        : layout.fields[
            FIELD_OF_PATH[path.length > 1 && (list === 'variants' || list === 'images') ? field : list] ?? 'handle'
          ]?.name;
  return { line, column: column ?? null, message };
}

export const handleProblem = (handle: string): string | null =>
  isHandle(handle)
    ? null
    : `${shown(handle)} is no handle: small letters, digits and hyphens, at most 255.${toHandle(handle) ? ` Write "${toHandle(handle)}".` : ''}`;
