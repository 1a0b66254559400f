import { ANONYMOUS, type Viewer } from '@cartograph/kernel/viewer';
import { describe, expect, it } from 'vitest';
import { loadShoes, productDraft, variantDraft } from './fixtures.ts';
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
const CREATE_COLLECTION = /* GraphQL */ `
  mutation ($input: CreateCollectionInput!) {
    createCollection(input: $input) {
      __typename
      ... on CreateCollectionSuccess { collection { id handle version } }
      ... on InvalidInput { issues { path } }
    }
  }
`;
const UPDATE_COLLECTION = /* GraphQL */ `
  mutation ($input: UpdateCollectionInput!) {
    updateCollection(input: $input) {
      __typename
      ... on UpdateCollectionSuccess { collection { version parent { handle } products { nodes { handle } } } }
      ... on InvalidInput { issues { path } }
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

describe('collections', () => {
  it('are kept as a tree without circles', async () => {
    await using products = await openTestProducts();
    const ask = products.as(catalogueStaff);
    const create = async (title: string, parentId?: string) =>
      (await ask(CREATE_COLLECTION, { input: { title, parentId } })).data.createCollection;
    const top = (await create('Top')).collection;
    const middle = (await create('Middle', top.id)).collection;
    const bottom = (await create('Bottom', middle.id)).collection;
    const refused = await ask(UPDATE_COLLECTION, { input: { id: top.id, version: 1, parentId: bottom.id } });
    expect(refused.data.updateCollection.issues).toEqual([{ path: ['parentId'] }]);
    const itself = await ask(UPDATE_COLLECTION, { input: { id: top.id, version: 1, parentId: top.id } });
    expect(itself.data.updateCollection.issues).toEqual([{ path: ['parentId'] }]);
    expect((await create('Top')).issues).toEqual([{ path: ['handle'] }]);
    expect((await create('Orphan', 'Collection:01J00000000000000000000000')).issues).toEqual([{ path: ['parentId'] }]);

    let deepest = bottom.id;
    for (let depth = 4; depth <= 10; depth += 1) deepest = (await create(`Level ${depth}`, deepest)).collection.id;
    expect((await create('Too deep', deepest)).issues).toEqual([{ path: ['parentId'] }]);
  });

  it('cannot be moved below each other at the same time', async () => {
    await using products = await openTestProducts();
    const ask = products.as(catalogueStaff);
    const create = async (title: string) =>
      (await ask(CREATE_COLLECTION, { input: { title } })).data.createCollection.collection.id;
    const [a, b] = [await create('A'), await create('B')];
    const moves = await Promise.all([
      ask(UPDATE_COLLECTION, { input: { id: a, version: 1, parentId: b } }),
      ask(UPDATE_COLLECTION, { input: { id: b, version: 1, parentId: a } }),
    ]);
    expect(moves.map(({ data }) => data.updateCollection.__typename).sort()).toEqual([
      'InvalidInput',
      'UpdateCollectionSuccess',
    ]);
  });

  it('hold products in the order that staff gave them, and take them along when they move', async () => {
    await using products = await openTestProducts();
    await products.ports.productWriter.upsert(['one', 'two', 'three'].map((handle) => productDraft(handle)));
    const ask = products.as(catalogueStaff);
    const { data: listed } = await ask('{ products(sort: OLDEST) { nodes { id } } }');
    const [one, two, three] = listed.products.nodes.map(({ id }: any) => id);
    const top = (await ask(CREATE_COLLECTION, { input: { title: 'Top' } })).data.createCollection.collection;
    const input = {
      title: 'Shelf',
      products: [
        { productId: one, position: 2 },
        { productId: two, position: 1 },
      ],
    };
    const shelf = (await ask(CREATE_COLLECTION, { input })).data.createCollection.collection;
    const moved = await ask(UPDATE_COLLECTION, {
      input: {
        id: shelf.id,
        version: 1,
        parentId: top.id,
        addProducts: [{ productId: three, position: 0 }],
        removeProductIds: [one],
      },
    });
    expect(moved.data.updateCollection.collection).toEqual({
      version: 2,
      parent: { handle: 'top' },
      products: { nodes: [{ handle: 'three' }, { handle: 'two' }] },
    });
    const below = `{ products(sort: OLDEST, filter: { collectionIds: ["${top.id}"] }) { nodes { handle } } }`;
    expect((await ask(below)).data.products.nodes).toEqual([{ handle: 'two' }, { handle: 'three' }]);
    await ask(UPDATE_COLLECTION, { input: { id: shelf.id, version: 2, parentId: null } });
    expect((await ask(below)).data.products.nodes).toEqual([]);
    const unknown = { id: shelf.id, version: 3, addProducts: [{ productId: 'Product:01J00000000000000000000000' }] };
    const refused = await ask(UPDATE_COLLECTION, { input: unknown });
    expect(refused.data.updateCollection.issues).toEqual([{ path: ['addProducts', '0', 'productId'] }]);
    const stale = await ask(UPDATE_COLLECTION, { input: { id: shelf.id, version: 1, title: 'Late' } });
    expect(stale.errors?.[0]?.extensions.code).toBe('CONFLICT');
  });
});

describe('an import', () => {
  it('repeated keeps every id and changes nothing', async () => {
    await using products = await openTestProducts();
    const read = async () =>
      (
        await products.as()(
          '{ products(first: 100, sort: TITLE) { nodes { id variants { nodes { id sku } } images { id url } } } }',
        )
      ).data;
    await loadShoes(products, 20);
    const before = await read();
    await loadShoes(products, 20);
    expect(await read()).toEqual(before);
  });

  it('takes the same number of statements for one product and for many', async () => {
    await using products = await openTestProducts();
    const { productWriter } = products.ports;
    const draft = (n: number) =>
      productDraft(`p-${n}`, {
        images: [{ url: `https://img.test/${n}.jpg`, alt: '', width: null, height: null }],
        variants: [variantDraft(`P-${n}`)],
      });
    await productWriter.upsert([draft(0)]);
    const count = async (drafts: ReturnType<typeof draft>[]) => {
      const before = products.db.statements.count;
      await productWriter.upsert(drafts);
      return products.db.statements.count - before;
    };
    const one = await count([draft(1)]);
    const many = await count(Array.from({ length: 200 }, (_, n) => draft(n + 2)));
    expect(many).toBe(one);
    expect(many).toBeLessThanOrEqual(14);
  });

  it('leaves out a product whose SKU is another’s, and says so', async () => {
    await using products = await openTestProducts();
    const { productWriter } = products.ports;
    await productWriter.upsert([productDraft('first', { variants: [variantDraft('SAME')] })]);
    const report = await productWriter.upsert([
      productDraft('second', { variants: [variantDraft('SAME')] }),
      productDraft('third'),
    ]);
    expect(report.refused).toEqual([{ handle: 'second', sku: 'SAME', takenBy: 'first' }]);
    expect(report.written.map(({ handle, created }) => [handle, created])).toEqual([['third', true]]);
  });

  it('run several times at once ends as if run once', async () => {
    await using products = await openTestProducts();
    const drafts = Array.from({ length: 30 }, (_, n) => productDraft(`p-${n}`, { variants: [variantDraft(`P-${n}`)] }));
    await Promise.all([
      products.ports.productWriter.upsert(drafts),
      products.ports.productWriter.upsert([...drafts].reverse()),
      products.ports.productWriter.upsert(drafts),
    ]);
    const { rows } = await products.db.pool.query(
      'SELECT (SELECT count(*) FROM product) AS products, (SELECT count(*) FROM variant) AS variants',
    );
    expect(rows).toEqual([{ products: 30, variants: 30 }]);
  });
});

describe('the database', () => {
  it.each([
    [`UPDATE product SET handle = 'Two Words'`, 'product_handle_check'],
    [`UPDATE variant SET position = 101`, 'variant_position_check'],
    [`UPDATE variant SET position = 1`, 'variant_position_excl'],
    [`UPDATE variant SET option_values = '{42,Red}'`, 'variant_option_values_excl'],
    [`UPDATE variant SET weight_grams = -1`, 'variant_weight_grams_check'],
    [`UPDATE price SET minor = -1`, 'price_minor_check'],
    [`INSERT INTO price_list (id, currency) SELECT 'PriceList:X', 'EUR'`, 'price_list_currency_country_key'],
  ])('refuses %s', async (sql, constraint) => {
    await using products = await openTestProducts();
    await loadShoes(products, 1);
    await expect(products.db.pool.query(sql)).rejects.toMatchObject({ constraint });
  });
});
