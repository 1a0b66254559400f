import type { Viewer } from '@cartograph/kernel/viewer';
import type { Ports } from '../ports.ts';
import { found, inOrder } from './batch.ts';
import { createImagesByProductId } from './images-by-product-id.ts';
import { createInventoryByVariantId } from './inventory-by-variant-id.ts';
import { createLevelsByVariantId } from './levels-by-variant-id.ts';
import { createPageByParentId } from './page-by-parent-id.ts';
import { createWarehouseById } from './warehouse-by-id.ts';

/** All loaders of one request. */
export const createLoaders = (ports: Ports, viewer: Viewer) => ({
  ...entityLoaders(ports, viewer),
  ...productLoaders(ports),
  ...collectionLoaders(ports, viewer),
  imageByVariantId: inOrder('imageByVariantId', ports.variants.images),
  pricesByVariantId: inOrder('pricesByVariantId', ports.prices.byVariant),
  inventoryByVariantId: createInventoryByVariantId(ports.stock),
  levelsByVariantId: createLevelsByVariantId(ports.stock, viewer),
  warehouseById: createWarehouseById(ports.warehouses),
});

export type Loaders = ReturnType<typeof createLoaders>;

const entityLoaders = ({ products, variants, collections }: Ports, viewer: Viewer) => {
  const productById = found(
    'productById',
    (ids) => products.findByIds(viewer, ids),
    ({ id }) => id,
  );
  return {
    productById,
    productByHandle: found(
      'productByHandle',
      (handles) => products.findByHandles(viewer, handles),
      ({ handle }) => handle,
    ),
    variantById: found(
      'variantById',
      (ids) => variants.findByIds(viewer, ids),
      ({ id }) => id,
    ),
    variantWithProductById: found(
      'variantWithProductById',
      async (ids) => {
        const rows = await variants.findWithProducts(viewer, ids);
        for (const { product } of rows) productById.prime(product.id, product);
        return rows.map(({ variant }) => variant);
      },
      ({ id }) => id,
    ),
    variantBySku: found(
      'variantBySku',
      (skus) => variants.findBySkus(viewer, skus),
      ({ sku }) => sku,
    ),
    collectionById: found('collectionById', collections.findByIds, ({ id }) => id),
    collectionByHandle: found('collectionByHandle', collections.findByHandles, ({ handle }) => handle),
  };
};

const productLoaders = ({ productDetails, prices, variants, collections }: Ports) => ({
  optionsByProductId: inOrder('optionsByProductId', productDetails.options),
  imagesByProductId: createImagesByProductId(productDetails),
  attributesByProductId: inOrder('attributesByProductId', productDetails.attributes),
  translationsByProductId: inOrder('translationsByProductId', productDetails.translations),
  parcelByProductId: inOrder('parcelByProductId', productDetails.parcels),
  availableByProductId: inOrder('availableByProductId', productDetails.available),
  priceRangesByProductId: inOrder('priceRangesByProductId', prices.rangesByProduct),
  variantsByProductId: createPageByParentId('variantsByProductId', variants.pages),
  collectionsByProductId: createPageByParentId('collectionsByProductId', collections.ofProducts),
});

const collectionLoaders = ({ collections }: Ports, viewer: Viewer) => ({
  translationsByCollectionId: inOrder('translationsByCollectionId', collections.translations),
  ancestorsByCollectionId: inOrder('ancestorsByCollectionId', collections.ancestors),
  childrenByCollectionId: createPageByParentId('childrenByCollectionId', collections.children),
  productsByCollectionId: createPageByParentId('productsByCollectionId', (requests) =>
    collections.products(viewer, requests),
  ),
});
