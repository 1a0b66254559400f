import { by, type Scenario } from '../scenario.ts';

const posts = [
  { id: 'p1', text: 'hi', author: { id: 'u1', name: 'Ada*', home: { city: 'Oslo*', country: { code: 'NO*' } } } },
  { id: 'p2', text: 'yo', author: { id: 'u2', name: 'Bob*', home: { city: 'Rome*', country: { code: 'IT*' } } } },
];
const users = [
  { id: 'u1', name: 'Ada', age: 36, home: { city: 'Oslo', country: { code: 'NO', people: 5 } } },
  { id: 'u2', name: 'Bob', age: 41, home: { city: 'Rome', country: { code: 'IT', people: 60 } } },
];

const nested: Scenario = {
  name: 'fields that a subgraph provides on one path only',
  subgraphs: {
    posts: {
      // What is provided here is marked, so that an answer shows where it came from.
      sdl: `type Query { posts: [Post!]! bare: [Post!]! latest: Post! @provides(fields: "author { name home { city country { code } } }") }
        type Post @key(fields: "id") { id: ID! text: String! author: User! }
        type User @key(fields: "id") { id: ID! name: String! @external home: Home @external }
        type Home { city: String! @external country: Country @external } type Country { code: String! @external }`,
      resolvers: { Query: { posts: () => posts, bare: () => posts, latest: () => posts[1] } },
    },
    users: {
      sdl: `type User @key(fields: "id") { id: ID! name: String! @shareable age: Int home: Home @shareable }
        type Home @shareable { city: String! country: Country } type Country @shareable { code: String! people: Int }`,
      resolvers: { User: { __resolveReference: by(users, 'id') } },
    },
  },
  cases: [
    {
      it: 'are taken from there without another request',
      query: '{ latest { text author { name home { country { code } city } } } }',
      data: { latest: { text: 'yo', author: { name: 'Bob*', home: { country: { code: 'IT*' }, city: 'Rome*' } } } },
      asks: ['posts'],
    },
    {
      it: 'are fetched from their owner on every other path',
      query: '{ posts { author { name home { city } } } }',
      data: {
        posts: [
          { author: { name: 'Ada', home: { city: 'Oslo' } } },
          { author: { name: 'Bob', home: { city: 'Rome' } } },
        ],
      },
      asks: ['posts', 'users'],
    },
    {
      it: 'are joined by what is not provided',
      query: '{ latest { author { age name } } }',
      data: { latest: { author: { age: 41, name: 'Bob*' } } },
    },
    {
      it: 'are taken on one path and fetched on another in one operation',
      query: '{ bare { author { name } } latest { author { name id } } }',
      data: {
        bare: [{ author: { name: 'Ada' } }, { author: { name: 'Bob' } }],
        latest: { author: { name: 'Bob*', id: 'u2' } },
      },
    },
  ],
};

const toys = [
  { __typename: 'Kite', id: 'k', name: 'Red*', span: 3 },
  { __typename: 'Ball', id: 'b', name: 'Blue*', size: 5 },
];
const ownToys = toys.map((toy) => ({ ...toy, name: toy.name.slice(0, -1) }));

const abstractTypes: Scenario = {
  name: 'fields that a subgraph provides through an abstract type',
  subgraphs: {
    shop: {
      sdl: `type Query { toy: Toy @provides(fields: "... on Kite { name span } ... on Ball { name }") any: Any @provides(fields: "... on Ball { name }") all: [Toy!]! }
        interface Toy { id: ID! name: String } union Any = Kite | Ball
        type Kite implements Toy @key(fields: "id") { id: ID! name: String @external span: Int @external }
        type Ball implements Toy @key(fields: "id") { id: ID! name: String @external }`,
      resolvers: { Query: { toy: () => toys[0], any: () => toys[1], all: () => toys } },
    },
    maker: {
      sdl: `type Kite @key(fields: "id") { id: ID! name: String @shareable span: Int @shareable }
        type Ball @key(fields: "id") { id: ID! name: String @shareable size: Int }`,
      resolvers: { Kite: { __resolveReference: by(ownToys, 'id') }, Ball: { __resolveReference: by(ownToys, 'id') } },
    },
  },
  cases: [
    {
      it: 'are taken from there for an interface',
      query: '{ toy { name ... on Kite { span } } }',
      data: { toy: { name: 'Red*', span: 3 } },
      asks: ['shop'],
    },
    {
      it: 'are taken from there for one member of a union',
      query: '{ any { ... on Ball { name size } ... on Kite { name } } }',
      data: { any: { name: 'Blue*', size: 5 } },
    },
    {
      it: 'are fetched where the path provides nothing',
      query: '{ all { name ... on Ball { size } ... on Kite { span } } }',
      data: {
        all: [
          { name: 'Red', span: 3 },
          { name: 'Blue', size: 5 },
        ],
      },
    },
  ],
};

export const provides: readonly Scenario[] = [nested, abstractTypes];
