import type { CatalogueProduct, CatalogueVariant } from './catalogue-product.ts';
import type { ProductDraft } from './product-draft.ts';

/** Everything that the writer writes and a file can say, in an order of its own. */
function comparable(draft: ProductDraft | CatalogueProduct): string {
  const { handle, status, title, descriptionHtml, vendor, productType, tags, seoTitle, seoDescription, options } =
    draft;
  return JSON.stringify([
    [handle, status, title, descriptionHtml, vendor, productType, tags, seoTitle, seoDescription, options],
    draft.images.map(({ url, alt, width, height }) => [url, alt, width, height]),
    draft.attributes.map(({ key, value, filterable }) => [key, value, filterable]),
    draft.translations.map((one) => [one.locale, one.title, one.descriptionHtml, one.seoTitle, one.seoDescription]),
    draft.variants.map(
      ({ sku, optionValues, barcode, weightGrams, requiresShipping, taxClass, backorder, imageUrl }) => [
        [sku, optionValues, barcode, weightGrams, requiresShipping, taxClass, backorder, imageUrl],
      ],
    ),
  ]);
}

/** Whether writing the draft would change nothing. */
export function isSame(draft: ProductDraft, current: CatalogueProduct): boolean {
  const known = new Map(current.variants.map((variant) => [variant.sku, variant]));
  return (
    comparable(draft) === comparable(current) &&
    draft.collectionHandles.every((handle) => current.collectionHandles.includes(handle)) &&
    draft.variants.every(({ sku, prices }) => prices.every((price) => hasPrice(known.get(sku), price)))
  );
}

const hasPrice = (
  variant: CatalogueVariant | undefined,
  wanted: ProductDraft['variants'][number]['prices'][number],
): boolean =>
  variant?.prices.some(
    ({ currency, country, minor, compareAtMinor }) =>
      currency === wanted.currency &&
      country === wanted.country &&
      minor === wanted.minor &&
      compareAtMinor === wanted.compareAtMinor,
  ) ?? false;
