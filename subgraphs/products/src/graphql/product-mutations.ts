import type { InputIssue } from '@cartograph/kernel/refusal';
import type {
  ArchiveProductResultResolvers,
  CreateProductInput,
  CreateProductResultResolvers,
  MutationResolvers,
  SetPricesResultResolvers,
  TranslationInput,
  UpdateProductInput,
  UpdateProductResultResolvers,
  VariantInput,
} from '../../generated/graphql.ts';
import { type PriceChange, type PriceDraft, readAmount } from '../domain/price-change.ts';
import type { ProductDraft, VariantDraft } from '../domain/product-draft.ts';
import { normaliseLocale } from '../domain/translation.ts';

export const createProduct: MutationResolvers['createProduct'] = (_root, { input }, { operations }) => {
  const issues: InputIssue[] = [];
  const draft = {
    tags: [],
    options: [],
    images: [],
    attributes: [],
    translations: [],
    collectionHandles: [],
    descriptionHtml: '',
    vendor: '',
    productType: '',
    seoTitle: null,
    seoDescription: null,
    ...readLists(input),
    ...readFields(input),
    title: input.title.trim(),
    status: input.status,
    handle: input.handle ?? null,
    variants: input.variants.map((variant, index) => readVariant(variant, index, issues)),
  };
  return operations.createProduct(draft, issues);
};

export const updateProduct: MutationResolvers['updateProduct'] = (_root, { input }, { operations }) => {
  const { id, version, variants } = input;
  const issues: InputIssue[] = [];
  const change: Partial<ProductDraft> = {
    ...readLists(input),
    ...readFields(input),
    ...(variants && { variants: variants.map((variant, index) => readVariant(variant, index, issues)) }),
  };
  return operations.updateProduct(id, version, change, issues);
};

export const archiveProduct: MutationResolvers['archiveProduct'] = (_root, { id }, { viewer, operations }) =>
  operations.archiveProduct(viewer, id);

export const setPrices: MutationResolvers['setPrices'] = (_root, { input }, { viewer, operations }) => {
  const issues: InputIssue[] = [];
  const changes = input.prices.map((price, index): PriceChange => {
    const { variantId, currencyCode: currency, countryCode: country = null, amount, compareAtAmount } = price;
    const read = (field: string, text: string | null | undefined) =>
      text == null ? null : readAmount(text, currency, ['prices', `${index}`, field], issues);
    const minor = read('amount', amount);
    return { variantId, currency, country, minor, compareAtMinor: read('compareAtAmount', compareAtAmount) };
  });
  return operations.setPrices(viewer, changes, issues);
};

type Input = CreateProductInput | UpdateProductInput;

/** The plain fields that are given. Null is what clients send for "not given", but for SEO texts it takes them away. */
function readFields(input: Input): Partial<ProductDraft> {
  const { handle, title, descriptionHtml, vendor, productType, status, seoTitle, seoDescription } = input;
  return {
    ...(handle != null && { handle }),
    ...(title != null && { title: title.trim() }),
    ...(descriptionHtml != null && { descriptionHtml }),
    ...(vendor != null && { vendor: vendor.trim() }),
    ...(productType != null && { productType: productType.trim() }),
    ...(status != null && { status }),
    ...(seoTitle !== undefined && { seoTitle: seoTitle?.trim() || null }),
    ...(seoDescription !== undefined && { seoDescription: seoDescription?.trim() || null }),
  };
}

/** The lists that are given, but for variants. */
function readLists({ tags, options, images, attributes, translations }: Input): Partial<ProductDraft> {
  return {
    ...(tags && { tags: [...new Set(tags.map((tag) => tag.trim()))] }),
    ...(options && { options: options.map((name) => name.trim()) }),
    ...(images && {
      images: images.map(({ url, alt, width, height }) => ({ url, alt, width: width ?? null, height: height ?? null })),
    }),
    ...(attributes && { attributes }),
    ...(translations && { translations: readTranslations(translations) }),
  };
}

export const readTranslations = (translations: readonly TranslationInput[]): ProductDraft['translations'] =>
  translations.map(({ locale, title, descriptionHtml, seoTitle, seoDescription }) => ({
    locale: normaliseLocale(locale),
    title: title ?? null,
    descriptionHtml: descriptionHtml ?? null,
    seoTitle: seoTitle ?? null,
    seoDescription: seoDescription ?? null,
  }));

function readVariant(
  { barcode, imageUrl, prices, optionValues, sku, ...rest }: VariantInput,
  index: number,
  issues: InputIssue[],
): VariantDraft {
  return {
    ...rest,
    sku: sku.trim(),
    optionValues: optionValues.map((value) => value.trim()),
    barcode: barcode?.trim() || null,
    imageUrl: imageUrl ?? null,
    prices: (prices ?? []).map((price, at) => readPrice(price, ['variants', `${index}`, 'prices', `${at}`], issues)),
  };
}

type VariantPriceInput = NonNullable<VariantInput['prices']>[number];

function readPrice(
  { price, compareAtPrice, countryCode }: VariantPriceInput,
  path: string[],
  issues: InputIssue[],
): PriceDraft {
  const currency = price.currencyCode;
  if (compareAtPrice && compareAtPrice.currencyCode !== currency)
    issues.push({ path: [...path, 'compareAtPrice'], message: `It must be in ${currency}, as the price is.` });
  const compareAt = compareAtPrice?.amount;
  return {
    currency,
    country: countryCode ?? null,
    minor: readAmount(price.amount, currency, [...path, 'price'], issues) ?? 0,
    compareAtMinor: compareAt == null ? null : readAmount(compareAt, currency, [...path, 'compareAtPrice'], issues),
  };
}

export const CreateProductResult: CreateProductResultResolvers = { __resolveType: ({ kind }) => kind };
export const UpdateProductResult: UpdateProductResultResolvers = { __resolveType: ({ kind }) => kind };
export const ArchiveProductResult: ArchiveProductResultResolvers = { __resolveType: ({ kind }) => kind };
export const SetPricesResult: SetPricesResultResolvers = { __resolveType: ({ kind }) => kind };
