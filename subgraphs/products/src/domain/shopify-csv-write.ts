import { toDecimal } from '@cartograph/kernel/money';
import type { CatalogueOutline, CatalogueProduct, CatalogueVariant } from './catalogue-product.ts';
import { joinList, toCsvLine } from './csv.ts';
import type { PriceList } from './price.ts';
import {
  attributeColumn,
  COLUMNS,
  compareAtColumn,
  priceColumn,
  stockColumn,
  TRANSLATED,
  type TranslatedField,
  translatedColumn,
} from './shopify-csv-columns.ts';
import { writeAttributeValues } from './shopify-csv-values.ts';

/** One line of a product: its nth variant and its nth picture, and on the first line the words. */
interface Line {
  readonly product: CatalogueProduct;
  readonly index: number;
  readonly variant: CatalogueVariant | undefined;
  readonly image: CatalogueProduct['images'][number] | undefined;
}

interface WrittenColumn {
  readonly name: string;
  cell(line: Line): string;
}

export interface FileShape extends CatalogueOutline {
  /** Of the prices in the columns that Shopify knows; prices of other lists have columns of their own. */
  readonly currency: string;
}

/** Writes the catalogue as a product file: the first line, and the lines of each product. */
export function createFileWriter(shape: FileShape) {
  const columns = [
    ...wordColumns,
    ...optionColumns(shape.options),
    ...variantColumns,
    ...stockColumns(shape.warehouses),
    ...priceColumns({ currency: shape.currency, country: null }, COLUMNS.price[0], COLUMNS.compareAtPrice[0]),
    ...imageColumns,
    ...closingColumns,
    ...shape.priceLists
      .filter(({ currency, country }) => currency !== shape.currency || country !== null)
      .flatMap((list) => priceColumns(list, priceColumn(list), compareAtColumn(list))),
    ...shape.locales.flatMap(translationColumns),
    ...shape.attributes.map(attributeCells),
  ];
  return {
    header: toCsvLine(columns.map(({ name }) => name)),
    lines: (product: CatalogueProduct): string =>
      linesOf(product)
        .map((line) => toCsvLine(columns.map((column) => column.cell(line))))
        .join(''),
  };
}

const linesOf = (product: CatalogueProduct): readonly Line[] =>
  Array.from({ length: Math.max(product.variants.length, product.images.length, 1) }, (_, index) => ({
    product,
    index,
    variant: product.variants[index],
    image: product.images[index],
  }));

const onEvery = (name: string, cell: (product: CatalogueProduct) => string): WrittenColumn => ({
  name,
  cell: ({ product }) => cell(product),
});
const onFirst = (name: string, cell: (product: CatalogueProduct) => string): WrittenColumn => ({
  name,
  cell: ({ product, index }) => (index === 0 ? cell(product) : ''),
});
const ofVariant = (name: string, cell: (variant: CatalogueVariant) => string): WrittenColumn => ({
  name,
  cell: ({ variant }) => (variant ? cell(variant) : ''),
});
const ofImage = (
  name: string,
  cell: (image: CatalogueProduct['images'][number], index: number) => string,
): WrittenColumn => ({
  name,
  cell: ({ image, index }) => (image ? cell(image, index) : ''),
});

const flag = (value: boolean): string => (value ? 'TRUE' : 'FALSE');

const wordColumns: readonly WrittenColumn[] = [
  onEvery(COLUMNS.handle[0], ({ handle }) => handle),
  onFirst(COLUMNS.title[0], ({ title }) => title),
  onFirst(COLUMNS.descriptionHtml[0], ({ descriptionHtml }) => descriptionHtml),
  onFirst(COLUMNS.vendor[0], ({ vendor }) => vendor),
  onFirst(COLUMNS.productType[0], ({ productType }) => productType),
  onFirst(COLUMNS.tags[0], ({ tags }) => joinList(tags)),
  onFirst(COLUMNS.collections[0], ({ collectionHandles }) => joinList(collectionHandles)),
  onFirst(COLUMNS.published[0], ({ status }) => flag(status === 'ACTIVE')),
];

