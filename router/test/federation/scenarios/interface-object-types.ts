import { GraphQLError } from 'graphql';
import { by, type Scenario } from '../scenario.ts';

const wares = [
  { __typename: 'Lamp', id: 'l1', name: 'Sol', watts: 40 },
  { __typename: 'Rug', id: 'r1', name: 'Kilim', size: 6 },
];
const ofWares = {
  Query: { wares: () => wares },
  Ware: { __resolveReference: by(wares, 'id') },
  Lamp: { __resolveReference: by(wares, 'id') },
  Rug: { __resolveReference: by(wares, 'id') },
};
const OTHERS = 'The planner asks for every object what is asked of any type, and sends what any of it requires.';

const byType: Scenario = {
  name: 'an interface object of whose types other things are asked',
  subgraphs: {
    wares: {
      sdl: `type Query { wares: [Ware!]! } interface Ware @key(fields: "id") { id: ID! name: String }
        type Lamp implements Ware @key(fields: "id") { id: ID! name: String watts: Int } type Rug implements Ware @key(fields: "id") { id: ID! name: String size: Int }`,
      resolvers: ofWares,
    },
    fans: {
      sdl: `type Query { liked: [Ware!]! } type Ware @key(fields: "id") @interfaceObject { id: ID! name: String @external likes: Int! cheer: String @requires(fields: "name") rival: Ware sick: Int }`,
      resolvers: {
        Query: { liked: () => wares.map(({ id }) => ({ id })) },
        Ware: {
          likes: ({ id }: { id: string }) => id.length,
          cheer: ({ name }: { name?: string }) => (name ? `${name}!` : new GraphQLError('nobody asked for this')),
          rival: ({ id }: { id: string }) => ({ id: id === 'l1' ? 'r1' : 'l1' }),
          sick: ({ id }: { id: string }) => (id === 'r1' ? 3 : new GraphQLError('nobody asked for this')),
        },
      },
    },
  },
  cases: [
    {
      it: 'gives one type what it requires, and the others what requires nothing',
      query: '{ wares { likes ... on Lamp { cheer } } }',
      data: { wares: [{ likes: 2, cheer: 'Sol!' }, { likes: 2 }] },
      stock: { data: null, errors: ['wares.1.likes'], why: OTHERS },
    },
    {
      it: 'is asked of each type for what is asked of that type alone',
      query: '{ wares { ... on Rug { sick } ... on Lamp { likes } } }',
      data: { wares: [{ likes: 2 }, { sick: 3 }] },
      stock: { errors: ['wares.0.sick'], why: OTHERS },
    },
    {
      it: 'is asked for one type alone where it is the first to be asked',
      query: '{ liked { ... on Lamp { cheer id } } }',
      data: { liked: [{ cheer: 'Sol!', id: 'l1' }, {}] },
      stock: { errors: ['liked.1.id'], why: OTHERS },
    },
    {
      it: 'leaves objects the names of their types',
      query:
        '{ wares { ... on Rug { likes __typename } } liked { rival { ... on Lamp { t: __typename cheer likes } } } }',
      data: {
        wares: [{}, { likes: 2, __typename: 'Rug' }],
        liked: [{ rival: {} }, { rival: { t: 'Lamp', cheer: 'Sol!', likes: 2 } }],
      },
      stock: {
        data: { wares: [{}, {}], liked: [{ rival: {} }, { rival: { t: 'Lamp', cheer: 'Sol!', likes: 2 } }] },
        errors: ['liked.0.rival.likes'],
        why: OTHERS,
      },
    },
    {
      it: 'is asked once for what is asked of all',
      query: '{ wares { likes cheer ... on Lamp { watts } ... on Rug { size } } }',
      data: {
        wares: [
          { likes: 2, cheer: 'Sol!', watts: 40 },
          { likes: 2, cheer: 'Kilim!', size: 6 },
        ],
      },
      asks: ['wares', 'fans'],
    },
  ],
};

const requiring: Scenario = {
  name: 'an interface object that requires what another interface object is asked for',
  subgraphs: {
    wares: {
      sdl: `type Query { wares: [Ware!]! } interface Ware @key(fields: "id") { id: ID! }
        type Lamp implements Ware @key(fields: "id") { id: ID! } type Rug implements Ware @key(fields: "id") { id: ID! }`,
      resolvers: ofWares,
    },
    fans: {
      sdl: 'type Ware @key(fields: "id") @interfaceObject { id: ID! likes: Int! }',
      resolvers: { Ware: { likes: ({ id }: { id: string }) => id.length } },
    },
    cheers: {
      sdl: `type Query { cheered: [Ware!]! }
        type Ware @key(fields: "id") @interfaceObject { id: ID! likes: Int! @external cheer: String! @requires(fields: "likes") }`,
      resolvers: {
        Query: { cheered: () => wares.map(({ id }) => ({ id })) },
        Ware: { cheer: ({ likes }: { likes?: number }) => likes && '!'.repeat(likes) },
      },
    },
  },
  cases: [
    {
      it: 'gets it of every type, though the caller asks it of one',
      query: '{ cheered { cheer ... on Lamp { likes } } }',
      data: { cheered: [{ cheer: '!!', likes: 2 }, { cheer: '!!' }] },
    },
  ],
};

