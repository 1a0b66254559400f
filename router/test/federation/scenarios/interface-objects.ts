import { GraphQLError } from 'graphql';
import { by, type Scenario } from '../scenario.ts';

const vehicles = [
  { __typename: 'Car', id: 'c1', maker: 'Volt', doors: 4 },
  { __typename: 'Boat', id: 'b1', maker: 'Nord', masts: 2 },
  { __typename: 'Car', id: 'c2', maker: 'Volt', doors: 2 },
];
const prices = [
  { id: 'c1', price: 10, tags: ['red'] },
  { id: 'b1', price: 70, tags: [] },
  { id: 'c2', price: null, tags: ['old', 'blue'] },
];

const garage = {
  sdl: `type Query { vehicles: [Vehicle!]! vehicle(id: ID!): Vehicle cars: [Car!]! }
    interface Vehicle @key(fields: "id") { id: ID! maker: String! }
    type Car implements Vehicle @key(fields: "id") { id: ID! maker: String! doors: Int! }
    type Boat implements Vehicle @key(fields: "id") { id: ID! maker: String! masts: Int! }`,
  resolvers: {
    Query: {
      vehicles: () => vehicles,
      vehicle: (_: unknown, key: { id: string }) => by(vehicles, 'id')(key),
      cars: () => vehicles.filter(({ doors }) => doors),
    },
    Vehicle: {
      __resolveReference: by(vehicles, 'id'),
      __resolveType: ({ __typename }: { __typename: string }) => __typename,
    },
    Car: { __resolveReference: by(vehicles, 'id') },
    Boat: { __resolveReference: by(vehicles, 'id') },
  },
};

const direct: Scenario = {
  name: 'an interface that another subgraph extends as one object',
  subgraphs: {
    garage,
    pricing: {
      sdl: `type Query { cheapest: Vehicle! dearest: [Vehicle] }
        type Vehicle @key(fields: "id") @interfaceObject { id: ID! price: Int tags: [String!]! sister: Vehicle }`,
      resolvers: {
        Query: { cheapest: () => prices[0], dearest: () => [prices[1], null, prices[2]] },
        Vehicle: { __resolveReference: by(prices, 'id'), sister: () => prices[1] },
      },
    },
  },
  cases: [
    {
      it: 'gives every implementation the fields of the object',
      query: '{ vehicles { maker price } cars { tags doors } }',
      data: {
        vehicles: [
          { maker: 'Volt', price: 10 },
          { maker: 'Nord', price: 70 },
          { maker: 'Volt', price: null },
        ],
        cars: [
          { tags: ['red'], doors: 4 },
          { tags: ['old', 'blue'], doors: 2 },
        ],
      },
    },
    {
      it: 'never shows the name of the interface as the name of a type',
      query: '{ cheapest { __typename id price } }',
      data: { cheapest: { __typename: 'Car', id: 'c1', price: 10 } },
    },
    {
      it: 'needs no second request while nobody asks for the type',
      query: '{ cheapest { id price } }',
      data: { cheapest: { id: 'c1', price: 10 } },
      asks: ['pricing'],
    },
    {
      it: 'tells the types of a list in which one is missing',
      query: '{ dearest { t: __typename ... on Boat { masts price } ... on Car { doors } } }',
      data: { dearest: [{ t: 'Boat', masts: 2, price: 70 }, null, { t: 'Car', doors: 2 }] },
    },
    {
      it: 'takes a fragment on an implementation around a field of the object',
      query: '{ vehicles { ... on Car { price } ... on Boat { tags id } } }',
      data: { vehicles: [{ price: 10 }, { tags: [], id: 'b1' }, { price: null }] },
    },
    {
      it: 'keeps the name of the type when the object is asked again',
      query: `query ($y: Boolean!, $n: Boolean!) { cheapest {
        ... on Car { sister @include(if: $y) @skip(if: $n) { __typename } ... on Car { maker __typename } } } }`,
      variables: { y: true, n: false },
      data: { cheapest: { sister: { __typename: 'Boat' }, maker: 'Volt', __typename: 'Car' } },
      stock: {
        data: { cheapest: {} },
        why: 'The answer of the subgraph that knows the interface as an object replaces the name of the type.',
      },
    },
    {
      it: 'goes through the object and back to the interface',
      query: '{ vehicle(id: "c1") { sister { maker sister { __typename price ... on Boat { masts } } } } }',
      data: { vehicle: { sister: { maker: 'Nord', sister: { __typename: 'Boat', price: 70, masts: 2 } } } },
    },
  ],
};

const requiring: Scenario = {
  name: 'an interface object that requires a field of the interface',
  subgraphs: {
    garage,
    tax: {
      sdl: `type Vehicle @key(fields: "id") @interfaceObject { id: ID! maker: String! @external tax: Int! @requires(fields: "maker") }`,
      resolvers: {
        Vehicle: { tax: ({ maker }: { maker: string }) => maker.length * 100 + (maker === 'Nord' ? 1 : 0) },
      },
    },
  },
  cases: [
    {
      it: 'gets it for every implementation',
      query: '{ vehicles { tax } }',
      data: { vehicles: [{ tax: 400 }, { tax: 401 }, { tax: 400 }] },
    },
    {
      it: 'gets it for one implementation alone',
      query: '{ vehicles { ... on Boat { masts tax } } }',
      data: { vehicles: [{}, { masts: 2, tax: 401 }, {}] },
    },
  ],
};

