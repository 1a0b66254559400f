import { GraphQLError } from 'graphql';
import { by, type Scenario } from '../scenario.ts';

const films = [
  { id: '1', title: 'Rain', year: 1999, director: { id: 'd1' } },
  { id: '2', title: 'Snow', year: 2004, director: { id: 'd2' } },
  { id: '3', title: 'Hail', year: 2010, director: { id: 'd1' } },
];
const directors = [{ id: 'd1', name: 'Ito' }];

const cinema: Scenario = {
  name: 'entities by one key',
  subgraphs: {
    films: {
      sdl: `type Query { films: [Film!]! film(id: ID!): Film }
        type Film @key(fields: "id") { id: ID! title: String! year: Int director: Director }
        type Director @key(fields: "id", resolvable: false) { id: ID! }`,
      resolvers: {
        Query: { films: () => films, film: (_: unknown, key: { id: string }) => by(films, 'id')(key) },
        Film: { __resolveReference: by(films, 'id') },
      },
    },
    people: {
      sdl: `type Director @key(fields: "id") { id: ID! name: String films: [Film!] } type Film @key(fields: "id", resolvable: false) { id: ID! }`,
      resolvers: {
        Director: {
          __resolveReference: by(directors, 'id'),
          films: ({ id }: { id: string }) =>
            films.filter(({ director }) => director.id === id).map(({ id }) => ({ id })),
        },
      },
    },
  },
  cases: [
    {
      it: 'are asked for once each, however often they occur',
      query: '{ films { title director { name } } }',
      data: {
        films: [
          { title: 'Rain', director: { name: 'Ito' } },
          { title: 'Snow', director: { name: null } },
          { title: 'Hail', director: { name: 'Ito' } },
        ],
      },
    },
    {
      it: 'are followed to and fro',
      query: '{ film(id: "1") { director { films { title director { films { year } } } } } }',
      data: {
        film: {
          director: {
            films: [
              { title: 'Rain', director: { films: [{ year: 1999 }, { year: 2010 }] } },
              { title: 'Hail', director: { films: [{ year: 1999 }, { year: 2010 }] } },
            ],
          },
        },
      },
    },
    {
      it: 'need no request when there are none',
      query: '{ film(id: "9") { director { name } } }',
      data: { film: null },
      asks: ['films'],
    },
    {
      it: 'are fetched under two names at once',
      query: '{ a: film(id: "1") { director { name } } b: film(id: "2") { director { id name } } }',
      data: { a: { director: { name: 'Ito' } }, b: { director: { id: 'd2', name: null } } },
    },
    {
      it: 'keep what their first subgraph knows when the second does not know them',
      query: '{ film(id: "2") { year director { id films { title } } } }',
      data: { film: { year: 2004, director: { id: 'd2', films: null } } },
    },
  ],
};

const fleet = [
  { id: 'k1', name: 'Argo' },
  { id: 'k2', name: 'Bark' },
];

