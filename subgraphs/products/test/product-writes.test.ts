import { ANONYMOUS, type Viewer } from '@cartograph/kernel/viewer';
import { describe, expect, it } from 'vitest';
import { catalogueStaff, type OpenedProducts, openTestProducts } from './open.ts';

const CREATE = /* GraphQL */ `
  mutation ($input: CreateProductInput!) {
    createProduct(input: $input) {
      __typename
      ... on CreateProductSuccess {
        product {
          id handle version status description options { name values }
          variants { nodes { id sku position title price { amount } at: price(countryCode: "AT") { amount } compareAtPrice { amount } image { url } } }
        }
      }
      ... on InvalidInput { issues { path message } }
    }
  }
`;
const UPDATE = /* GraphQL */ `
  mutation ($input: UpdateProductInput!) {
    updateProduct(input: $input) {
      __typename
      ... on UpdateProductSuccess {
        product { id version title seo { title } vendor tags images { id url } variants { nodes { id sku title } } options { name values } }
      }
      ... on InvalidInput { issues { path message } }
    }
  }
`;
const euros = (amount: string, countryCode?: string) => ({ price: { amount, currencyCode: 'EUR' }, countryCode });

const boots = {
  title: 'Alpine Boots',
  descriptionHtml: '<p>Dry &amp; warm</p>',
  status: 'ACTIVE',
  options: ['Size'],
  images: [{ url: 'https://img.test/a.jpg' }, { url: 'https://img.test/b.jpg' }],
  variants: [
    {
      sku: 'B-41',
      optionValues: ['41'],
      prices: [
        { ...euros('120.00'), compareAtPrice: { amount: '150.00', currencyCode: 'EUR' } },
        euros('130.00', 'AT'),
      ],
    },
    { sku: 'B-42', optionValues: ['42'], imageUrl: 'https://img.test/b.jpg', prices: [euros('125.00')] },
  ],
};

async function createBoots(products: OpenedProducts) {
  const { data } = await products.as(catalogueStaff)(CREATE, { input: boots });
  return data.createProduct.product;
}