const indirect: Scenario = {
  name: 'an interface object whose interface is only reached through a third subgraph',
  subgraphs: {
    garage,
    rentals: {
      sdl: `type Query { rentals: [Rental!]! }
        type Rental { day: Int! vehicle: Vehicle! }
        type Vehicle @key(fields: "id", resolvable: false) @interfaceObject { id: ID! }`,
      resolvers: {
        Query: { rentals: () => vehicles.map(({ id }, day) => ({ day, vehicle: { id } })) },
      },
    },
    pricing: {
      sdl: `type Vehicle @key(fields: "id") @interfaceObject { id: ID! price: Int }`,
      resolvers: { Vehicle: { __resolveReference: by(prices, 'id') } },
    },
  },
  cases: [
    {
      it: 'takes a field straight from the other interface object',
      query: '{ rentals { day vehicle { price } } }',
      data: {
        rentals: [
          { day: 0, vehicle: { price: 10 } },
          { day: 1, vehicle: { price: 70 } },
          { day: 2, vehicle: { price: null } },
        ],
      },
    },
    {
      it: 'takes a field of the interface',
      query: '{ rentals { vehicle { maker ... on Boat { masts } } } }',
      data: {
        rentals: [
          { vehicle: { maker: 'Volt' } },
          { vehicle: { maker: 'Nord', masts: 2 } },
          { vehicle: { maker: 'Volt' } },
        ],
      },
    },
    {
      it: 'finds the type first when only one implementation is asked for',
      query: '{ rentals { vehicle { ... on Car { price doors } } } }',
      data: {
        rentals: [{ vehicle: { price: 10, doors: 4 } }, { vehicle: {} }, { vehicle: { price: null, doors: 2 } }],
      },
    },
    {
      it: 'tells the type of an object that is only a stub',
      query: '{ rentals { vehicle { __typename } } }',
      data: {
        rentals: [
          { vehicle: { __typename: 'Car' } },
          { vehicle: { __typename: 'Boat' } },
          { vehicle: { __typename: 'Car' } },
        ],
      },
    },
  ],
};

const missing: Scenario = {
  name: 'an interface object that points at nothing',
  subgraphs: {
    garage,
    wishes: {
      sdl: `type Query { wishes: [Vehicle]! wish: Vehicle! }
        type Vehicle @key(fields: "id") @interfaceObject { id: ID! wishers: Int! }`,
      resolvers: {
        Query: {
          wishes: () => [
            { id: 'c1', wishers: 3 },
            { id: 'gone', wishers: 1 },
          ],
          wish: () => ({ id: 'gone', wishers: 1 }),
        },
      },
    },
  },
  cases: [
    {
      it: 'is null where its type is asked for, since a type it has none',
      query: '{ wishes { __typename wishers } }',
      data: { wishes: [{ __typename: 'Car', wishers: 3 }, null] },
      errors: ['wishes.1'],
      stock: {
        errors: [],
        why: 'A null in a non-null place is an error by the specification (6.4.4); stock says nothing.',
      },
    },
    {
      it: 'is null where a field of the interface may not be',
      query: '{ wishes { maker } }',
      data: { wishes: [{ maker: 'Volt' }, null] },
      errors: ['wishes.1.maker'],
    },
    {
      it: 'is null where what is asked of it depends on its type',
      query: '{ wishes { wishers ... on Car { doors } } }',
      data: { wishes: [{ wishers: 3, doors: 4 }, null] },
      errors: ['wishes.1'],
      stock: {
        data: { wishes: [{ wishers: 3, doors: 4 }, { wishers: 1 }] },
        errors: [],
        why: 'The gateway takes an object of which nobody tells the type for one of none of the types that were named.',
      },
    },
    {
      it: 'still shows what its own subgraph says',
      query: '{ wishes { id wishers } }',
      data: {
        wishes: [
          { id: 'c1', wishers: 3 },
          { id: 'gone', wishers: 1 },
        ],
      },
    },
    {
      it: 'takes the answer with it where nothing may be null',
      query: '{ wish { maker } }',
      data: null,
      errors: ['wish.maker'],
    },
  ],
};

const failing: Scenario = {
  name: 'an interface object whose own type has a field that fails',
  subgraphs: {
    garage: {
      ...garage,
      resolvers: { ...garage.resolvers, Boat: { ...garage.resolvers.Boat, masts: () => new GraphQLError('rotten') } },
    },
    fans: {
      sdl: `type Query { liked: [Vehicle]! } type Vehicle @key(fields: "id") @interfaceObject { id: ID! likes: Int! }`,
      resolvers: { Query: { liked: () => vehicles.map(({ id }, at) => ({ id, likes: at })) } },
    },
  },
  cases: [
    {
      it: 'is null with the field that may not be',
      query: '{ liked { likes ... on Boat { masts } } }',
      data: { liked: [{ likes: 0 }, null, { likes: 2 }] },
      errors: ['liked.1.masts'],
      stock: {
        data: { liked: [{ likes: 0 }, { likes: 1 }, { likes: 2 }] },
        why: 'The entity that would have told the type is null, and the gateway goes on as if it were no boat.',
      },
    },
  ],
};

export const interfaceObjects: readonly Scenario[] = [direct, requiring, indirect, missing, failing];
