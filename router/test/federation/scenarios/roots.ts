import { by, type Scenario } from '../scenario.ts';

const sharedRoot: Scenario = {
  name: 'a root object that several subgraphs fill',
  subgraphs: {
    names: {
      sdl: `type Query { product: Product @shareable } type Product @shareable { id: ID! name: Name! } type Name @shareable { id: ID! brand: String model: String }`,
      resolvers: { Query: { product: () => ({ id: '1', name: { id: 'n', brand: 'Bo', model: 'M1' } }) } },
    },
    prices: {
      sdl: `type Query { product: Product @shareable } type Product @shareable { id: ID! price: Price! } type Price { id: ID! amount: Int currency: String }`,
      resolvers: { Query: { product: () => ({ id: '1', price: { id: 'p', amount: 9, currency: 'EUR' } }) } },
    },
    labels: {
      sdl: `type Query { product: Product @shareable } type Product @shareable { id: ID! label: Label! } type Label { id: ID! text: String }`,
      resolvers: { Query: { product: () => ({ id: '1', label: { id: 'l', text: 'new' } }) } },
    },
  },
  cases: [
    {
      it: 'is merged from all of them',
      query: '{ product { id name { brand } price { amount } label { text } } }',
      data: { product: { id: '1', name: { brand: 'Bo' }, price: { amount: 9 }, label: { text: 'new' } } },
    },
    {
      it: 'is asked for only where a field is wanted',
      query: '{ product { id label { id text } } }',
      data: { product: { id: '1', label: { id: 'l', text: 'new' } } },
      asks: ['labels'],
    },
    {
      it: 'is merged under two names',
      query: '{ a: product { price { currency } name { id } } b: product { name { model } } }',
      data: { a: { price: { currency: 'EUR' }, name: { id: 'n' } }, b: { name: { model: 'M1' } } },
    },
  ],
};

const parentEntity: Scenario = {
  name: 'an object without a key, reached by way of the entity above it',
  subgraphs: {
    a: {
      sdl: `type Query { houses: [House!]! } type House @key(fields: "id") { id: ID! area: Area @shareable } type Area @shareable { street: String! nr: Int! }`,
      resolvers: {
        Query: {
          houses: () => [
            { id: '1', area: { street: 'Elm', nr: 4 } },
            { id: '2', area: null },
            { id: '3', area: { street: 'Oak', nr: 6 } },
          ],
        },
      },
    },
    b: {
      sdl: `type House @key(fields: "id") { id: ID! area: Area @shareable } type Area @shareable { nr: Int! zip: String! map: Map } type Map { scale: Int! north: Boolean @shareable }`,
      resolvers: {
        House: {
          area: ({ id }: { id: string }) =>
            id === '2' ? null : { nr: id === '1' ? 4 : 6, zip: `zip ${id}`, map: { scale: 5 } },
        },
        Map: { north: () => true },
      },
    },
  },
  cases: [
    {
      it: 'has fields of both',
      query: '{ houses { area { street zip } } }',
      data: {
        houses: [{ area: { street: 'Elm', zip: 'zip 1' } }, { area: null }, { area: { street: 'Oak', zip: 'zip 3' } }],
      },
    },
    {
      it: 'has objects below it',
      query: '{ houses { area { map { north scale } nr } id } }',
      data: {
        houses: [
          { area: { map: { north: true, scale: 5 }, nr: 4 }, id: '1' },
          { area: null, id: '2' },
          { area: { map: { north: true, scale: 5 }, nr: 6 }, id: '3' },
        ],
      },
    },
  ],
};

const nestedLists: Scenario = {
  name: 'a list without keys, reached by way of the entity above it',
  subgraphs: {
    a: {
      sdl: `type Query { game: Game! } type Game @key(fields: "id") { id: ID! rounds: [Round!]! } type Round @shareable { nr: Int! score: Int! }`,
      resolvers: {
        Query: {
          game: () => ({
            id: 'g',
            rounds: [
              { nr: 1, score: 5 },
              { nr: 2, score: 8 },
            ],
          }),
        },
        Game: { __resolveReference: ({ id }: any) => ({ id, rounds: [] }) },
      },
    },
    b: {
      sdl: `type Game @key(fields: "id") { id: ID! extra: [Round!]! winner: Player } type Round @shareable { nr: Int! score: Int! } type Player @key(fields: "nick") { nick: String! }`,
      resolvers: { Game: { extra: () => [{ nr: 3, score: 1 }], winner: () => ({ nick: 'ace' }) } },
    },
    c: {
      sdl: `type Player @key(fields: "nick") { nick: String! medals: [[Medal!]!]! } type Medal { year: Int! }`,
      resolvers: { Player: { medals: () => [[{ year: 1 }, { year: 2 }], []] } },
    },
  },
  cases: [
    {
      it: 'is told by each for its own part',
      query: '{ game { rounds { nr } extra { score nr } winner { medals { year } } } }',
      data: {
        game: {
          rounds: [{ nr: 1 }, { nr: 2 }],
          extra: [{ score: 1, nr: 3 }],
          winner: { medals: [[{ year: 1 }, { year: 2 }], []] },
        },
      },
    },
  ],
};

