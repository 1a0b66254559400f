import { buildSchema, type OperationDefinitionNode, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { compileAnswerTags, compileEntityTags } from './answer-tags.ts';
import { readEntityKeys } from './entity-keys.ts';

const SUPERGRAPH = `
  directive @join__type(graph: String, key: String) repeatable on OBJECT | INTERFACE
  type Query {
    shop: String
    product(id: ID, handle: String): Product
    newest(in: String): Product
    products(first: Int): ProductConnection
    currencies: [Currency!]
    media: [Media!]
    node(id: ID!): Media
    hits: [Hit!]
  }
  type Currency { code: String }
  type ProductConnection { nodes: [Product!] totalCount: Int }
  type Product @join__type(graph: "A", key: "handle") @join__type(graph: "B", key: "id") {
    id: ID! handle: String title: String variants: [Variant!] maker: Maker
  }
  type Variant @join__type(graph: "A", key: "sku") { sku: ID! stock: Int product: Product }
  type Maker @join__type(graph: "A", key: "country { code } name") { name: String }
  interface Media @join__type(graph: "A", key: "id") { id: ID! title: String }
  type Book implements Media @join__type(graph: "A", key: "id") { id: ID! title: String pages: Int }
  type Film implements Media @join__type(graph: "A", key: "id") { id: ID! title: String }
  type Note { text: String }
  union Hit = Product | Note | Variant`;
const schema = buildSchema(SUPERGRAPH);
const keys = readEntityKeys(parse(SUPERGRAPH), schema);

function tagsOf(query: string, data: unknown) {
  const document = parse(query);
  const [operation] = document.definitions;
  return [...compileAnswerTags(schema, keys, document, operation as OperationDefinitionNode)(data)].sort();
}

describe('an answer depends on', () => {
  it('the entities in it, told apart by their ids under any name', () => {
    const query = `{ product(id: "1") { ...P variants { code: sku } } } fragment P on Product { key: id title }`;
    expect(tagsOf(query, { product: { key: '1', title: 'x', variants: [{ code: 'a' }, { code: 'b' }] } })).toEqual([
      'Product:1',
      'Variant:a',
      'Variant:b',
    ]);
  });

  it('all of a type where it does not say which', () => {
    expect(tagsOf('{ product(handle: "x") { title } }', { product: { title: 'x' } })).toEqual(['Product']);
    // A field of another kind under the name of the key does not say it either.
    expect(tagsOf('{ product(handle: "x") { id: title } }', { product: { id: 'x' } })).toEqual(['Product']);
    expect(
      tagsOf('{ product(id: "1") { id maker { name } } }', { product: { id: '1', maker: { name: 'x' } } }),
    ).toEqual(['Maker', 'Product:1']);
    // Left out this time.
    expect(
      tagsOf('query ($no: Boolean!) { product(id: "1") { id @include(if: $no) title } }', { product: { title: 'x' } }),
    ).toEqual(['Product']);
  });

  it('which entities there are, where it lists them, counts them, chooses one, or finds none', () => {
    expect(tagsOf('{ products { nodes { id } } }', { products: { nodes: [{ id: '1' }] } })).toEqual([
      'Product',
      'Product:1',
    ]);
    expect(tagsOf('{ products { totalCount } }', { products: { totalCount: 7 } })).toEqual(['Product']);
    expect(tagsOf('{ newest { id } }', { newest: { id: '1' } })).toEqual(['Product', 'Product:1']);
    expect(tagsOf('{ newest(in: "DE") { id } }', { newest: { id: '1' } })).toEqual(['Product', 'Product:1']);
    expect(tagsOf('{ product(handle: "x") { id } }', { product: null })).toEqual(['Product']);
  });

  it('the type of what it shows, where that leads to no entity', () => {
    expect(tagsOf('{ currencies { code } }', { currencies: [{ code: 'EUR' }] })).toEqual(['Currency']);
    expect(tagsOf('{ shop __typename }', { shop: 'x' })).toEqual(['Query']);
  });

  it('an entity under the name of its interface too, for it may be announced under either', () => {
    expect(tagsOf('{ media { __typename id } }', { media: [{ __typename: 'Book', id: '1' }] })).toEqual([
      'Book',
      'Book:1',
      'Film',
      'Media',
      'Media:1',
    ]);
  });

  it('all that could be there where it does not say of which type something is', () => {
    expect(tagsOf('{ node(id: "1") { title } }', { node: { title: 'x' } })).toEqual(['Book', 'Film', 'Media']);
    expect(
      tagsOf('{ hits { ... on Product { id variants { sku } } } }', { hits: [{ id: '1', variants: [] }] }),
    ).toEqual(['Product', 'Variant']);
  });

  it('what each type selects, where types differ', () => {
    const query =
      '{ hits { __typename ... on Product { id: title } ... on Variant { id: sku product { id } } ... on Note { text } } }';
    const hits = [
      { __typename: 'Product', id: 'a title' },
      { __typename: 'Variant', id: 'a', product: { id: '9' } },
      { __typename: 'Note', text: 'x' },
    ];
    expect(tagsOf(query, { hits })).toEqual(['Product', 'Product:9', 'Variant', 'Variant:a']);
  });

  it('types instead of a thousand entities', () => {
    const nodes = Array.from({ length: 1_000 }, (_, index) => ({ id: String(index) }));
    expect(tagsOf('{ products { nodes { id } } }', { products: { nodes } })).toEqual(['Product']);
  });
});

describe('an entity of a fetch depends on', () => {
  const tagsOfEntity = (query: string, representation: { __typename: string }, entity: unknown) =>
    [...compileEntityTags(schema, keys, parse(query))(representation, entity)].sort();
  const fetchOf = (inside: string) =>
    `query ($representations: [_Any!]!) { _entities(representations: $representations) { ${inside} } }`;

  it('itself, as its representation says, and on entities below it', () => {
    const query = fetchOf('... on Product { title variants { sku } }');
    const entity = { title: 'x', variants: [{ sku: 'a' }] };
    expect(tagsOfEntity(query, { __typename: 'Product', id: '1' } as never, entity)).toEqual([
      'Product:1',
      'Variant:a',
    ]);
  });

  it('all of its type where the representation has another key', () => {
    const query = fetchOf('... on Product { title }');
    expect(tagsOfEntity(query, { __typename: 'Product', handle: 'x' } as never, { title: 'x' })).toEqual(['Product']);
  });

  it('itself under each name it may be announced by', () => {
    const query = fetchOf('... on Media { __typename title }');
    const book = { __typename: 'Book', title: 'x' };
    expect(tagsOfEntity(query, { __typename: 'Book', id: '1' } as never, book)).toEqual(['Book:1', 'Media:1']);
    expect(tagsOfEntity(query, { __typename: 'Media', id: '1' } as never, book)).toEqual(['Book:1', 'Media:1']);
  });
});
