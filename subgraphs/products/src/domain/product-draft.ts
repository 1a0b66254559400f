import type { InputIssue } from '@cartograph/kernel/refusal';
import { isHandle } from './handle.ts';
import type { PriceDraft } from './price-change.ts';
import { LIMITS, type Product, type ProductStatus } from './product.ts';
import { textIssues } from './text-issues.ts';
import type { Translation } from './translation.ts';

export interface VariantDraft {
  readonly sku: string;
  readonly optionValues: readonly string[];
  readonly barcode: string | null;
  readonly weightGrams: number;
  readonly requiresShipping: boolean;
  readonly taxClass: string;
  readonly backorder: boolean;
  /** One of the product's images. */
  readonly imageUrl: string | null;
  /** Those in other currencies and countries stay as they are. */
  readonly prices: readonly PriceDraft[];
}

export interface ImageDraft {
  readonly url: string;
  readonly alt: string;
  readonly width: number | null;
  readonly height: number | null;
}

/** A whole product as staff or an import describe it. Lists are whole lists. */
export interface ProductDraft {
  readonly handle: string;
  readonly status: ProductStatus;
  readonly title: string;
  readonly descriptionHtml: string;
  readonly vendor: string;
  readonly productType: string;
  readonly tags: readonly string[];
  readonly seoTitle: string | null;
  readonly seoDescription: string | null;
  /** Names; the values are those that occur in the variants. */
  readonly options: readonly string[];
  readonly variants: readonly VariantDraft[];
  readonly images: readonly ImageDraft[];
  readonly attributes: readonly { readonly key: string; readonly value: string; readonly filterable: boolean }[];
  readonly translations: readonly Omit<Translation, 'description'>[];
  /** Collections to put the product into, by handle; those it is in already stay. Unknown handles are ignored. */
  readonly collectionHandles: readonly string[];
}

export type ProductWriteOutcome =
  | { readonly kind: 'written'; readonly product: Product }
  | { readonly kind: 'handle-taken' }
  | { readonly kind: 'skus-taken'; readonly skus: readonly string[] };

export interface UpsertReport {
  readonly written: readonly {
    readonly id: string;
    readonly handle: string;
    readonly created: boolean;
    /** Ids of the variants, by SKU. */
    readonly variantIds: ReadonlyMap<string, string>;
  }[];
  /** Products left out because a SKU of theirs belongs to another product. */
  readonly refused: readonly { readonly handle: string; readonly sku: string; readonly takenBy: string }[];
}

const MAX_HTML = 100_000;
const MAX_GRAMS = 100_000_000;
const TAX_CLASS = /^[a-z][a-z0-9_-]{0,49}$/;
const LOCALE = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;

/** Everything about a draft that the shop would refuse; of an update, the parts that are given. */
export function draftIssues(draft: Partial<ProductDraft>): readonly InputIssue[] {
  const issues: InputIssue[] = [];
  const text = (path: string, value: string | null | undefined, max = 255) => {
    if (value) issues.push(...textIssues(path, value, max));
  };
  if (draft.handle !== undefined && !isHandle(draft.handle))
    issues.push({ path: ['handle'], message: 'A handle has small letters, digits and hyphens, at most 255.' });
  if (draft.title !== undefined) issues.push(...textIssues('title', draft.title, 255));
  for (const field of ['vendor', 'productType'] as const) text(field, draft[field]);
  text('seoTitle', draft.seoTitle);
  text('seoDescription', draft.seoDescription, 1000);
  issues.push(...htmlIssues(['descriptionHtml'], draft.descriptionHtml));
  for (const [index, tag] of (draft.tags ?? []).entries()) issues.push(...textIssues(['tags', `${index}`], tag, 255));
  issues.push(
    ...tooMany('tags', draft.tags, LIMITS.tags),
    ...imageIssues(draft.images ?? []),
    ...attributeIssues(draft.attributes ?? []),
    ...translationIssues(draft.translations ?? []),
  );
  if (draft.variants) issues.push(...variantsIssues(draft.options ?? [], draft.variants));
  return issues;
}

function variantsIssues(options: readonly string[], variants: readonly VariantDraft[]): readonly InputIssue[] {
  const issues: InputIssue[] = [...tooMany('options', options, LIMITS.options)];
  if (variants.length < 1 || variants.length > LIMITS.variants)
    issues.push({ path: ['variants'], message: `There must be from 1 to ${LIMITS.variants} variants.` });
  for (const [index, name] of options.entries()) {
    issues.push(...textIssues(['options', `${index}`], name, 255));
    if (options.indexOf(name) !== index)
      issues.push({ path: ['options', `${index}`], message: `"${name}" is there twice.` });
  }
  const skus = new Set<string>();
  const choices = new Set<string>();
  for (const [index, variant] of variants.entries()) {
    const path = (field: string) => ['variants', `${index}`, field];
    issues.push(...variantIssues(variant, options, path));
    if (skus.has(variant.sku)) issues.push({ path: path('sku'), message: `The SKU "${variant.sku}" is there twice.` });
    skus.add(variant.sku);
    const choice = JSON.stringify(variant.optionValues);
    if (choices.has(choice))
      issues.push({ path: path('optionValues'), message: 'Another variant stands for the same choice.' });
    choices.add(choice);
  }
  return issues;
}