const rootNames: Scenario = {
  name: 'root types with names of their own',
  state: () => ({ bumps: [] as number[] }),
  subgraphs: {
    a: {
      sdl: `schema { query: Questions mutation: Orders } type Questions { a: Int! thing: Thing! } type Orders { bump: Thing! }
        type Thing @key(fields: "id") { id: ID! }`,
      resolvers: {
        Questions: { a: () => 1, thing: () => ({ id: 't' }) },
        Orders: { bump: (_: unknown, __: unknown, { bumps }: { bumps: number[] }) => ({ id: `t${bumps.push(1)}` }) },
      },
    },
    b: {
      sdl: `schema { query: RootQuery mutation: RootMutation } type RootQuery { b: Int! } type RootMutation { reset: Boolean }
        type Thing @key(fields: "id") { id: ID! name: String! back: Thing! }`,
      resolvers: {
        RootQuery: { b: () => 2 },
        RootMutation: { reset: () => true },
        Thing: { name: ({ id }: any) => `thing ${id}`, back: () => ({ id: 'u' }) },
      },
    },
  },
  cases: [
    {
      it: 'are one root to the caller',
      query: '{ __typename a b thing { name } ...F } fragment F on Query { x: a y: b }',
      data: { __typename: 'Query', a: 1, b: 2, thing: { name: 'thing t' }, x: 1, y: 2 },
    },
    {
      it: 'are one root for changes too',
      query: 'mutation { __typename a: bump { name } reset b: bump { back { name } } }',
      data: { __typename: 'Mutation', a: { name: 'thing t1' }, reset: true, b: { back: { name: 'thing u' } } },
    },
  ],
};

const docs = [
  { __typename: 'Note', id: 'Note:1', text: 'hello' },
  { __typename: 'Task', id: 'Task:1', done: true },
];

const node: Scenario = {
  name: 'one root field for every entity',
  subgraphs: {
    ids: {
      sdl: `type Query { node(id: ID!): Node nodes(ids: [ID!]!): [Node]! } interface Node { id: ID! }
        type Note implements Node @key(fields: "id") { id: ID! } type Task implements Node @key(fields: "id") { id: ID! }`,
      resolvers: {
        Query: {
          node: (_: unknown, { id }: { id: string }) => docs.find((one) => one.id === id),
          nodes: (_: unknown, { ids }: { ids: string[] }) => ids.map((id) => docs.find((one) => one.id === id)),
        },
      },
    },
    notes: {
      sdl: `interface Node { id: ID! } type Note implements Node @key(fields: "id") { id: ID! text: String! }`,
      resolvers: { Note: { __resolveReference: by(docs, 'id') } },
    },
    tasks: {
      sdl: `interface Node { id: ID! } type Task implements Node @key(fields: "id") { id: ID! done: Boolean! next: Node }`,
      resolvers: { Task: { __resolveReference: by(docs, 'id'), next: () => docs[1] } },
    },
  },
  cases: [
    {
      it: 'finds the subgraph by the type',
      query: 'query ($id: ID!) { node(id: $id) { id ... on Note { text } ... on Task { done } } }',
      variables: { id: 'Task:1' },
      data: { node: { id: 'Task:1', done: true } },
      asks: ['ids', 'tasks'],
    },
    {
      it: 'finds several, with gaps',
      query:
        'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename ...N ...T } } fragment N on Note { text } fragment T on Task { done next { ... on Task { done } id } }',
      variables: { ids: ['Note:1', 'nothing', 'Task:1'] },
      data: {
        nodes: [
          { __typename: 'Note', text: 'hello' },
          null,
          { __typename: 'Task', done: true, next: { done: true, id: 'Task:1' } },
        ],
      },
    },
    {
      it: 'finds none',
      query: '{ node(id: "x") { ... on Note { text } } nodes(ids: []) { id } }',
      data: { node: null, nodes: [] },
    },
  ],
};

export const roots: readonly Scenario[] = [sharedRoot, parentEntity, nestedLists, rootNames, node];
