import { expect, it } from 'vitest';
import { loadShoes, productDraft } from './fixtures.ts';
import { openTestProducts } from './open.ts';

const ENTITIES = /* GraphQL */ `
  query ($keys: [_Any!]!) {
    _entities(representations: $keys) {
      ... on Product { id handle weightGrams requiresShipping }
      ... on Variant { id sku price { amount } product { handle } }
      ... on Collection { id handle }
    }
  }
`;

it('resolves a page of stubs in as many reads as one stub', async () => {
  await using products = await openTestProducts();
  await loadShoes(products, 20);
  const { rows } = await products.db.pool.query<{ id: string }>('SELECT id FROM variant');
  const keys = rows.map(({ id }) => ({ __typename: 'Variant', id }));
  const ask = products.as();
  await ask(ENTITIES, { keys: keys.slice(0, 1) });
  const count = async (some: typeof keys) => {
    const before = products.db.statements.count;
    const { data, errors } = await ask(ENTITIES, { keys: some });
    expect(errors).toBeUndefined();
    expect(data._entities.map(({ id }: any) => id)).toEqual(some.map(({ id }) => id));
    return products.db.statements.count - before;
  };
  expect(await count(keys)).toBe(await count(keys.slice(0, 1)));
});

it('reads variants with the products that are asked for with them', async () => {
  await using products = await openTestProducts();
  await loadShoes(products, 3);
  const { rows } = await products.db.pool.query<{ id: string }>('SELECT id FROM variant');
  const keys = rows.map(({ id }) => ({ __typename: 'Variant', id }));
  const ask = async (selection: string) => {
    const before = products.db.statements.count;
    const query = `query ($keys: [_Any!]!) { _entities(representations: $keys) { ... on Variant { ${selection} } } }`;
    const { data } = await products.as()(query, { keys });
    return { entities: data._entities, statements: products.db.statements.count - before };
  };
  const DETAILS = 'id handle title descriptionHtml vendor tags seo { title }';
  const together = await ask(`id sku selectedOptions { name value } product { ${DETAILS} }`);
  expect(together.statements).toBe(1);
  // Within another fragment they are read one after the other, and are the same.
  const apart = await ask(`id sku selectedOptions { name value } ... on Variant { product { ${DETAILS} } }`);
  expect(apart).toEqual({ ...together, statements: 2 });
});

it('knows products and collections by handle and variants by SKU', async () => {
  await using products = await openTestProducts();
  await products.ports.productWriter.upsert([productDraft('mug')]);
  await products.db.pool.query(`INSERT INTO collection (id, handle, title) VALUES ('Collection:X', 'shelf', 'Shelf')`);
  const keys = [
    { __typename: 'Variant', sku: 'mug-sku' },
    { __typename: 'Collection', handle: 'shelf' },
    { __typename: 'Product', handle: 'mug' },
    { __typename: 'Product', id: 'Product:01J00000000000000000000000' },
    { __typename: 'Variant', id: 'nonsense' },
    { __typename: 'Collection', handle: 'a\0b' },
  ];
  const { data } = await products.as()(ENTITIES, { keys });
  expect(data._entities).toMatchObject([
    { sku: 'mug-sku', price: { amount: '19.99' }, product: { handle: 'mug' } },
    { handle: 'shelf' },
    { handle: 'mug', weightGrams: 250, requiresShipping: true },
    null,
    null,
    null,
  ]);
});
