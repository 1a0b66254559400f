import { LEGACY } from '../compose.ts';
import { by, type Scenario } from '../scenario.ts';

const users = [{ id: 'u1', name: 'Ada', email: 'a@x', rank: 'A' }];
const reviews = [
  { id: 'r1', body: 'good', author: { id: 'u1', name: 'Ada*' }, upc: 'X' },
  { id: 'r2', body: 'bad', author: { id: 'u1', name: 'Ada*' }, upc: 'Y' },
];
const products: Record<string, { upc: string; weight: number; price: number }> = {
  X: { upc: 'X', weight: 3, price: 10 },
  Y: { upc: 'Y', weight: 9, price: 2000 },
};

const legacyGraph: Scenario = {
  name: 'subgraphs written by the rules of Federation 1',
  subgraphs: {
    accounts: {
      sdl: `${LEGACY}
        extend type Query { me: User } type User @key(fields: "id") { id: ID! name: String email: String }`,
      resolvers: { Query: { me: () => users[0] }, User: { __resolveReference: by(users, 'id') } },
    },
    products: {
      sdl: `${LEGACY}
        extend type Query { top: [Product] } type Product @key(fields: "upc") { upc: String! weight: Int price: Int dimensions: Dimensions }
        type Dimensions { size: String weight: Float }`,
      resolvers: {
        Query: { top: () => [products.X, products.Y] },
        Product: {
          __resolveReference: ({ upc }: { upc: string }) => products[upc],
          dimensions: ({ weight }: any) => ({ size: 'L', weight }),
        },
      },
    },
    reviews: {
      sdl: `${LEGACY}
        type Review @key(fields: "id") { id: ID! body: String author: User @provides(fields: "name") product: Product }
        extend type User @key(fields: "id") { id: ID! @external name: String @external reviews: [Review] }
        extend type Product @key(fields: "upc") { upc: String! @external reviews: [Review] }`,
      resolvers: {
        Review: { product: ({ upc }: { upc: string }) => ({ upc }) },
        User: { reviews: () => reviews },
        Product: { reviews: ({ upc }: { upc: string }) => reviews.filter((one) => one.upc === upc) },
      },
    },
    stock: {
      sdl: `${LEGACY}
        type Product @key(fields: "upc") @extends { upc: String! @external weight: Int @external price: Int @external inStock: Boolean
          shipping: Int @requires(fields: "price weight") dimensions: Dimensions }
        type Dimensions { size: String weight: Float }`,
      resolvers: {
        Product: {
          inStock: () => true,
          shipping: ({ price, weight }: any) => (price > 1000 ? 0 : weight * 2),
          dimensions: () => ({ size: 'L', weight: 1 }),
        },
      },
    },
  },
  cases: [
    {
      it: 'are joined by keys that they extend',
      query: '{ me { name reviews { body product { upc price inStock } } } }',
      data: {
        me: {
          name: 'Ada',
          reviews: [
            { body: 'good', product: { upc: 'X', price: 10, inStock: true } },
            { body: 'bad', product: { upc: 'Y', price: 2000, inStock: true } },
          ],
        },
      },
    },
    {
      it: 'require what is external to them',
      query: '{ top { shipping reviews { author { name email } } } }',
      data: {
        top: [
          { shipping: 6, reviews: [{ author: { name: 'Ada*', email: 'a@x' } }] },
          { shipping: 0, reviews: [{ author: { name: 'Ada*', email: 'a@x' } }] },
        ],
      },
    },
    {
      it: 'share value types without saying so',
      query: '{ top { dimensions { size } upc } me { reviews { product { dimensions { size } } } } }',
      data: {
        top: [
          { dimensions: { size: 'L' }, upc: 'X' },
          { dimensions: { size: 'L' }, upc: 'Y' },
        ],
        me: { reviews: [{ product: { dimensions: { size: 'L' } } }, { product: { dimensions: { size: 'L' } } }] },
      },
    },
  ],
};

const mixed: Scenario = {
  name: 'a subgraph of Federation 1 beside one of Federation 2',
  subgraphs: {
    first: {
      sdl: `${LEGACY}
        type Query { songs: [Song!]! } type Song @key(fields: "id") { id: ID! name: String! length: Int! }`,
      resolvers: {
        Query: { songs: () => [{ id: 's', name: 'Fog', length: 65 }] },
        Song: { __resolveReference: () => ({ id: 's', name: 'Fog', length: 65 }) },
      },
    },
    second: {
      sdl: `type Song @key(fields: "id") { id: ID! length: Int! @external minutes: String! @requires(fields: "length") name: String! @override(from: "first") }`,
      resolvers: {
        Song: { minutes: ({ length }: any) => `${Math.floor(length / 60)}:${length % 60}`, name: () => 'Fog 2' },
      },
    },
  },
  cases: [
    {
      it: 'is extended and overridden by it',
      query: '{ songs { name minutes length } }',
      data: { songs: [{ name: 'Fog 2', minutes: '1:5', length: 65 }] },
    },
  ],
};

export const legacy: readonly Scenario[] = [legacyGraph, mixed];
