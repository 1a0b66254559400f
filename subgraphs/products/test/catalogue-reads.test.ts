import type { Viewer } from '@cartograph/kernel/viewer';
import type { Answer } from '@cartograph/runtime/testing/ask';
import { describe, expect, it } from 'vitest';
import { productDraft, variantDraft } from './fixtures.ts';
import { catalogueStaff, openTestProducts, orders } from './open.ts';

const HANDLES = /* GraphQL */ `
  query ($first: Int! = 100, $after: String, $sort: ProductSort! = TITLE, $filter: ProductFilter, $currency: CurrencyCode, $country: CountryCode) {
    products(first: $first, after: $after, sort: $sort, filter: $filter, currencyCode: $currency, countryCode: $country) {
      nodes { handle }
      pageInfo { hasNextPage hasPreviousPage endCursor }
    }
  }
`;
const handlesOf = (answer: { data: any }) => answer.data.products.nodes.map(({ handle }: { handle: string }) => handle);
const eur = (minor: number, country: string | null = null) => ({
  currency: 'EUR',
  country,
  minor,
  compareAtMinor: null,
});

describe('lists', () => {
  it('pages through every order without losing or repeating a product', async () => {
    await using products = await openTestProducts();
    // Pairs of equal titles and prices, so that ties must be broken.
    const drafts = Array.from({ length: 11 }, (_, n) =>
      productDraft(`p-${n}`, {
        title: `Title ${n >> 1}`,
        variants: [variantDraft(`S-${n}`, { prices: [eur(100 * (n >> 1))] })],
      }),
    );
    await products.ports.productWriter.upsert(drafts);
    const ask = products.as();
    for (const sort of ['NEWEST', 'OLDEST', 'TITLE', 'PRICE_ASC', 'PRICE_DESC']) {
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const answer: Answer = await ask(HANDLES, { sort, first: 3, after });
        expect(answer.errors).toBeUndefined();
        seen.push(...handlesOf(answer));
        const { hasNextPage, endCursor } = answer.data.products.pageInfo;
        after = hasNextPage ? endCursor : null;
      } while (after);
      expect(seen.slice().sort()).toEqual(drafts.map(({ handle }) => handle).sort());
      const whole = handlesOf(await ask(HANDLES, { sort }));
      expect(seen).toEqual(whole);
      if (sort === 'OLDEST') expect(whole[0]).toBe('p-0');
      if (sort === 'PRICE_DESC') expect(whole[0]).toBe('p-10');
    }
  });

  it('filters by price in one currency and country', async () => {
    await using products = await openTestProducts();
    await products.ports.productWriter.upsert([
      productDraft('cheap', { variants: [variantDraft('A', { prices: [eur(1000), eur(3000, 'AT')] })] }),
      productDraft('dear', { variants: [variantDraft('B', { prices: [eur(2000)] })] }),
      productDraft('dollars', { variants: [variantDraft('C', { prices: [{ ...eur(500), currency: 'USD' }] })] }),
    ]);
    const ask = products.as();
    expect(handlesOf(await ask(HANDLES, { filter: { maxPrice: '15.00' } }))).toEqual(['cheap']);
    expect(handlesOf(await ask(HANDLES, { filter: { maxPrice: '25.00' }, country: 'AT' }))).toEqual(['dear']);
    expect(handlesOf(await ask(HANDLES, { filter: { minPrice: '1.00' }, currency: 'USD' }))).toEqual(['dollars']);
    expect(handlesOf(await ask(HANDLES, { sort: 'PRICE_ASC', country: 'AT' }))).toEqual(['dear', 'cheap']);
    expect(handlesOf(await ask(HANDLES, { sort: 'PRICE_ASC', currency: 'CHF' }))).toEqual([]);
  });

  it.each([
    [{ first: 0 }, '"first" must be from 1 to 100'],
    [{ first: 1_000_000_000 }, '"first" must be from 1 to 100'],
    [{ after: 'nonsense' }, 'is not a cursor of this list'],
    [{ after: Buffer.from('[1,2]').toString('base64url') }, 'is not a cursor of this list'],
    [{ after: Buffer.from('["a\\u0000","b"]').toString('base64url') }, 'is not a cursor of this list'],
    [{ filter: { minPrice: '1.005' } }, 'with at most 2 decimals'],
    [{ currency: 'XXQ' }, 'is not a currency code'],
    [{ filter: { vendors: ['a\0'] } }, 'control characters'],
    [{ filter: { tags: Array(150).fill('x') } }, 'at most 100 values'],
  ])('says what is wrong with %j', async (variables, message) => {
    await using products = await openTestProducts();
    const { errors } = await products.as()(HANDLES, variables);
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(errors?.[0]?.message).toContain(message);
  });
});

