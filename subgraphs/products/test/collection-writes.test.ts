import { describe, expect, it } from 'vitest';
import { productDraft } from './fixtures.ts';
import { catalogueStaff, openTestProducts } from './open.ts';

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
