import type { CatalogueProduct } from './catalogue-product.ts';
import type { CsvRecord } from './csv.ts';
import { splitList } from './csv.ts';
import type { ProductStatus } from './product.ts';
import type { ImageDraft, ProductDraft } from './product-draft.ts';
import type { Field, Layout } from './shopify-csv-columns.ts';
import { MAX_LINES, oneLine, orNull, type Reader } from './shopify-csv-reader.ts';
import { readAttributeValues, readFlag, readPosition, readStatus } from './shopify-csv-values.ts';
import type { VariantLine } from './shopify-csv-variants.ts';

type Words = Pick<
  ProductDraft,
  'title' | 'descriptionHtml' | 'vendor' | 'productType' | 'tags' | 'seoTitle' | 'seoDescription' | 'status'
>;

export function readWords(reader: Reader, first: CsvRecord, current: CatalogueProduct | undefined): Words {
  const text = (field: Field, known: string | undefined) => oneLine(reader.text(first, field) ?? known ?? '');
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

interface ImageLine {
  readonly draft: ImageDraft;
  readonly line: number;
  readonly position: number;
}

export function readImages(
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
      alt: oneLine(alt ?? known?.alt ?? ''),
      width: known?.width ?? null,
      height: known?.height ?? null,
    };
    if (!images.has(url)) images.set(url, { draft, line, position });
  };
  if (!layout.fields.imageUrl)
    for (const { url } of current?.images ?? []) add(url, records[0]?.line ?? 0, undefined, images.size + 1);
  for (const record of records) {
    const url = reader.picture(record, 'imageUrl');
    if (url === null) continue;
    const position = reader.read(record, 'imagePosition', readPosition) ?? images.size + 1;
    add(url, record.line, reader.text(record, 'imageAlt'), position);
  }
  for (const { draft, record } of variants.list)
    if (draft.imageUrl !== null) add(draft.imageUrl, record.line, undefined, MAX_LINES + images.size);
  return [...images.values()].sort((a, b) => a.position - b.position);
}

export function readAttributes(
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

export function readTranslations(
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
