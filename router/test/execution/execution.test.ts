import { describe, expect, it } from 'vitest';
import { graphOf } from './graph.ts';

const BOOKS = [
  { id: '1', title: 'Atlas', author: { id: 'a' } },
  { id: '2', title: 'A "quoted" \n line', author: { id: 'a' } },
  { id: '3', title: 'Third', author: null },
];
const books = {
  sdl: `type Query { books: [Book!]! book(id: ID!): Book }
    type Book @key(fields: "id") { id: ID! title: String! author: Author }
    type Author @key(fields: "id") { id: ID! }`,
  resolvers: {
    Query: { books: () => BOOKS, book: (_: unknown, { id }: { id: string }) => BOOKS.find((one) => one.id === id) },
    Book: { __resolveReference: ({ id }: { id: string }) => BOOKS.find((one) => one.id === id) },
  },
};
const reviews = {
  sdl: 'type Book @key(fields: "id") { id: ID! stars: Int! } type Author @key(fields: "id") { id: ID! fame: Float }',
  resolvers: {
    Book: { __resolveReference: ({ id }: { id: string }) => ({ id, stars: Number(id) }) },
    Author: { __resolveReference: ({ id }: { id: string }) => ({ id, fame: 0.5 }) },
  },
};

describe('an operation over two subgraphs', () => {
  it('is answered in the order it was asked', async () => {
    const { text, errors } = await graphOf({ books, reviews }).ask(
      '{ books { stars title author { fame id } t: __typename } __typename }',
    );
    expect(errors).toEqual([]);
    expect(text).toBe(
      JSON.stringify({
        books: [
          { stars: 1, title: 'Atlas', author: { fame: 0.5, id: 'a' }, t: 'Book' },
          { stars: 2, title: 'A "quoted" \n line', author: { fame: 0.5, id: 'a' }, t: 'Book' },
          { stars: 3, title: 'Third', author: null, t: 'Book' },
        ],
        __typename: 'Query',
      }),
    );
  });

  it('asks once for what stands twice', async () => {
    const graph = graphOf({ books, reviews });
    await graph.ask('{ books { author { fame } } }');
    expect(graph.sent.reviews?.[0]?.variables).toEqual({ representations: [{ __typename: 'Author', id: 'a' }] });
  });

  it('asks one subgraph once for what stands in several places, and tells an error in each of them', async () => {
    const graph = graphOf({ books, reviews });
    const query = '{ books { stars } book(id: "2") { stars } again: books { author { fame } } }';
    expect((await graph.ask(query)).data).toEqual({
      books: [{ stars: 1 }, { stars: 2 }, { stars: 3 }],
      book: { stars: 2 },
      again: [{ author: { fame: 0.5 } }, { author: { fame: 0.5 } }, { author: null }],
    });
    expect(graph.sent.reviews?.map(({ variables }) => variables.representations)).toEqual([
      ['1', '2', '3'].map((id) => ({ __typename: 'Book', id })),
      [{ __typename: 'Author', id: 'a' }],
    ]);
    const lies = () => ({
      data: { _entities: [{ stars: 1 }, null, { stars: 3 }] },
      errors: [{ message: 'no', path: ['_entities', 1, 'stars'] }],
    });
    const failing = graphOf({ books, reviews: { ...reviews, lies } });
    const { errors } = await failing.ask('{ books { stars } book(id: "2") { stars } }');
    expect(errors.map(({ path }) => path)).toEqual([
      ['books', 1, 'stars'],
      ['book', 'stars'],
    ]);
  });

  it('leaves out what a variable skips, and does not ask for it', async () => {
    const graph = graphOf({ books, reviews });
    const query = 'query ($with: Boolean! = true) { books { id stars @include(if: $with) } }';
    expect((await graph.ask(query, { with: false })).data.books[0]).toEqual({ id: '1' });
    expect(graph.sent.reviews).toBeUndefined();
    expect((await graph.ask(query)).data.books[0]).toEqual({ id: '1', stars: 1 });
  });
});

describe('a subgraph that fails', () => {
  const failing = {
    ...reviews,
    lies: () => ({
      data: { _entities: [{ stars: 1 }, null, { stars: 3 }] },
      errors: [{ message: 'no', path: ['_entities', 1, 'stars'] }],
    }),
  };

  it('has its error told where the entity stands, and nulls only what cannot be without', async () => {
    const { data, errors } = await graphOf({ books, reviews: failing }).ask(
      '{ one: books { id } book(id: "2") { id } books { stars } }',
    );
    expect(errors.map(({ path }) => path)).toEqual([['books', 1, 'stars']]);
    expect(data).toBeNull();
  });

  it('that answers for too few entities is not believed', async () => {
    const few = { ...reviews, lies: () => ({ data: { _entities: [{ fame: 1 }, { fame: 2 }] } }) };
    const { data, errors } = await graphOf({ books, reviews: few }).ask('{ books { author { fame } } }');
    expect(data.books[0]).toEqual({ author: { fame: null } });
    expect(errors).toHaveLength(1);
  });
});

describe('answers that do not fit', () => {
  it.each([
    ['a null that may not be', [{ id: '1', title: null }], ['books', 0, 'title']],
    ['an object for a string', [{ id: '1', title: {} }], ['books', 0, 'title']],
    ['a string for a list', 'books', ['books']],
    ['a list for an object', [[]], ['books', 0]],
    ['a foreign type', [{ __typename: 'Author', id: '1', title: 'x' }], ['books', 0]],
  ])('%s is told with its path', async (_case, given, path) => {
    const lying = { ...books, lies: () => ({ data: { books: given } }) };
    const { data, errors } = await graphOf({ books: lying, reviews }).ask('{ books { id title } }');
    expect(data).toBeNull();
    expect(errors.map((error) => error.path)).toEqual([path]);
  });

  it('cannot reach a prototype', async () => {
    const lying = {
      ...books,
      lies: () => JSON.parse('{"data":{"book":{"id":"1","__proto__":{"title":"x"},"constructor":"y"}}}'),
    };
    const { data, errors } = await graphOf({ books: lying, reviews }).ask('{ book(id: "1") { id title } }');
    expect(data).toEqual({ book: null });
    expect(errors[0]?.path).toEqual(['book', 'title']);
    expect(({} as { title?: string }).title).toBeUndefined();
  });
});
