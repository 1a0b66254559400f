import { describe, expect, it } from 'vitest';
import { loadShoes } from './fixtures.ts';
import { openTestProducts } from './open.ts';

const LIST = /* GraphQL */ `
  query ($first: Int!) {
    products(first: $first) {
      nodes {
        id title handle
        featuredImage { url alt }
        images(first: 3) { url }
        variants(first: 10) {
          nodes {
            id sku title selectedOptions { name value }
            price { amount currencyCode }
            compareAtPrice { amount }
            usd: price(currencyCode: "USD") { amount }
            available
            inventory { available inStock }
          }
        }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`;

const DETAIL = /* GraphQL */ `
  query ($handle: String!) {
    product(handle: $handle) {
      id title(locale: "de") description descriptionHtml vendor tags
      seo { title description }
      options { name values }
      images { url alt }
      attributes { key value }
      collections { nodes { title } }
      priceRange { min { amount } max { amount } }
      variants(first: 100) { nodes { sku price { amount } available image { url } } }
    }
  }
`;

const SEARCH = /* GraphQL */ `
  query ($first: Int!) {
    search(query: "shoe", first: $first, filter: { options: [{ name: "Size", values: ["42"] }] }) {
      nodes { title featuredImage { url } priceRange { min { amount } } }
      facets { kind name values { value count selected } }
    }
  }
`;

describe('statements per request', () => {
  it('stays the same for one product and for a hundred, with variants, prices, images and stock', async () => {
    await using products = await openTestProducts();
    await loadShoes(products, 101);
    const ask = products.as();
    await ask(LIST, { first: 1 }); // Connections are open from here on.
    const count = async (query: string, variables: object) => {
      const before = products.db.statements.count;
      const answer = await ask(query, variables);
      expect(answer.errors).toBeUndefined();
      return { statements: products.db.statements.count - before, data: answer.data };
    };

    const one = await count(LIST, { first: 1 });
    const hundred = await count(LIST, { first: 100 });
    expect(one.data.products.nodes).toHaveLength(1);
    expect(hundred.data.products.nodes).toHaveLength(100);
    expect(hundred.data.products.nodes[99].variants.nodes).toHaveLength(6);
    expect(hundred.data.products.nodes[0].variants.nodes[0]).toMatchObject({
      price: { amount: '11.00', currencyCode: 'EUR' },
      usd: { amount: '12.00' },
      available: true,
      inventory: { available: 10, inStock: true },
    });
    expect(hundred.statements).toBe(one.statements);
    expect(hundred.statements).toBe(5);

    expect((await count(DETAIL, { handle: 'shoe-7' })).statements).toBeLessThanOrEqual(11);

    const few = await count(SEARCH, { first: 1 });
    const many = await count(SEARCH, { first: 100 });
    expect(many.data.search.nodes).toHaveLength(100);
    expect(many.statements).toBe(few.statements);
    expect(many.statements).toBe(5);
  });
});
