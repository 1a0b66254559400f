import { toDecimal } from '@cartograph/kernel/money';
import type { CatalogueProduct, CatalogueVariant } from './catalogue-product.ts';
import { toPlainCsvLine } from './csv.ts';
import { plainText } from './plain-text.ts';

/** The words that Pinterest and others who read such feeds have agreed on. */
const COLUMNS = [
  ...['id', 'item_group_id', 'title', 'description', 'link', 'image_link', 'additional_image_link', 'price'],
  ...['sale_price', 'availability', 'condition', 'brand', 'product_type', 'gtin'],
];
const MOST_IMAGES = 10;

export const FEED_HEADER = toPlainCsvLine(COLUMNS);

export interface FeedShop {
  readonly currency: string;
  /** Gives the address of a variant's page. */
  readonly link: (handle: string, variantId: string) => string;
}

/** One line for each variant that is on sale in the shop's currency and can be shown. */
export function feedLines(product: CatalogueProduct, shop: FeedShop): string {
  if (product.status !== 'ACTIVE') return '';
  return product.variants.map((variant) => feedLine(product, variant, shop)).join('');
}

/** Addresses of images are listed by commas, so their own are written as it is also allowed. */
const withoutCommas = (url: string): string => url.replaceAll(',', '%2C');

function feedLine(product: CatalogueProduct, variant: CatalogueVariant, { currency, link }: FeedShop): string {
  const price = variant.prices.find((one) => one.currency === currency && one.country === null);
  const images = product.images.map(({ url }) => withoutCommas(url));
  const image = variant.imageUrl === null ? images[0] : withoutCommas(variant.imageUrl);
  if (!price || !image) return '';
  const { minor, compareAtMinor } = price;
  const isReduced = compareAtMinor !== null && compareAtMinor > minor;
  const amount = (units: number) => `${toDecimal({ minor: units, currency })} ${currency}`;
  const isThere = variant.backorder || variant.stock.some(({ onHand, held }) => onHand > held);
  const { title, descriptionHtml, handle, vendor, productType } = product;
  return toPlainCsvLine([
    // What was bought is told by its SKU, too: so that both are the same thing there.
    ...[variant.sku, handle, [title, ...variant.optionValues].join(' ').slice(0, 500)],
    ...[plainText(descriptionHtml).slice(0, 10_000) || title, link(handle, variant.id), image],
    images
      .filter((url) => url !== image)
      .slice(0, MOST_IMAGES)
      .join(','),
    ...[amount(isReduced ? compareAtMinor : minor), isReduced ? amount(minor) : ''],
    ...[isThere ? 'in stock' : 'out of stock', 'new', vendor, productType, variant.barcode ?? ''],
  ]);
}
