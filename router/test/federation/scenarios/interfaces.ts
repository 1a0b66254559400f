import { by, type Scenario } from '../scenario.ts';

const media = [
  { __typename: 'Book', id: 'b1', title: 'Atlas', pages: 200, stars: 5, readers: 12 },
  { __typename: 'Film', id: 'f1', title: 'Rain', minutes: 90, stars: 3, seats: 40 },
  { __typename: 'Book', id: 'b2', title: 'Bees', pages: 80, stars: null, readers: 7 },
];
const only = (name: string) => media.filter(({ __typename }) => __typename === name);

const overSubgraphs: Scenario = {
  name: 'an interface whose fields are spread over subgraphs',
  subgraphs: {
    shelf: {
      sdl: `type Query { media: [Medium!]! medium(id: ID!): Medium }
        interface Medium { id: ID! title: String }
        type Book implements Medium @key(fields: "id") { id: ID! title: String pages: Int }
        type Film implements Medium @key(fields: "id") { id: ID! title: String minutes: Int }`,
      resolvers: {
        Query: { media: () => media, medium: (_: unknown, key: { id: string }) => by(media, 'id')(key) },
        Book: { __resolveReference: by(only('Book'), 'id') },
        Film: { __resolveReference: by(only('Film'), 'id') },
      },
    },
    ratings: {
      sdl: `interface Rated { id: ID! stars: Int }
        type Book implements Rated @key(fields: "id") { id: ID! stars: Int readers: Int! }
        type Film implements Rated @key(fields: "id") { id: ID! stars: Int seats: Int! }
        type Query { best: Rated }`,
      resolvers: {
        Query: { best: () => only('Book')[0] },
        Book: { __resolveReference: by(only('Book'), 'id') },
        Film: { __resolveReference: by(only('Film'), 'id') },
      },
    },
  },
  cases: [
    {
      it: 'gives each type its own fields from its own subgraph',
      query: '{ media { id ... on Book { pages readers } ... on Film { minutes seats } } }',
      data: {
        media: [
          { id: 'b1', pages: 200, readers: 12 },
          { id: 'f1', minutes: 90, seats: 40 },
          { id: 'b2', pages: 80, readers: 7 },
        ],
      },
    },
    {
      it: 'selects by an interface that only the other subgraph knows',
      query: '{ media { __typename ... on Rated { stars } title } }',
      data: {
        media: [
          { __typename: 'Book', stars: 5, title: 'Atlas' },
          { __typename: 'Film', stars: 3, title: 'Rain' },
          { __typename: 'Book', stars: null, title: 'Bees' },
        ],
      },
    },
    {
      it: 'goes from the interface of one subgraph to the interface of another and back',
      query: '{ best { ... on Medium { title ... on Rated { stars ... on Book { pages } } } } }',
      data: { best: { title: 'Atlas', stars: 5, pages: 200 } },
    },
    {
      it: 'asks no other subgraph when no object is of the type',
      query: '{ medium(id: "f1") { title ... on Book { readers } } }',
      data: { medium: { title: 'Rain' } },
      asks: ['shelf'],
    },
    {
      it: 'merges a field selected on the interface and on a type',
      query: '{ medium(id: "b1") { id ... on Book { id stars } ... on Rated { id } } }',
      data: { medium: { id: 'b1', stars: 5 } },
    },
    {
      it: 'answers null for an object that is not there',
      query: '{ medium(id: "none") { title ... on Book { readers } } }',
      data: { medium: null },
    },
  ],
};

const shapes = [
  { __typename: 'Square', id: 's', side: 3 },
  { __typename: 'Oblong', id: 'o', width: 2, height: 5 },
];

