import { LEGACY } from '../compose.ts';
import { by, type Scenario } from '../scenario.ts';

const books = [
  { id: 'b1', title: 'Fog', pages: 120, publisher: 'Reef' },
  { id: 'b2', title: 'Ice', pages: 90, publisher: 'Tarn' },
];

const library = {
  sdl: `type Query { books: [Book!]! } type Book @key(fields: "id") { id: ID! title: String! @shareable pages: Int! }`,
  resolvers: { Query: { books: () => books }, Book: { __resolveReference: by(books, 'id') } },
};
const shop = {
  Query: { cheap: () => ({ id: 'b2', title: 'Ice*' }) },
  Book: {
    price: ({ id }: any) => (id === 'b1' ? 5 : 3),
    perPage: ({ id, pages }: any) => `${id}:${pages}`,
  },
};
const READ_ALL = [
  { title: 'Fog', price: 5, perPage: 'b1:120' },
  { title: 'Ice', price: 3, perPage: 'b2:90' },
];

/** The ways to say that a type belongs to another subgraph. */
const EXTENSIONS = {
  '`@extends` and an external key': 'type Book @extends @key(fields: "id") { id: ID! @external',
  '`extend type` and an external key': 'extend type Book @key(fields: "id") { id: ID! @external',
  '`extend type` and a key of its own': 'extend type Book @key(fields: "id") { id: ID!',
};
const extended = Object.entries(EXTENSIONS).flatMap(([how, start]) =>
  ['', LEGACY].map(
    (rules): Scenario => ({
      name: `a type that is extended by ${how}${rules && ' under the rules of Federation 1'}`,
      subgraphs: {
        library,
        shop: {
          sdl: `${rules}
            extend type Query { cheap: Book @provides(fields: "title") }
            ${start} title: String! @external pages: Int! @external price: Int! perPage: String! @requires(fields: "pages") }`,
          resolvers: shop,
        },
      },
      cases: [
        { it: 'has the fields of both', query: '{ books { title price perPage } }', data: { books: READ_ALL } },
        {
          it: 'is provided with what belongs to the other',
          query: '{ cheap { id title price } }',
          data: { cheap: { id: 'b2', title: 'Ice*', price: 3 } },
          asks: ['shop'],
        },
        {
          it: 'is led back to the other',
          query: '{ cheap { pages perPage } }',
          data: { cheap: { pages: 90, perPage: 'b2:90' } },
        },
      ],
    }),
  ),
);

const idleExternals: Scenario = {
  name: 'fields that a subgraph of Federation 1 calls external and never uses',
  subgraphs: {
    library,
    print: {
      sdl: `${LEGACY}
        extend type Query { printed: Book } extend type Book @key(fields: "id") { id: ID! @external title: String! @external pages: Int @external publisher: String }`,
      resolvers: {
        Query: { printed: () => ({ id: 'b1' }) },
        Book: { __resolveReference: by(books, 'id'), publisher: ({ id }: any) => by(books, 'id')({ id })?.publisher },
      },
    },
  },
  cases: [
    {
      it: 'are taken from where they are at home',
      query: '{ printed { id title pages publisher } books { publisher } }',
      data: {
        printed: { id: 'b1', title: 'Fog', pages: 120, publisher: 'Reef' },
        books: [{ publisher: 'Reef' }, { publisher: 'Tarn' }],
      },
    },
  ],
};

const overridden: Scenario = {
  name: 'a field that is taken over from a subgraph that is not there',
  subgraphs: {
    library: {
      sdl: `type Query { books: [Book!]! } type Book @key(fields: "id") { id: ID! title: String! pages: Int! @override(from: "archive") }`,
      resolvers: library.resolvers,
    },
    shop: {
      sdl: `type Query { best: Book } type Book @key(fields: "id") { id: ID! price: Int! @override(from: "market") }`,
      resolvers: { Query: { best: () => ({ id: 'b2' }) }, Book: { price: ({ id }: any) => id.length } },
    },
  },
  cases: [
    {
      it: 'is where it is',
      query: '{ books { pages price } best { title pages price } }',
      data: {
        books: [
          { pages: 120, price: 2 },
          { pages: 90, price: 2 },
        ],
        best: { title: 'Ice', pages: 90, price: 2 },
      },
    },
  ],
};

export const declarations: readonly Scenario[] = [...extended, idleExternals, overridden];
