import { by, type Scenario } from '../scenario.ts';

const notes = [{ id: 'n1', text: 'old' }];
const stars = new Map([['n1', 4]]);

const backToTheRoot: Scenario = {
  name: 'a field that leads back to the root',
  secondComposerCannot: 'It finds no way from one subgraph to the root of another.',
  state: () => ({ texts: ['old'] }),
  subgraphs: {
    notes: {
      sdl: `type Query { notes: [Note!]! self: Query! count: Int! } type Mutation { write(text: String!): Written! }
        type Written { note: Note! query: Query! again: Query } type Note @key(fields: "id") { id: ID! text: String! }`,
      resolvers: {
        Query: {
          notes: () => notes,
          self: () => ({}),
          count: (_: unknown, __: unknown, { texts }: any) => texts.length,
        },
        Mutation: {
          write: (_: unknown, { text }: { text: string }, { texts }: any) => {
            texts.push(text);
            return { note: { id: 'n1', text }, query: {}, again: null };
          },
        },
        Note: { __resolveReference: by(notes, 'id') },
      },
    },
    stars: {
      sdl: `type Query { best: Note word: String! } type Note @key(fields: "id") { id: ID! stars: Int }`,
      resolvers: {
        Query: { best: () => ({ id: 'n1' }), word: () => 'w' },
        Note: { stars: ({ id }: { id: string }) => stars.get(id) },
      },
    },
  },
  cases: [
    {
      it: 'has the root fields of every subgraph',
      query: '{ self { word count self { best { text stars } } __typename } }',
      data: { self: { word: 'w', count: 1, self: { best: { text: 'old', stars: 4 } }, __typename: 'Query' } },
    },
    {
      it: 'has them after a mutation, as it left things',
      query: 'mutation { write(text: "new") { note { text stars } query { count w: word best { stars } } } }',
      data: { write: { note: { text: 'new', stars: 4 }, query: { count: 2, w: 'w', best: { stars: 4 } } } },
    },
    {
      it: 'asks nobody further where it is null',
      query: 'mutation { write(text: "new") { again { word } } }',
      data: { write: { again: null } },
      asks: ['notes'],
    },
  ],
};

const things = [
  { __typename: 'Lamp', id: 'l', name: 'Sol', watts: 40, price: 9 },
  { __typename: 'Rug', id: 'r', name: 'Kilim', size: 6, price: 30 },
];

const layered: Scenario = {
  name: 'interfaces that implement interfaces, known to some subgraphs only',
  subgraphs: {
    goods: {
      sdl: `type Query { things: [Node!]! named: [Named!]! } interface Node { id: ID! } interface Named implements Node { id: ID! name: String! }
        type Lamp implements Node & Named @key(fields: "id") { id: ID! name: String! watts: Int }
        type Rug implements Node & Named @key(fields: "id") { id: ID! name: String! size: Int }`,
      resolvers: {
        Query: { things: () => things, named: () => things },
        Lamp: { __resolveReference: by(things, 'id') },
        Rug: { __resolveReference: by(things, 'id') },
      },
    },
    prices: {
      sdl: `type Query { priced: [Priced] } interface Node { id: ID! } interface Priced implements Node { id: ID! price: Int }
        type Lamp implements Node & Priced @key(fields: "id") { id: ID! price: Int }
        type Rug implements Node & Priced @key(fields: "id") { id: ID! price: Int }`,
      resolvers: {
        Query: { priced: () => [things[1], null, things[0]] },
        Lamp: { __resolveReference: by(things, 'id') },
        Rug: { __resolveReference: by(things, 'id') },
      },
    },
  },
  cases: [
    {
      it: 'are passed through by fragments on each of them',
      query: '{ things { ... on Named { name ... on Node { id ... on Priced { price } } } } }',
      data: {
        things: [
          { name: 'Sol', id: 'l', price: 9 },
          { name: 'Kilim', id: 'r', price: 30 },
        ],
      },
    },
    {
      it: 'are entered from the other side',
      query:
        '{ priced { price ... on Node { id } ... on Named { name __typename } ... on Rug { size } } named { ... on Priced { ... on Lamp { watts price } } } }',
      data: {
        priced: [
          { price: 30, id: 'r', name: 'Kilim', __typename: 'Rug', size: 6 },
          null,
          { price: 9, id: 'l', name: 'Sol', __typename: 'Lamp' },
        ],
        named: [{ watts: 40, price: 9 }, {}],
      },
    },
  ],
};

export const reentry: readonly Scenario[] = [backToTheRoot, layered];
