import type { CatalogueProduct, CatalogueVariant } from './catalogue-product.ts';
import type { CsvRecord } from './csv.ts';
import { toHandle } from './handle.ts';
import type { PriceDraft } from './price-change.ts';
import { LIMITS } from './product.ts';
import type { VariantDraft } from './product-draft.ts';
import type { Column, Field, Layout } from './shopify-csv-columns.ts';
import { orNull, type ProductLines, type Reader } from './shopify-csv-reader.ts';
import { readFlag, readGrams, readPrice, readQuantity, shown } from './shopify-csv-values.ts';

export interface VariantLine {
  readonly record: CsvRecord;
  readonly draft: VariantDraft;
  readonly known: CatalogueVariant | undefined;
}

/** The first line is a variant; a later one is when it says anything of one, otherwise it is a picture. */
export function readVariants(
  reader: Reader,
  { handle, records }: Pick<ProductLines, 'handle' | 'records'>,
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
function madeUpSku(reader: Reader, { line }: CsvRecord, handle: string, optionValues: readonly string[]): string {
  const sku = [handle, ...optionValues.map(toHandle)].filter((part) => part !== '').join('-');
  if (sku.length > MAX_SKU)
    reader.issues.push({
      line,
      column: reader.columnName('sku'),
      message: 'The variant has no SKU, and handle and choice are too long for one. Write one.',
    });
  return sku;
}

const MAX_SKU = 100;

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
    sku: orNull(reader.text(record, 'sku')) ?? known?.sku ?? madeUpSku(reader, record, handle, optionValues),
    optionValues,
    barcode: barcode === undefined ? (known?.barcode ?? null) : orNull(barcode),
    weightGrams: reader.read(record, 'grams', readGrams) ?? (layout.fields.grams ? 0 : (known?.weightGrams ?? 0)),
    requiresShipping: reader.read(record, 'requiresShipping', readFlag) ?? known?.requiresShipping ?? true,
    taxClass: readTaxClass(reader, record, known),
    backorder: uncounted || (policy ?? (layout.fields.policy ? false : (known?.backorder ?? false))),
    imageUrl: picture === undefined ? (known?.imageUrl ?? null) : reader.picture(record, 'variantImage'),
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

export function blankPrices(
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

/** A count that a warehouse's level is to have. `warehouse` null: the one that the import is for. */
export interface FileCount {
  readonly sku: string;
  readonly warehouse: string | null;
  readonly count: number;
  readonly line: number;
  readonly column: string;
}

export function readCounts(reader: Reader, record: CsvRecord, sku: string, { stock }: Layout): readonly FileCount[] {
  return stock.flatMap(({ column, warehouse }) => {
    const cell = reader.at(record, column);
    if (cell.trim() === '') return [];
    const count = reader.note(record, column.name, readQuantity(cell));
    return count === undefined ? [] : [{ sku, warehouse, count, line: record.line, column: column.name }];
  });
}
