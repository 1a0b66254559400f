import { by, type Scenario } from '../scenario.ts';

const homes = [
  { __typename: 'House', id: 'h1', street: 'Elm 1', city: 'Oslo', floors: 2 },
  { __typename: 'Boat', id: 'b1', street: null, city: 'Bergen', berth: '7' },
];
const people = [
  { id: '1', home: { __typename: 'House', id: 'h1' } },
  { id: '2', home: { __typename: 'Boat', id: 'b1' } },
  { id: '3', home: null },
];

const throughInterface: Scenario = {
  name: 'a requirement that reaches through an interface of entities',
  subgraphs: {
    people: {
      sdl: `type Query { people: [Person!]! } type Person @key(fields: "id") { id: ID! home: Home }
        interface Home { id: ID! } type House implements Home @key(fields: "id") { id: ID! } type Boat implements Home @key(fields: "id") { id: ID! }`,
      resolvers: { Query: { people: () => people }, Person: { __resolveReference: by(people, 'id') } },
    },
    homes: {
      sdl: `interface Home { id: ID! city: String }
        type House implements Home @key(fields: "id") { id: ID! city: String street: String floors: Int }
        type Boat implements Home @key(fields: "id") { id: ID! city: String berth: String }`,
      resolvers: { House: { __resolveReference: by(homes, 'id') }, Boat: { __resolveReference: by(homes, 'id') } },
    },
    post: {
      sdl: `type Query { receivers: [Person!]! } type Person @key(fields: "id") { id: ID! home: Home @external
          reach: String! @requires(fields: "home { id ... on House { street } ... on Boat { berth } }")
          near: String @requires(fields: "home { city }") }
        interface Home { id: ID! city: String }
        type House implements Home @key(fields: "id") { id: ID! city: String @external street: String @external }
        type Boat implements Home @key(fields: "id") { id: ID! city: String @external berth: String @external }`,
      resolvers: {
        Query: { receivers: () => people.map(({ id }) => ({ id })) },
        Home: { __resolveType: ({ __typename }: any) => __typename },
        Person: {
          reach: ({ home }: any) => (home ? `${home.id} ${home.street ?? home.berth}` : 'nowhere'),
          near: ({ home }: any) => home?.city,
        },
      },
    },
  },
  cases: [
    {
      it: 'carries each type with its own fields, from their own subgraph',
      query: '{ people { reach near } }',
      data: {
        people: [
          { reach: 'h1 Elm 1', near: 'Oslo' },
          { reach: 'b1 7', near: 'Bergen' },
          { reach: 'nowhere', near: null },
        ],
      },
    },
    {
      it: 'is met from the subgraph that requires it',
      query: '{ receivers { near reach } }',
      data: {
        receivers: [
          { near: 'Oslo', reach: 'h1 Elm 1' },
          { near: 'Bergen', reach: 'b1 7' },
          { near: null, reach: 'nowhere' },
        ],
      },
    },
    {
      it: 'is met beside what the caller asks of the same objects',
      query:
        '{ receivers { home { __typename city ... on House { floors street: city } ... on Boat { street: berth } } reach } }',
      data: {
        receivers: [
          { home: { __typename: 'House', city: 'Oslo', floors: 2, street: 'Oslo' }, reach: 'h1 Elm 1' },
          { home: { __typename: 'Boat', city: 'Bergen', street: '7' }, reach: 'b1 7' },
          { home: null, reach: 'nowhere' },
        ],
      },
      stock: {
        data: {
          receivers: [
            { home: { __typename: 'House', city: 'Oslo', floors: 2, street: 'Elm 1' }, reach: 'h1 Elm 1' },
            { home: { __typename: 'Boat', city: 'Bergen', street: '7' }, reach: 'b1 7' },
            { home: null, reach: 'nowhere' },
          ],
        },
        why: 'The planner drops a selection whose response name is that of a required field.',
      },
    },
  ],
};

const animals = [
  { __typename: 'Cat', id: 'c', name: 'Tom', age: 3 },
  { __typename: 'Dog', id: 'd', name: 'Rex', age: 5 },
];

const ofInterface: Scenario = {
  name: 'an interface whose types each require in their own way',
  subgraphs: {
    animals: {
      sdl: `type Query { animals: [Animal!]! } interface Animal { id: ID! name: String! }
        type Cat implements Animal @key(fields: "id") { id: ID! name: String! age: Int! } type Dog implements Animal @key(fields: "id") { id: ID! name: String! age: Int! }`,
      resolvers: {
        Query: { animals: () => animals },
        Cat: { __resolveReference: by(animals, 'id') },
        Dog: { __resolveReference: by(animals, 'id') },
      },
    },
    cards: {
      sdl: `type Query { cards: [Card!]! card: Animal2 } type Card { animal: Animal } union Animal2 = Cat | Dog
        interface Animal { id: ID! card: String! }
        type Cat implements Animal @key(fields: "id") { id: ID! name: String! @external card: String! @requires(fields: "name") }
        type Dog implements Animal @key(fields: "id") { id: ID! age: Int! @external card: String! @requires(fields: "age") }`,
      resolvers: {
        Query: {
          cards: () => [
            { animal: { __typename: 'Dog', id: 'd' } },
            { animal: null },
            { animal: { __typename: 'Cat', id: 'c' } },
          ],
          card: () => ({ __typename: 'Cat', id: 'c' }),
        },
        Cat: { card: ({ name }: any) => `named ${name}` },
        Dog: { card: ({ age }: any) => `aged ${age}` },
      },
    },
  },
  cases: [
    {
      it: 'is answered through the interface, from either side',
      query: '{ animals { card name } cards { animal { card } } }',
      data: {
        animals: [
          { card: 'named Tom', name: 'Tom' },
          { card: 'aged 5', name: 'Rex' },
        ],
        cards: [{ animal: { card: 'aged 5' } }, { animal: null }, { animal: { card: 'named Tom' } }],
      },
    },
    {
      it: 'is answered through a union and a fragment on the interface',
      query: '{ card { ... on Animal { card } ... on Cat { age } } cards { animal { ... on Dog { card name } } } }',
      data: {
        card: { card: 'named Tom', age: 3 },
        cards: [{ animal: { card: 'aged 5', name: 'Rex' } }, { animal: null }, { animal: {} }],
      },
    },
  ],
};

export const requiresInterfaces: readonly Scenario[] = [throughInterface, ofInterface];