describe('who sees what', () => {
  const guest: Viewer = { kind: 'guest', guestId: 'Guest:X' };
  const ROUTES = /* GraphQL */ `
    query ($id: ID!, $variantId: ID!, $keys: [_Any!]!) {
      byId: product(id: $id) { id }
      byHandle: product(handle: "secret") { id }
      variant(id: $variantId) { id }
      bySku: variant(sku: "SECRET") { id }
      products(filter: { statuses: [DRAFT, ACTIVE] }) { nodes { id } }
      search(query: "secret") { nodes { id } totalCount facets { kind } corrections { word } }
      collection(handle: "shelf") { products { nodes { id } } }
      _entities(representations: $keys) { __typename }
    }
  `;

  it('hides a draft from everybody but staff and services, by every route', async () => {
    await using products = await openTestProducts();
    await products.ports.collections.create({ ...shelf, addProducts: [] });
    const report = await products.ports.productWriter.upsert([
      productDraft('secret', { status: 'DRAFT', variants: [variantDraft('SECRET')], collectionHandles: ['shelf'] }),
    ]);
    const [{ id, variantIds } = { id: '', variantIds: new Map() }] = report.written;
    const variantId = variantIds.get('SECRET');
    const keys = [
      { __typename: 'Product', id },
      { __typename: 'Product', handle: 'secret' },
      { __typename: 'Variant', id: variantId },
      { __typename: 'Variant', sku: 'SECRET' },
    ];
    for (const viewer of [undefined, guest, { kind: 'customer', customerId: 'Customer:X' } as const]) {
      const { data, errors } = await products.as(viewer)(ROUTES, { id, variantId, keys });
      expect(errors).toBeUndefined();
      expect(data).toEqual({
        byId: null,
        byHandle: null,
        variant: null,
        bySku: null,
        products: { nodes: [] },
        search: { nodes: [], totalCount: 0, facets: [], corrections: [] },
        collection: { products: { nodes: [] } },
        _entities: [null, null, null, null],
      });
    }
    for (const viewer of [catalogueStaff, orders]) {
      const { data } = await products.as(viewer)(ROUTES, { id, variantId, keys });
      expect(data.byId).toEqual({ id });
      expect(data.bySku).toEqual({ id: variantId });
      expect(data.products.nodes).toEqual([{ id }]);
      expect(data.search.nodes).toEqual([{ id }]);
      expect(data.collection.products.nodes).toEqual([{ id }]);
      expect(data._entities).toHaveLength(4);
      expect(data._entities).not.toContain(null);
    }
  });

  it('reads ids and names that nothing can have as absent', async () => {
    await using products = await openTestProducts();
    const { data, errors } = await products.as()(
      `query ($bad: String!) {
        a: product(id: "nonsense") { id } b: product(handle: $bad) { id } c: variant(sku: $bad) { id }
        d: collection(handle: $bad) { id } e: variant(id: "Product:01J00000000000000000000000") { id }
        f: collections(parentId: "x") { nodes { id } }
      }`,
      { bad: 'a\0b' },
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({ a: null, b: null, c: null, d: null, e: null, f: { nodes: [] } });
  });

  it('wants exactly one of id and handle', async () => {
    await using products = await openTestProducts();
    const { errors } = await products.as()('{ product { id } }');
    expect(errors?.[0]?.message).toBe('Give either "id" or "handle".');
  });
});

describe('a product', () => {
  it('shows its words in the nearest language', async () => {
    await using products = await openTestProducts();
    const words = { descriptionHtml: '<p>Warm &amp; weich</p>', seoTitle: null, seoDescription: null };
    await products.ports.productWriter.upsert([
      productDraft('scarf', {
        title: 'Scarf',
        descriptionHtml: '<p>Warm &amp; soft</p>',
        translations: [{ locale: 'de', title: 'Schal', ...words }],
      }),
    ]);
    const { data } = await products.as()(`{
      product(handle: "scarf") {
        title de: title(locale: "de-CH") fr: title(locale: "fr") description(locale: "de") seo(locale: "de") { title description }
      }
    }`);
    expect(data.product).toEqual({
      title: 'Scarf',
      de: 'Schal',
      fr: 'Scarf',
      description: 'Warm & weich',
      seo: { title: 'Schal', description: 'Warm & weich' },
    });
  });

  it('tells the tree that it hangs in', async () => {
    await using products = await openTestProducts();
    const { collections, productWriter } = products.ports;
    await collections.create({ ...shelf, addProducts: [] });
    const child = {
      ...shelf,
      id: 'Collection:01J00000000000000000000001',
      handle: 'boots',
      title: 'Boots',
      parentId: shelf.id,
    };
    await collections.create({ ...child, addProducts: [] });
    await productWriter.upsert([productDraft('alpine', { collectionHandles: ['boots', 'unknown'] })]);
    const { data } = await products.as()(`{
      product(handle: "alpine") { collections { nodes { handle ancestors { handle } parent { handle } } } }
      collections { nodes { handle children { nodes { handle products { nodes { handle } } } } } }
      below: products(filter: { collectionIds: ["${shelf.id}"] }) { nodes { handle } }
    }`);
    expect(data.product.collections.nodes).toEqual([
      { handle: 'boots', ancestors: [{ handle: 'shelf' }], parent: { handle: 'shelf' } },
    ]);
    expect(data.collections.nodes).toEqual([
      { handle: 'shelf', children: { nodes: [{ handle: 'boots', products: { nodes: [{ handle: 'alpine' }] } }] } },
    ]);
    expect(data.below.nodes).toEqual([{ handle: 'alpine' }]);
  });

  it('counts as available when one variant is in stock or on backorder', async () => {
    await using products = await openTestProducts();
    await products.ports.productWriter.upsert([
      productDraft('gone'),
      productDraft('later', { variants: [variantDraft('L', { backorder: true })] }),
    ]);
    const { data } = await products.as()(`{
      all: products(sort: TITLE) { nodes { handle available variants { nodes { available } } } }
      now: products(filter: { available: true }) { nodes { handle } }
      not: products(filter: { available: false }) { nodes { handle } }
    }`);
    expect(data).toEqual({
      all: {
        nodes: [
          { handle: 'gone', available: false, variants: { nodes: [{ available: false }] } },
          { handle: 'later', available: true, variants: { nodes: [{ available: true }] } },
        ],
      },
      now: { nodes: [{ handle: 'later' }] },
      not: { nodes: [{ handle: 'gone' }] },
    });
  });
});

const shelf = {
  id: 'Collection:01J00000000000000000000000',
  handle: 'shelf',
  title: 'Shelf',
  descriptionHtml: '',
  seoTitle: null,
  seoDescription: null,
  imageUrl: null,
  imageAlt: '',
  parentId: null,
  position: 0,
  translations: [],
};