describe('staff', () => {
  it('adds a product with variants, prices per country and pictures', async () => {
    await using products = await openTestProducts();
    expect(await createBoots(products)).toMatchObject({
      handle: 'alpine-boots',
      version: 1,
      status: 'ACTIVE',
      description: 'Dry & warm',
      options: [{ name: 'Size', values: ['41', '42'] }],
      variants: {
        nodes: [
          {
            sku: 'B-41',
            position: 1,
            title: '41',
            price: { amount: '120.00' },
            at: { amount: '130.00' },
            compareAtPrice: { amount: '150.00' },
            image: { url: 'https://img.test/a.jpg' },
          },
          {
            sku: 'B-42',
            position: 2,
            at: { amount: '125.00' },
            compareAtPrice: null,
            image: { url: 'https://img.test/b.jpg' },
          },
        ],
      },
    });
  });

  it('adds a product once, however often and at once it is sent', async () => {
    await using products = await openTestProducts();
    const ask = products.as(catalogueStaff);
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask(CREATE, { input: boots })));
    const kinds = answers.map(({ data }) => data?.createProduct.__typename);
    expect(kinds.filter((kind) => kind === 'CreateProductSuccess')).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'InvalidInput')).toHaveLength(7);
    const refused = answers.find(({ data }) => data.createProduct.issues)?.data.createProduct.issues;
    expect(refused).toEqual([{ path: ['handle'], message: 'The handle "alpine-boots" belongs to another product.' }]);
  });

  it.each([
    [{ variants: [] }, ['variants']],
    [{ title: ' ' }, ['title']],
    [{ handle: 'Not A Handle' }, ['handle']],
    [{ variants: [{ sku: 'A', optionValues: [] }] }, ['variants', '0', 'optionValues']],
    [{ variants: [{ sku: 'A', optionValues: ['1'], weightGrams: -1 }] }, ['variants', '0', 'weightGrams']],
    [
      { variants: [{ sku: 'A', optionValues: ['1'], prices: [euros('-1.00')] }] },
      ['variants', '0', 'prices', '0', 'price'],
    ],
    [
      { variants: [{ sku: 'A', optionValues: ['1'], prices: [euros('1.001')] }] },
      ['variants', '0', 'prices', '0', 'price'],
    ],
    [
      { variants: [{ sku: 'A', optionValues: ['1'], imageUrl: 'https://img.test/z.jpg' }] },
      ['variants', '0', 'imageUrl'],
    ],
    [{ images: [{ url: 'javascript:alert(1)' }] }, ['images', '0', 'url']],
    [{ translations: [{ locale: 'not a locale' }] }, ['translations', '0', 'locale']],
    [{ attributes: [{ key: 'a', value: 'x\u001fy' }] }, ['attributes', '0', 'value']],
  ])('is told what is wrong with %j, and nothing is written', async (change, path) => {
    await using products = await openTestProducts();
    const { data, errors } = await products.as(catalogueStaff)(CREATE, { input: { ...boots, ...change } });
    expect(errors).toBeUndefined();
    expect(data.createProduct.issues.map((issue: any) => issue.path)).toContainEqual(path);
    const { rows } = await products.db.pool.query('SELECT FROM product');
    expect(rows).toHaveLength(0);
  });

  it('is told which SKU belongs to another product, and nothing is written', async () => {
    await using products = await openTestProducts();
    await createBoots(products);
    const { data } = await products.as(catalogueStaff)(CREATE, { input: { ...boots, title: 'Other' } });
    expect(data.createProduct.issues.map((issue: any) => issue.path)).toEqual([
      ['variants', '0', 'sku'],
      ['variants', '1', 'sku'],
    ]);
    expect((await products.as()('{ product(handle: "other") { id } }')).data.product).toBeNull();
  });

  it('changes what is given, keeps the ids of what stays and removes variants that are not named', async () => {
    await using products = await openTestProducts();
    const { id, variants } = await createBoots(products);
    const ask = products.as(catalogueStaff);
    const input = {
      id,
      version: 1,
      vendor: 'Acme',
      variants: [
        { sku: 'B-43', optionValues: ['43'] },
        { sku: 'B-41', optionValues: ['41'] },
      ],
      images: [{ url: 'https://img.test/b.jpg' }],
    };
    const { data } = await ask(UPDATE, { input });
    expect(data.updateProduct.product).toMatchObject({
      version: 2,
      title: 'Alpine Boots',
      vendor: 'Acme',
      options: [{ name: 'Size', values: ['43', '41'] }],
    });
    const nodes = data.updateProduct.product.variants.nodes;
    expect(nodes.map(({ sku }: any) => sku)).toEqual(['B-43', 'B-41']);
    expect(nodes[1].id).toBe(variants.nodes[0].id);
    expect((await products.as()('{ variant(sku: "B-42") { id } }')).data.variant).toBeNull();

    // The SKU comes back: it is the old variant, with its stock and its ledger.
    const back = { id, version: 2, variants: [{ sku: 'B-42', optionValues: ['42'] }] };
    const revived = (await ask(UPDATE, { input: back })).data.updateProduct.product.variants.nodes;
    expect(revived).toEqual([{ id: variants.nodes[1].id, sku: 'B-42', title: '42' }]);
  });

  it('lets exactly one of several simultaneous changes win', async () => {
    await using products = await openTestProducts();
    const { id } = await createBoots(products);
    const ask = products.as(catalogueStaff);
    const answers = await Promise.all(
      ['A', 'B', 'C', 'D', 'E'].map((title) => ask(UPDATE, { input: { id, version: 1, title } })),
    );
    expect(answers.filter(({ data }) => data?.updateProduct.__typename === 'UpdateProductSuccess')).toHaveLength(1);
    expect(answers.flatMap(({ errors }) => errors?.map(({ extensions }) => extensions.code) ?? [])).toEqual(
      Array(4).fill('CONFLICT'),
    );
    const stale = await ask(UPDATE, { input: { id, version: 1, title: 'Late' } });
    expect(stale.errors?.[0]?.extensions.code).toBe('CONFLICT');
    const unknown = await ask(UPDATE, { input: { id: 'Product:01J00000000000000000000000', version: 1 } });
    expect(unknown.data.updateProduct.__typename).toBe('NotFound');
  });

  it('archives a product, which then is nowhere to be found', async () => {
    await using products = await openTestProducts();
    const { id } = await createBoots(products);
    const archive = `mutation { archiveProduct(id: "${id}") { __typename ... on ArchiveProductSuccess { product { status } } } }`;
    for (const _again of [1, 2]) {
      const { data } = await products.as(catalogueStaff)(archive);
      expect(data.archiveProduct).toEqual({ __typename: 'ArchiveProductSuccess', product: { status: 'ARCHIVED' } });
    }
    const { data } = await products.as()('{ products { nodes { id } } search(query: "boots") { totalCount } }');
    expect(data).toEqual({ products: { nodes: [] }, search: { totalCount: 0 } });
  });

  it('sets and removes prices, all or none', async () => {
    await using products = await openTestProducts();
    const { variants } = await createBoots(products);
    const [first, second] = variants.nodes.map(({ id }: any) => id);
    const SET = `mutation ($prices: [SetPriceInput!]!) {
      setPrices(input: { prices: $prices }) {
        __typename
        ... on SetPricesSuccess { variants { sku eur: price { amount } usd: price(currencyCode: "USD") { amount } } }
        ... on InvalidInput { issues { path } }
      }
    }`;
    const ask = products.as(catalogueStaff);
    const usd = (variantId: string, amount: string | null) => ({ variantId, currencyCode: 'USD', amount });
    const set = await ask(SET, {
      prices: [usd(first, '99.00'), usd(second, '101.00'), { variantId: second, currencyCode: 'EUR', amount: null }],
    });
    expect(set.data.setPrices.variants).toEqual([
      { sku: 'B-41', eur: { amount: '120.00' }, usd: { amount: '99.00' } },
      { sku: 'B-42', eur: null, usd: { amount: '101.00' } },
    ]);
    const range = await products.as()(
      '{ product(handle: "alpine-boots") { priceRange(currencyCode: "USD") { min { amount } max { amount } } } priceLists { currencyCode countryCode } }',
    );
    expect(range.data.product.priceRange).toEqual({ min: { amount: '99.00' }, max: { amount: '101.00' } });
    expect(range.data.priceLists).toEqual([
      { currencyCode: 'EUR', countryCode: null },
      { currencyCode: 'EUR', countryCode: 'AT' },
      { currencyCode: 'USD', countryCode: null },
    ]);
    const bad = await ask(SET, {
      prices: [usd(first, '1.00'), usd('Variant:01J00000000000000000000000', '1.00'), usd(first, '2.00')],
    });
    expect(bad.data.setPrices.issues).toEqual([{ path: ['prices', '2'] }]);
    const none = await ask(SET, { prices: [usd(first, '1.00'), usd('Variant:01J00000000000000000000000', '1.00')] });
    expect(none.data.setPrices.issues).toEqual([{ path: ['prices', '1', 'variantId'] }]);
    const { data } = await products.as()('{ variant(sku: "B-41") { price(currencyCode: "USD") { amount } } }');
    expect(data.variant.price.amount).toBe('99.00');
  });

  it('without the role CATALOGUE changes nothing', async () => {
    await using products = await openTestProducts();
    const others: [Viewer, string][] = [
      [ANONYMOUS, 'UNAUTHENTICATED'],
      [{ kind: 'customer', customerId: 'Customer:X' }, 'FORBIDDEN'],
      [{ kind: 'staff', staffId: 'Staff:X', roles: ['FINANCE'] }, 'FORBIDDEN'],
    ];
    for (const [viewer, code] of others)
      expect((await products.as(viewer)(CREATE, { input: boots })).errors?.[0]?.extensions.code).toBe(code);
  });
});