const corrupted: Scenario = {
  name: 'entities that the second subgraph refuses, has lost or cannot read',
  subgraphs: {
    list: {
      sdl: `type Query { ships: [Ship] strict: [Berth!] one: Ship }
        type Berth { nr: Int! ship: Ship! }
        type Ship @key(fields: "id") { id: ID! }`,
      resolvers: {
        Query: {
          ships: () => ['k1', 'broken', 'lost', 'k2'].map((id) => ({ id })),
          strict: () => ['k1', 'lost'].map((id, nr) => ({ nr, ship: { id } })),
          one: () => ({ id: 'broken' }),
        },
      },
    },
    names: {
      sdl: `type Ship @key(fields: "id") { id: ID! name: String! flag: String captain: String }`,
      resolvers: {
        Ship: {
          __resolveReference: async ({ id }: { id: string }) => {
            if (id === 'broken')
              throw new GraphQLError('not an id of ours', { extensions: { code: 'BAD_USER_INPUT' } });
            return by(fleet, 'id')({ id });
          },
          flag: ({ id }: { id: string }) => {
            if (id === 'k2') throw new Error('flag torn');
            return 'NO';
          },
          captain: () => null,
        },
      },
    },
  },
  cases: [
    {
      it: 'are null where their field may not be, and no others are',
      query: '{ ships { id name } }',
      data: { ships: [{ id: 'k1', name: 'Argo' }, null, null, { id: 'k2', name: 'Bark' }] },
      errors: ['ships.1', 'ships.2.name'],
    },
    {
      it: 'have null fields where those may be, silently when merely lost',
      query: '{ ships { id captain } }',
      data: {
        ships: [
          { id: 'k1', captain: null },
          { id: 'broken', captain: null },
          { id: 'lost', captain: null },
          { id: 'k2', captain: null },
        ],
      },
      errors: ['ships.1'],
    },
    {
      it: 'place the error of a field at the object that has it',
      query: '{ ships { flag } }',
      data: { ships: [{ flag: 'NO' }, { flag: null }, { flag: null }, { flag: null }] },
      errors: ['ships.1', 'ships.3.flag'],
    },
    {
      it: 'take as much with them as may not be null',
      query: '{ strict { nr ship { name } } one { captain } }',
      data: { strict: null, one: { captain: null } },
      errors: ['one', 'strict.1.ship.name'],
    },
  ],
};

const table = [[{ id: 'a' }, null, { id: 'b' }], null, [], [{ id: 'c' }]];

const nested: Scenario = {
  name: 'entities in lists of lists',
  subgraphs: {
    board: {
      sdl: `type Query { table: [[Cell]] cube: [[[Cell!]!]!]! rows: [Row!]! }
        type Row { cells: [[Cell]!] } type Cell @key(fields: "id") { id: ID! }`,
      resolvers: {
        Query: {
          table: () => table,
          cube: () => [[[{ id: 'a' }], []], [], [[{ id: 'b' }, { id: 'c' }]]],
          rows: () => [{ cells: [[{ id: 'b' }, null]] }, { cells: null }],
        },
      },
    },
    values: {
      sdl: `type Cell @key(fields: "id") { id: ID! value: String! near: [[Cell!]!]! links: [[String]] }`,
      resolvers: {
        Cell: {
          value: ({ id }: { id: string }) => id.toUpperCase(),
          near: ({ id }: { id: string }) => (id === 'a' ? [[{ id: 'b' }], [{ id: 'c' }, { id: 'a' }]] : []),
          links: ({ id }: { id: string }) => [[id, null], null],
        },
      },
    },
  },
  cases: [
    {
      it: 'are found through nulls and empty lists',
      query: '{ table { value } }',
      data: { table: [[{ value: 'A' }, null, { value: 'B' }], null, [], [{ value: 'C' }]] },
    },
    {
      it: 'are found three lists deep',
      query: '{ cube { id value links } }',
      data: {
        cube: [
          [[{ id: 'a', value: 'A', links: [['a', null], null] }], []],
          [],
          [
            [
              { id: 'b', value: 'B', links: [['b', null], null] },
              { id: 'c', value: 'C', links: [['c', null], null] },
            ],
          ],
        ],
      },
    },
    {
      it: 'lead to further lists of lists',
      query: '{ rows { cells { near { value } value } } table { near { id value } } }',
      data: {
        rows: [{ cells: [[{ near: [], value: 'B' }, null]] }, { cells: null }],
        table: [
          [
            {
              near: [
                [{ id: 'b', value: 'B' }],
                [
                  { id: 'c', value: 'C' },
                  { id: 'a', value: 'A' },
                ],
              ],
            },
            null,
            { near: [] },
          ],
          null,
          [],
          [{ near: [] }],
        ],
      },
    },
  ],
};

export const entities: readonly Scenario[] = [cinema, corrupted, nested];