function variantIssues(
  { sku, optionValues, barcode, weightGrams, taxClass, prices }: VariantDraft,
  options: readonly string[],
  path: (field: string) => string[],
): readonly InputIssue[] {
  const issues: InputIssue[] = [...textIssues(path('sku'), sku, 100)];
  if (barcode) issues.push(...textIssues(path('barcode'), barcode, 100));
  if (optionValues.length !== options.length)
    issues.push({
      path: path('optionValues'),
      message: `There must be one value for each of ${options.length} options.`,
    });
  for (const [index, value] of optionValues.entries())
    issues.push(...textIssues([...path('optionValues'), `${index}`], value, 255));
  if (!Number.isInteger(weightGrams) || weightGrams < 0 || weightGrams > MAX_GRAMS)
    issues.push({ path: path('weightGrams'), message: `The weight must be from 0 to ${MAX_GRAMS} grams.` });
  if (!TAX_CLASS.test(taxClass))
    issues.push({
      path: path('taxClass'),
      message: 'A tax class is a short word in small letters, such as `standard`.',
    });
  const lists = prices.map(({ currency, country }) => `${currency} ${country ?? ''}`);
  if (new Set(lists).size < lists.length)
    issues.push({ path: path('prices'), message: 'There must be one price for each currency and country.' });
  return issues;
}

const tooMany = (field: string, list: readonly unknown[] | undefined, max: number): readonly InputIssue[] =>
  (list?.length ?? 0) > max ? [{ path: [field], message: `There must be at most ${max}.` }] : [];

const htmlIssues = (path: readonly string[], html: string | null | undefined): readonly InputIssue[] =>
  html && (html.length > MAX_HTML || html.includes('\0'))
    ? [{ path, message: `It must have at most ${MAX_HTML} characters, none of them NUL.` }]
    : [];

function imageIssues(images: readonly ImageDraft[]): readonly InputIssue[] {
  const issues: InputIssue[] = [...tooMany('images', images, LIMITS.images)];
  const seen = new Set<string>();
  for (const [index, { url, alt, width, height }] of images.entries()) {
    const path = (field: string) => ['images', `${index}`, field];
    if (!isWebAddress(url))
      issues.push({ path: path('url'), message: 'It must be an address that begins with https://.' });
    if (seen.has(url)) issues.push({ path: path('url'), message: 'The picture is there twice.' });
    seen.add(url);
    if (alt) issues.push(...textIssues(path('alt'), alt, 512));
    for (const [field, size] of Object.entries({ width, height }))
      if (size !== null && (!Number.isInteger(size) || size < 1 || size > 100_000))
        issues.push({ path: path(field), message: 'It must be from 1 to 100000 pixels.' });
  }
  return issues;
}

export const isWebAddress = (url: string): boolean =>
  url.length <= 2048 && /^https?:\/\//.test(url) && URL.canParse(url) && !/[\s\p{Cc}]/u.test(url);

function attributeIssues(attributes: ProductDraft['attributes']): readonly InputIssue[] {
  const seen = new Set<string>();
  const issues: InputIssue[] = [...tooMany('attributes', attributes, LIMITS.attributes)];
  for (const [index, { key, value }] of attributes.entries()) {
    issues.push(...textIssues(['attributes', `${index}`, 'key'], key, 100));
    issues.push(...textIssues(['attributes', `${index}`, 'value'], value, 1000));
    const fact = JSON.stringify([key, value]);
    if (seen.has(fact)) issues.push({ path: ['attributes', `${index}`], message: 'The attribute is there twice.' });
    seen.add(fact);
  }
  return issues;
}

/** Of a product's or a collection's words in other languages. */
export function translationIssues(translations: ProductDraft['translations']): readonly InputIssue[] {
  const seen = new Set<string>();
  const issues: InputIssue[] = [...tooMany('translations', translations, LIMITS.translations)];
  for (const [index, { locale, title, descriptionHtml, seoTitle, seoDescription }] of translations.entries()) {
    const path = (field: string) => ['translations', `${index}`, field];
    if (!LOCALE.test(locale))
      issues.push({ path: path('locale'), message: 'A language is written like `de` or `de-AT`.' });
    if (seen.has(locale)) issues.push({ path: path('locale'), message: 'The language is there twice.' });
    seen.add(locale);
    for (const [field, value] of Object.entries({ title, seoTitle, seoDescription }))
      if (value !== null) issues.push(...textIssues(path(field), value, 1000));
    issues.push(...htmlIssues(path('descriptionHtml'), descriptionHtml));
  }
  return issues;
}

/** Each option with the values that occur in the variants, in the order of their first occurrence. */
export const optionsOf = (names: readonly string[], variants: readonly VariantDraft[]) =>
  names.map((name, index) => ({
    name,
    values: [...new Set(variants.map(({ optionValues }) => optionValues[index] ?? ''))],
  }));