const next = { __typename: 'Lamp', id: 'l3' };
const lamps = ['l1', 'l2', 'l3'].map((id) => ({ __typename: 'Lamp', id, next }));

const repeated: Scenario = {
  name: 'an interface object that stands in several places at once',
  subgraphs: {
    wares: {
      sdl: `type Query { lamps: [Lamp!]! } interface Ware @key(fields: "id") { id: ID! }
        type Lamp implements Ware @key(fields: "id") { id: ID! next: Ware! }`,
      resolvers: {
        Query: { lamps: () => lamps },
        Ware: { __resolveReference: by(lamps, 'id') },
        Lamp: { __resolveReference: by(lamps, 'id') },
      },
    },
    fans: {
      sdl: 'type Query { liked: [Ware!]! } type Ware @key(fields: "id") @interfaceObject { id: ID! rival: Ware! }',
      resolvers: {
        Query: { liked: () => ['l1', 'l2', 'l2'].map((id) => ({ id })) },
        Ware: { rival: ({ id }: { id: string }) => ({ id: id === 'l1' ? 'l2' : 'l1' }) },
      },
    },
  },
  cases: [
    {
      it: 'has its type told in each',
      query: '{ liked { ... on Lamp { next { ... on Lamp { rival { __typename } } } } } }',
      data: {
        liked: ['l1', 'l2', 'l2'].map(() => ({ next: { rival: { __typename: 'Lamp' } } })),
      },
    },
  ],
};

/** Both answer one root field, and whoever is slow answers after the other. */
const shared = (slow: 'wares' | 'fans'): Scenario => {
  const turn = (subgraph: string) => (subgraph === slow ? new Promise(setImmediate) : Promise.resolve());
  return {
    name: `an interface object that another subgraph shows by its types, with slow ${slow}`,
    subgraphs: {
      wares: {
        sdl: `type Query { both: [Ware!]! @shareable } interface Ware @key(fields: "id") { id: ID! name: String }
          type Lamp implements Ware @key(fields: "id") { id: ID! name: String } type Rug implements Ware @key(fields: "id") { id: ID! name: String }`,
        resolvers: {
          Query: { both: () => turn('wares').then(() => wares) },
          Ware: { __resolveReference: by(wares, 'id') },
          Lamp: { __resolveReference: by(wares, 'id') },
          Rug: { __resolveReference: by(wares, 'id') },
        },
      },
      fans: {
        sdl: `type Query { both: [Ware!]! @shareable } type Ware @key(fields: "id") @interfaceObject { id: ID! likes: Int! }`,
        resolvers: {
          Query: { both: () => turn('fans').then(() => wares.map(({ id }) => ({ id }))) },
          Ware: { likes: ({ id }: { id: string }) => id.length },
        },
      },
      lamps: {
        sdl: 'type Lamp @key(fields: "id") { id: ID! watts: Int }',
        resolvers: { Lamp: { __resolveReference: by(wares, 'id') } },
      },
      shops: {
        sdl: 'type Ware @key(fields: "id") @interfaceObject { id: ID! likes: Int! @external praise: String @requires(fields: "likes") }',
        resolvers: { Ware: { praise: ({ likes }: { likes: number }) => '!'.repeat(likes) } },
      },
    },
    cases: [
      {
        it: 'keeps the names of its types',
        query: '{ both { __typename likes ... on Lamp { watts } } }',
        data: {
          both: [
            { __typename: 'Lamp', likes: 2, watts: 40 },
            { __typename: 'Rug', likes: 2 },
          ],
        },
      },
      {
        it: 'is told under its own name to those that know no other',
        query: '{ both { __typename praise } }',
        data: {
          both: [
            { __typename: 'Lamp', praise: '!!' },
            { __typename: 'Rug', praise: '!!' },
          ],
        },
        ...(slow === 'fans' && {
          stock: { data: null, errors: [], why: 'The gateway takes the name of the interface for that of the object.' },
        }),
      },
    ],
  };
};

export const interfaceObjectTypes: readonly Scenario[] = [byType, requiring, repeated, shared('wares'), shared('fans')];
