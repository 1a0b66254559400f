import type { Answer } from '@cartograph/runtime/testing/ask';
import { describe, expect, it } from 'vitest';
import { productDraft, variantDraft } from './fixtures.ts';
import { type OpenedProducts, openTestProducts } from './open.ts';

const SEARCH = /* GraphQL */ `
  query ($query: String!, $filter: ProductFilter, $first: Int! = 20, $after: String, $sort: SearchSort! = RELEVANCE) {
    search(query: $query, filter: $filter, first: $first, after: $after, sort: $sort) {
      nodes { handle }
      totalCount
      corrections { word replacements }
      facets { kind name values { value count selected min { amount } } }
      pageInfo { hasNextPage endCursor }
    }
  }
`;

async function loadShop({ ports }: OpenedProducts): Promise<void> {
  const shoe = (handle: string, title: string, vendor: string, sizes: string[], minor: number) =>
    productDraft(handle, {
      title,
      vendor,
      productType: 'Sneakers',
      tags: ['shoes'],
      options: ['Size'],
      attributes: [
        { key: 'material', value: 'Leather', filterable: true },
        { key: 'note', value: 'hidden', filterable: false },
      ],
      variants: sizes.map((size) =>
        variantDraft(`${handle}-${size}`.toUpperCase(), {
          optionValues: [size],
          prices: [{ currency: 'EUR', country: null, minor, compareAtMinor: null }],
        }),
      ),
    });
  await ports.productWriter.upsert([
    shoe('red', 'Red Sneakers', 'Acme', ['41', '42'], 1500),
    shoe('blue', 'Blue Sneakers', 'Acme', ['42'], 4500),
    shoe('green', 'Green Sneakers', 'Zenith', ['43'], 4900),
    productDraft('mug', {
      title: 'Café Mug',
      descriptionHtml: '<p>Holds coffee, not sneakers.</p>',
      translations: [
        { locale: 'de', title: 'Kaffeebecher', descriptionHtml: null, seoTitle: null, seoDescription: null },
      ],
    }),
  ]);
}

const handles = ({ data }: { data: any }) => data.search.nodes.map(({ handle }: { handle: string }) => handle);
const values = ({ data }: { data: any }, kind: string, name?: string) =>
  data.search.facets
    .find((facet: any) => facet.kind === kind && (!name || facet.name === name))
    ?.values.map(({ value, count, selected }: any) => `${value} ${count}${selected ? ' *' : ''}`);

describe('search', () => {
  it('finds by title before description, by stem, beginning, accent, SKU, option and translation', async () => {
    await using products = await openTestProducts();
    await loadShop(products);
    const ask = products.as();
    const find = async (query: string) => handles(await ask(SEARCH, { query }));
    expect(await find('sneaker')).toHaveLength(4);
    expect((await find('sneakers')).at(-1)).toBe('mug');
    expect(await find('snea red')).toEqual(['red']);
    expect(await find('cafe')).toEqual(['mug']);
    expect(await find('CAFÉ mug')).toEqual(['mug']);
    expect(await find('blue-42')).toEqual(['blue']);
    expect(await find('kaffee')).toEqual(['mug']);
    expect(await find('the red')).toEqual(['red']);
    expect(await find('leather zenith')).toEqual(['green']);
    expect(await find('submarine')).toEqual([]);
    expect(await find('!!!')).toEqual([]);
    expect(await find('   ')).toHaveLength(4);
    expect(await find(`'"\\ & | ! :* ( ) <->`)).toEqual([]);
  });

  it('forgives slips of the finger and says what it searched for', async () => {
    await using products = await openTestProducts();
    await loadShop(products);
    const answer = await products.as()(SEARCH, { query: 'red snekaers' });
    expect(handles(answer)).toEqual(['red']);
    expect(answer.data.search.corrections).toEqual([{ word: 'snekaers', replacements: ['sneakers'] }]);
    expect(handles(await products.as()(SEARCH, { query: 'kafeebecher' }))).toEqual(['mug']);
  });

  it('pages by relevance without losing or repeating a product', async () => {
    await using products = await openTestProducts();
    await loadShop(products);
    const ask = products.as();
    for (const query of ['sneakers', '', 'snekaers']) {
      const whole = handles(await ask(SEARCH, { query }));
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const answer: Answer = await ask(SEARCH, { query, first: 1, after });
        expect(answer.data.search.totalCount).toBe(whole.length);
        seen.push(...handles(answer));
        after = answer.data.search.pageInfo.hasNextPage ? answer.data.search.pageInfo.endCursor : null;
      } while (after);
      expect(seen).toEqual(whole);
    }
  });

  it('counts in each facet what choosing a value would show', async () => {
    await using products = await openTestProducts();
    await loadShop(products);
    const all = await products.as()(SEARCH, { query: 'sneakers' });
    expect(values(all, 'VENDOR')).toEqual(['Acme 2', 'Zenith 1']);
    expect(values(all, 'OPTION', 'Size')).toEqual(['42 2', '41 1', '43 1']);
    expect(values(all, 'ATTRIBUTE')).toEqual(['Leather 3']);
    expect(values(all, 'PRICE')).toEqual(['10.00–19.99 2', '20.00–49.99 2']);
    expect(values(all, 'AVAILABILITY')).toEqual(['false 4']);

    // Vendor alone is counted without its own filter; everything else with it.
    const filter = { vendors: ['Zenith'], minPrice: '20.00' };
    const narrowed = await products.as()(SEARCH, { query: 'sneakers', filter });
    expect(handles(narrowed)).toEqual(['green']);
    expect(narrowed.data.search.totalCount).toBe(1);
    expect(values(narrowed, 'VENDOR')).toEqual(['Acme 1', 'Zenith 1 *']);
    expect(values(narrowed, 'OPTION', 'Size')).toEqual(['43 1']);
    expect(values(narrowed, 'PRICE')).toEqual(['20.00–49.99 1']);
    const sizes = { options: [{ name: 'Size', values: ['41', '43'] }] };
    const chosen = await products.as()(SEARCH, { query: 'sneakers', filter: sizes });
    expect(handles(chosen).sort()).toEqual(['green', 'red']);
    expect(values(chosen, 'OPTION', 'Size')).toEqual(['42 2', '41 1 *', '43 1 *']);
    expect(values(chosen, 'VENDOR')).toEqual(['Acme 1', 'Zenith 1']);
  });

  it('follows every change of a product', async () => {
    await using products = await openTestProducts();
    await loadShop(products);
    const { productWriter, prices, variants } = products.ports;
    await productWriter.upsert([productDraft('mug', { title: 'Beaker', variants: [variantDraft('BEAKER-1')] })]);
    const ask = products.as();
    expect(handles(await ask(SEARCH, { query: 'beaker' }))).toEqual(['mug']);
    expect(handles(await ask(SEARCH, { query: 'kaffeebecher' }))).toEqual([]);
    const [variant] = await variants.findBySkus({ kind: 'anonymous' }, ['BEAKER-1']);
    await prices.set([
      { variantId: variant?.id ?? '', currency: 'EUR', country: null, minor: 99_900, compareAtMinor: null },
    ]);
    expect(handles(await ask(SEARCH, { query: '', filter: { minPrice: '999.00' } }))).toEqual(['mug']);
  });

  it('refuses an endless query', async () => {
    await using products = await openTestProducts();
    const { errors } = await products.as()(SEARCH, { query: 'x'.repeat(201) });
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});
