import type { InputIssue } from '@cartograph/kernel/refusal';
import type { CatalogueProduct } from './catalogue-product.ts';
import { type CsvRecord, splitList } from './csv.ts';
import { isHandle, toHandle } from './handle.ts';
import type { PriceList } from './price.ts';
import { draftIssues, type ProductDraft } from './product-draft.ts';
import type { Field, Layout } from './shopify-csv-columns.ts';
import { createReader, type LineIssue, type ProductLines, type Reader } from './shopify-csv-reader.ts';
import { shown } from './shopify-csv-values.ts';
import { blankPrices, type FileCount, readCounts, readVariants } from './shopify-csv-variants.ts';
import { readAttributes, readImages, readTranslations, readWords } from './shopify-csv-words.ts';
import { textIssues } from './text-issues.ts';

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

/** Reads one product. A column that the file does not have leaves what the shop has; a blank cell empties it. */
export function readProduct(lines: ProductLines, layout: Layout, current: CatalogueProduct | undefined): FileProduct {
  const reader = createReader(layout, [...lines.issues]);
  const first = lines.records[0] as CsvRecord;
  const variants = readVariants(reader, lines, layout, current);
  const images = readImages(reader, lines.records, variants, layout, current);
  const collections = readCollections(reader, first, layout);
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
  // The handle was looked at where the lines were gathered.
  const found = draftIssues(draft)
    .filter(({ path }) => path[0] !== 'handle')
    .map((issue) => located(issue, lineOf, layout, draft));
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

function readCollections({ text, issues }: Reader, first: CsvRecord, { fields }: Layout): FileProduct['collections'] {
  const collections = splitList(text(first, 'collections') ?? '').map((title) => ({ handle: toHandle(title), title }));
  const bad = collections.find(({ handle, title }) => handle === '' || textIssues('title', title, 255).length > 0);
  if (bad)
    issues.push({
      line: first.line,
      column: fields.collections?.name ?? null,
      message: `${shown(bad.title)} is no title of a collection. Write one with letters or digits, at most 255 characters.`,
    });
  return collections;
}

const FIELD_OF_PATH: Readonly<Record<string, Field>> = {
  sku: 'sku',
  barcode: 'barcode',
  weightGrams: 'grams',
  taxClass: 'taxCode',
  imageUrl: 'variantImage',
  url: 'imageUrl',
  alt: 'imageAlt',
  // Of whole lists: too many of them.
  variants: 'sku',
  images: 'imageUrl',
};

interface Lines {
  readonly first: number;
  readonly variants: readonly number[];
  readonly images: readonly number[];
}

/** An issue of the draft at the line and column that it came from. */
function located({ path, message }: InputIssue, lines: Lines, layout: Layout, draft: ProductDraft): LineIssue {
  const [list = '', index = '0', field = list] = path;
  const line = list === 'variants' || list === 'images' ? lines[list][Number(index)] : lines.first;
  const column = columnOf(list, Number(index), field, Number(path[3] ?? 0), layout, draft);
  return { line: line ?? lines.first, column: column?.name ?? null, message };
}

function columnOf(list: string, index: number, field: string, nth: number, layout: Layout, draft: ProductDraft) {
  if (field === 'optionValues') return layout.options[nth]?.value;
  switch (list) {
    case 'options':
      return layout.options[index]?.name;
    case 'attributes':
      return layout.attributes.find(({ key }) => key === draft.attributes[index]?.key)?.column;
    case 'translations': {
      const locale = draft.translations[index]?.locale;
      return layout.translations.find((one) => one.locale === locale && (one.field === field || field === 'locale'))
        ?.column;
    }
    default:
      return layout.fields[FIELD_OF_PATH[field] ?? (list as Field)];
  }
}

export const handleProblem = (handle: string): string | null =>
  isHandle(handle)
    ? null
    : `${shown(handle)} is no handle: small letters, digits and hyphens, at most 255.${toHandle(handle) ? ` Write "${toHandle(handle)}".` : ''}`;