/** What has no options has one all the same in Shopify. At least three, as Shopify always has them. */
const optionColumns = (most: number): readonly WrittenColumn[] =>
  Array.from({ length: Math.max(most, 3) }, (_, nth) => [
    onFirst(`Option${nth + 1} Name`, ({ options }) => options[nth] ?? (nth === 0 ? 'Title' : '')),
    ofVariant(`Option${nth + 1} Value`, ({ optionValues }) => optionValues[nth] ?? (nth === 0 ? 'Default Title' : '')),
  ]).flat();

const variantColumns: readonly WrittenColumn[] = [
  ofVariant(COLUMNS.sku[0], ({ sku }) => sku),
  ofVariant(COLUMNS.grams[0], ({ weightGrams }) => `${weightGrams}`),
  ofVariant(COLUMNS.tracker[0], () => 'shopify'),
  ofVariant(COLUMNS.policy[0], ({ backorder }) => (backorder ? 'continue' : 'deny')),
  ofVariant('Variant Fulfillment Service', () => 'manual'),
  ofVariant(COLUMNS.requiresShipping[0], ({ requiresShipping }) => flag(requiresShipping)),
  ofVariant(COLUMNS.taxable[0], ({ taxClass }) => flag(taxClass !== 'zero')),
  ofVariant(COLUMNS.taxCode[0], ({ taxClass }) => taxClass),
  ofVariant(COLUMNS.barcode[0], ({ barcode }) => barcode ?? ''),
  ofVariant('Variant Weight Unit', () => 'g'),
];

/** One warehouse has Shopify's own column; several have one each, and blank means that it never had the variant. */
const stockColumns = (warehouses: CatalogueOutline['warehouses']): readonly WrittenColumn[] =>
  warehouses.map(({ id, name }) =>
    ofVariant(
      warehouses.length === 1 ? COLUMNS.quantity[0] : stockColumn(isUnique(name, warehouses) ? name : id),
      ({ stock }) => {
        const level = stock.find(({ warehouseId }) => warehouseId === id);
        // What is owed on backorder is no count of goods.
        return level ? `${Math.max(level.onHand, 0)}` : '';
      },
    ),
  );

const isUnique = (wanted: string, warehouses: CatalogueOutline['warehouses']): boolean =>
  warehouses.filter(({ name }) => name.toLowerCase() === wanted.toLowerCase()).length === 1;

const priceColumns = (list: PriceList, price: string, compareAt: string): readonly WrittenColumn[] => {
  const amount =
    (pick: (price: CatalogueVariant['prices'][number]) => number | null) => (variant: CatalogueVariant) => {
      const own = variant.prices.find(
        ({ currency, country }) => currency === list.currency && country === list.country,
      );
      const minor = own ? pick(own) : null;
      return minor === null ? '' : toDecimal({ minor, currency: list.currency });
    };
  return [
    ofVariant(
      price,
      amount(({ minor }) => minor),
    ),
    ofVariant(
      compareAt,
      amount(({ compareAtMinor }) => compareAtMinor || null),
    ),
  ];
};

const imageColumns: readonly WrittenColumn[] = [
  ofImage(COLUMNS.imageUrl[0], ({ url }) => url),
  ofImage(COLUMNS.imagePosition[0], (_image, index) => `${index + 1}`),
  ofImage(COLUMNS.imageAlt[0], ({ alt }) => alt),
  ofVariant(COLUMNS.variantImage[0], ({ imageUrl }) => imageUrl ?? ''),
];

const closingColumns: readonly WrittenColumn[] = [
  onFirst(COLUMNS.giftCard[0], () => 'FALSE'),
  onFirst(COLUMNS.seoTitle[0], ({ seoTitle }) => seoTitle ?? ''),
  onFirst(COLUMNS.seoDescription[0], ({ seoDescription }) => seoDescription ?? ''),
  onFirst(COLUMNS.status[0], ({ status }) => status.toLowerCase()),
];

const translationColumns = (locale: string): readonly WrittenColumn[] =>
  (Object.keys(TRANSLATED) as TranslatedField[]).map((field) =>
    onFirst(
      translatedColumn(field, locale),
      ({ translations }) => translations.find((one) => one.locale === locale)?.[field] ?? '',
    ),
  );

const attributeCells = ({ key, filterable }: { readonly key: string; readonly filterable: boolean }): WrittenColumn =>
  onFirst(attributeColumn(key, filterable), ({ attributes }) =>
    writeAttributeValues(
      attributes.filter((one) => one.key === key && one.filterable === filterable).map(({ value }) => value),
    ),
  );
