import { expect, it } from 'vitest';
import { loadShoes, productDraft, variantDraft } from './fixtures.ts';
import { catalogueStaff, openTestProducts, orders } from './open.ts';

const CHECKOUT = /* GraphQL */ `
  query ($ids: [ID!]!, $currency: CurrencyCode!, $country: CountryCode) {
    checkoutVariants(ids: $ids, currencyCode: $currency, countryCode: $country) {
      id sku productId productTitle title imageUrl unitPrice { amount currencyCode } compareAtPrice { amount }
      taxClass weightGrams requiresShipping collectionIds availableQuantity backorder purchasable
    }
  }
`;

it('tells a checkout everything about its variants in one statement', async () => {
  await using products = await openTestProducts();
  await loadShoes(products, 3);
  const { rows } = await products.db.pool.query<{ id: string }>(`SELECT id FROM variant ORDER BY sku`);
  const ask = products.as(orders);
  await ask(CHECKOUT, { ids: [], currency: 'EUR' });
  const before = products.db.statements.count;
  const ids = [...rows.map(({ id }) => id), 'Variant:01J00000000000000000000000', 'nonsense'];
  const { data, errors } = await ask(CHECKOUT, { ids, currency: 'EUR' });
  expect(errors).toBeUndefined();
  expect(products.db.statements.count - before).toBe(1);
  expect(data.checkoutVariants).toHaveLength(18);
  expect(data.checkoutVariants.find(({ sku }: any) => sku === 'SHOE-1-41-2')).toEqual({
    id: expect.stringContaining('Variant:'),
    sku: 'SHOE-1-41-2',
    productId: expect.stringContaining('Product:'),
    productTitle: 'Shoe 1',
    title: '41 / Green',
    imageUrl: 'https://img.test/1/2.jpg',
    unitPrice: { amount: '10.01', currencyCode: 'EUR' },
    compareAtPrice: { amount: '20.00' },
    taxClass: 'standard',
    weightGrams: 250,
    requiresShipping: true,
    collectionIds: [],
    availableQuantity: 10,
    backorder: false,
    purchasable: true,
  });
});

it('sells nothing that is not for sale, has no price or is sold out', async () => {
  await using products = await openTestProducts();
  const eur = [{ currency: 'EUR', country: null, minor: 1000, compareAtMinor: null }];
  const at = [...eur, { currency: 'EUR', country: 'AT', minor: 1100, compareAtMinor: null }];
  await products.ports.productWriter.upsert([
    productDraft('draft', { status: 'DRAFT', variants: [variantDraft('DRAFT', { backorder: true })] }),
    productDraft('dollars', { variants: [variantDraft('DOLLARS', { backorder: true, prices: [] })] }),
    productDraft('gone', { variants: [variantDraft('GONE')] }),
    productDraft('later', { variants: [variantDraft('LATER', { backorder: true, prices: at })] }),
  ]);
  const { rows } = await products.db.pool.query<{ id: string }>('SELECT id FROM variant');
  const ask = products.as(orders);
  const { data } = await ask(CHECKOUT, { ids: rows.map(({ id }) => id), currency: 'EUR', country: 'AT' });
  const bySku = Object.fromEntries(
    data.checkoutVariants.map(({ sku, purchasable, unitPrice }: any) => [sku, [purchasable, unitPrice?.amount]]),
  );
  expect(bySku).toEqual({
    DRAFT: [false, '19.99'],
    DOLLARS: [false, undefined],
    GONE: [false, '19.99'],
    LATER: [true, '11.00'],
  });
});

const BY_SKU = /* GraphQL */ `
  query ($skus: [String!]!) {
    checkoutVariantsBySku(skus: $skus) { sku weightGrams availableQuantity }
  }
`;

it('finds variants by the SKUs that sales channels know, in one statement', async () => {
  await using products = await openTestProducts();
  await loadShoes(products, 2);
  const ask = products.as(orders);
  await ask(BY_SKU, { skus: [] });
  const before = products.db.statements.count;
  const { data, errors } = await ask(BY_SKU, { skus: ['SHOE-1-41-2', 'SHOE-1-41-2', 'unknown', 'no\u0000text'] });
  expect(errors).toBeUndefined();
  expect(products.db.statements.count - before).toBe(1);
  expect(data.checkoutVariantsBySku).toEqual([{ sku: 'SHOE-1-41-2', weightGrams: 250, availableQuantity: 10 }]);
  const refused = await products.as(catalogueStaff)(BY_SKU, { skus: [] });
  expect(refused.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
});

it('answers other subgraphs alone, and 250 variants at most', async () => {
  await using products = await openTestProducts();
  for (const viewer of [undefined, catalogueStaff]) {
    const { errors } = await products.as(viewer)(CHECKOUT, { ids: [], currency: 'EUR' });
    expect(errors?.[0]?.extensions.code).toBe(viewer ? 'FORBIDDEN' : 'UNAUTHENTICATED');
  }
  const { errors } = await products.as(orders)(CHECKOUT, { ids: Array(251).fill('x'), currency: 'EUR' });
  expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
});
