import type { ProductDraft, VariantDraft } from '../src/domain/product-draft.ts';
import type { OpenedProducts } from './open.ts';

export const variantDraft = (sku: string, change: Partial<VariantDraft> = {}): VariantDraft => ({
  sku,
  optionValues: [],
  barcode: null,
  weightGrams: 250,
  requiresShipping: true,
  taxClass: 'standard',
  backorder: false,
  imageUrl: null,
  prices: [{ currency: 'EUR', country: null, minor: 1999, compareAtMinor: null }],
  ...change,
});

export const productDraft = (handle: string, change: Partial<ProductDraft> = {}): ProductDraft => ({
  handle,
  status: 'ACTIVE',
  title: handle,
  descriptionHtml: '',
  vendor: '',
  productType: '',
  tags: [],
  seoTitle: null,
  seoDescription: null,
  options: [],
  variants: [variantDraft(`${handle}-sku`)],
  images: [],
  attributes: [],
  translations: [],
  collectionHandles: [],
  ...change,
});

/** Products in sizes and colours, with pictures, two currencies and stock in two warehouses. */
export async function loadShoes({ ports, db }: OpenedProducts, count: number): Promise<void> {
  const colours = ['Red', 'Blue', 'Green'];
  await db.pool.query(
    `INSERT INTO warehouse (id, name, contact_name, line1, city, country_code)
     SELECT 'Warehouse:' || lpad(n::text, 26, '0'), 'W' || n, 'W', 'S', 'C', 'DE' FROM generate_series(1, 2) n ON CONFLICT DO NOTHING`,
  );
  const drafts = Array.from({ length: count }, (_, index) => {
    const images = [0, 1, 2].map((n) => ({
      url: `https://img.test/${index}/${n}.jpg`,
      alt: '',
      width: 800,
      height: 600,
    }));
    return productDraft(`shoe-${index}`, {
      title: `Shoe ${index}`,
      options: ['Size', 'Colour'],
      images,
      variants: ['41', '42'].flatMap((size) =>
        colours.map((colour, n) =>
          variantDraft(`SHOE-${index}-${size}-${n}`, {
            optionValues: [size, colour],
            imageUrl: n === 0 ? null : (images[n]?.url ?? null),
            prices: [
              { currency: 'EUR', country: null, minor: 1000 + index, compareAtMinor: 2000 },
              { currency: 'USD', country: null, minor: 1100 + index, compareAtMinor: null },
            ],
          }),
        ),
      ),
    });
  });
  await ports.productWriter.upsert(drafts);
  await db.pool.query(
    `INSERT INTO stock_level (variant_id, warehouse_id, on_hand)
     SELECT v.id, w.id, 5 FROM variant v CROSS JOIN warehouse w ON CONFLICT DO NOTHING`,
  );
}