const withRequires: Scenario = {
  name: 'an interface field that each type computes from its own requirements',
  subgraphs: {
    geometry: {
      sdl: `type Query { shapes: [Shape!]! first: Shape! }
        interface Shape { id: ID! }
        type Square implements Shape @key(fields: "id") { id: ID! side: Int! }
        type Oblong implements Shape @key(fields: "id") { id: ID! width: Int! height: Int! }`,
      resolvers: { Query: { shapes: () => shapes, first: () => shapes[0] } },
    },
    measures: {
      sdl: `interface Shape { id: ID! area: Int! label(unit: String! = "cm"): String! }
        type Square implements Shape @key(fields: "id") {
          id: ID! side: Int! @external
          area: Int! @requires(fields: "side") label(unit: String! = "cm"): String! @requires(fields: "side") }
        type Oblong implements Shape @key(fields: "id") {
          id: ID! width: Int! @external height: Int! @external
          area: Int! @requires(fields: "width height") label(unit: String! = "cm"): String! @requires(fields: "width") }`,
      resolvers: {
        Square: {
          area: ({ side }: { side: number }) => side * side,
          label: ({ side }: { side: number }, { unit }: { unit: string }) => `square of ${side} ${unit}`,
        },
        Oblong: {
          area: ({ width, height }: { width: number; height: number }) => width * height,
          label: ({ width }: { width: number }, { unit }: { unit: string }) => `oblong of ${width} ${unit}`,
        },
      },
    },
  },
  cases: [
    {
      it: 'fetches what is required, by type, and shows none of it',
      query: '{ shapes { area } }',
      data: { shapes: [{ area: 9 }, { area: 10 }] },
    },
    {
      it: 'passes an argument beside the requirements',
      query: 'query ($u: String!) { shapes { label(unit: $u) short: label } }',
      variables: { u: 'in' },
      data: {
        shapes: [
          { label: 'square of 3 in', short: 'square of 3 cm' },
          { label: 'oblong of 2 in', short: 'oblong of 2 cm' },
        ],
      },
    },
    {
      it: 'computes it for one type alone',
      query: '{ first { ... on Square { area side } ... on Oblong { area } } }',
      data: { first: { area: 9, side: 3 } },
    },
  ],
};

const people = [
  { __typename: 'Sailor', id: '1', name: 'Ada', friendId: '2', ship: 'Argo' },
  { __typename: 'Cook', id: '2', name: 'Bob', friendId: '1', dish: 'stew' },
  { __typename: 'Cook', id: '3', name: 'Cid', friendId: '3', dish: 'soup' },
];
const person = (id: string) => people.find((one) => one.id === id);

const circular: Scenario = {
  name: 'an interface that refers to itself in circles',
  subgraphs: {
    crew: {
      sdl: `type Query { person(id: ID!): Person }
        interface Person { id: ID! friend: Person! crew: [Person!]! }
        type Sailor implements Person @key(fields: "id") { id: ID! friend: Person! crew: [Person!]! }
        type Cook implements Person @key(fields: "id") { id: ID! friend: Person! crew: [Person!]! }`,
      resolvers: {
        Query: { person: (_: unknown, { id }: { id: string }) => person(id) },
        ...Object.fromEntries(
          ['Sailor', 'Cook'].map((name) => [
            name,
            { friend: ({ friendId }: { friendId: string }) => person(friendId), crew: () => people },
          ]),
        ),
      },
    },
    names: {
      sdl: `type Sailor @key(fields: "id") { id: ID! name: String! ship: String }
        type Cook @key(fields: "id") { id: ID! name: String! dish: String }`,
      resolvers: { Sailor: { __resolveReference: by(people, 'id') }, Cook: { __resolveReference: by(people, 'id') } },
    },
  },
  cases: [
    {
      it: 'is followed level by level',
      query: `{ person(id: "1") { friend { ... on Cook { name } friend { ... on Sailor { name ship } friend { id } } } } }`,
      data: { person: { friend: { name: 'Bob', friend: { name: 'Ada', ship: 'Argo', friend: { id: '2' } } } } },
    },
    {
      it: 'finds an object that is its own friend at every level',
      query:
        '{ person(id: "3") { ...P friend { ...P friend { ...P } } } } fragment P on Person { ... on Cook { name } }',
      data: { person: { name: 'Cid', friend: { name: 'Cid', friend: { name: 'Cid' } } } },
    },
    {
      it: 'lists the same objects under several parents',
      query: '{ person(id: "1") { crew { friend { ... on Cook { dish } ... on Sailor { ship } } } } }',
      data: {
        person: { crew: [{ friend: { dish: 'stew' } }, { friend: { ship: 'Argo' } }, { friend: { dish: 'soup' } }] },
      },
    },
  ],
};

export const interfaces: readonly Scenario[] = [overSubgraphs, withRequires, circular];
