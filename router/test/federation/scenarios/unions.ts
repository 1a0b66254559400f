import { by, INADMISSIBLE, type Scenario } from '../scenario.ts';

const pets = [
  { __typename: 'Dog', id: 'd', name: 'Rex', barks: true, vet: 'Lee' },
  { __typename: 'Cat', id: 'c', name: 'Tom', lives: 9, vet: 'Kim' },
  { __typename: 'Fish', id: 'f', name: 'Wet', depth: 3 },
];
const one = (name: string) => pets.filter(({ __typename }) => __typename === name);

const members: Scenario = {
  name: 'a union with other members in each subgraph',
  subgraphs: {
    home: {
      sdl: `type Query { home: [Pet] shared(id: ID!): Pet }
        union Pet = Dog | Cat
        type Dog @key(fields: "id") { id: ID! name: String @shareable }
        type Cat @key(fields: "id") { id: ID! name: String @shareable lives: Int }`,
      resolvers: {
        Query: {
          home: () => [pets[0], null, pets[1]],
          shared: (_: unknown, key: { id: string }) => by(pets, 'id')(key),
        },
        Dog: { __resolveReference: by(one('Dog'), 'id') },
        Cat: { __resolveReference: by(one('Cat'), 'id') },
      },
    },
    pond: {
      sdl: `type Query { pond: [Pet] }
        union Pet = Dog | Fish
        type Dog @key(fields: "id") { id: ID! name: String @shareable barks: Boolean }
        type Fish { name: String depth: Int }`,
      resolvers: { Query: { pond: () => [pets[2], pets[0]] }, Dog: { __resolveReference: by(one('Dog'), 'id') } },
    },
    clinic: {
      sdl: `type Dog @key(fields: "id") { id: ID! vet: String } type Cat @key(fields: "id") { id: ID! vet: String }`,
      resolvers: { Dog: { __resolveReference: by(pets, 'id') }, Cat: { __resolveReference: by(pets, 'id') } },
    },
  },
  cases: [
    {
      it: 'may be asked for a member that this subgraph does not know',
      query: '{ home { __typename ... on Dog { name } ... on Fish { depth } } }',
      data: { home: [{ __typename: 'Dog', name: 'Rex' }, null, { __typename: 'Cat' }] },
    },
    {
      it: 'gives each member what lies elsewhere',
      query:
        '{ home { ... on Dog { barks vet } ... on Cat { vet lives } } pond { ... on Dog { vet } ... on Fish { depth } } }',
      data: {
        home: [{ barks: true, vet: 'Lee' }, null, { vet: 'Kim', lives: 9 }],
        pond: [{ depth: 3 }, { vet: 'Lee' }],
      },
    },
    {
      it: 'asked for nothing but a member it does not hold gives empty objects',
      query: '{ home { ... on Fish { depth } } }',
      data: { home: [{}, null, {}] },
    },
    {
      it: 'tells its member under another name',
      query: '{ pond { kind: __typename } home { kind: __typename __typename } }',
      data: {
        pond: [{ kind: 'Fish' }, { kind: 'Dog' }],
        home: [{ kind: 'Dog', __typename: 'Dog' }, null, { kind: 'Cat', __typename: 'Cat' }],
      },
    },
    {
      it: 'takes one name for different fields of different members',
      query: '{ home { ... on Dog { x: barks } ... on Cat { x: vet } } }',
      data: INADMISSIBLE,
    },
    {
      it: 'takes one name for like fields of different members, from different subgraphs',
      query: '{ home { ... on Dog { x: name } ... on Cat { x: vet } } }',
      data: { home: [{ x: 'Rex' }, null, { x: 'Kim' }] },
    },
    {
      it: 'takes swapped names',
      query: '{ home { ... on Dog { name: vet vet: name } ... on Cat { name: vet vet: name } } }',
      data: { home: [{ name: 'Lee', vet: 'Rex' }, null, { name: 'Kim', vet: 'Tom' }] },
    },
  ],
};

const accounts = [
  { __typename: 'Person', id: '1', handle: 'ada', similar: [{ __typename: 'Robot', id: '2', handle: 'r2' }] },
  { __typename: 'Robot', id: '2', handle: 'r2', similar: [] },
  { __typename: 'Robot', id: '3', handle: null, similar: null },
];

const childTypes: Scenario = {
  name: 'fields of one name whose types differ between members in one subgraph, not in the graph',
  subgraphs: {
    accounts: {
      sdl: `type Query { accounts: [Account!]! }
        union Account = Person | Robot
        type Person @key(fields: "id") { id: ID! handle: String! @shareable similar: [Account!]! @shareable }
        type Robot @key(fields: "id") { id: ID! handle: String @shareable similar: [Account] @shareable }`,
      resolvers: { Query: { accounts: () => accounts } },
    },
    mirror: {
      sdl: `union Account = Person | Robot
        type Person @key(fields: "id") { id: ID! handle: String @shareable similar: [Account] @shareable age: Int }
        type Robot @key(fields: "id") { id: ID! handle: String @shareable similar: [Account] @shareable age: Int }`,
      resolvers: {
        Person: { __resolveReference: by(accounts, 'id'), age: () => 36 },
        Robot: { __resolveReference: by(accounts, 'id'), age: () => 4 },
      },
    },
  },
  cases: [
    {
      it: 'are answered under their one name',
      query: '{ accounts { ... on Person { handle } ... on Robot { handle } } }',
      data: { accounts: [{ handle: 'ada' }, { handle: 'r2' }, { handle: null }] },
    },
    {
      it: 'are followed further into other subgraphs',
      query: `{ accounts { ... on Person { similar { ... on Robot { handle age } } }
        ... on Robot { similar { ... on Robot { handle age } } } } }`,
      data: { accounts: [{ similar: [{ handle: 'r2', age: 4 }] }, { similar: [] }, { similar: null }] },
    },
    {
      it: 'are answered under a name of the caller',
      query: '{ accounts { ... on Person { a: handle handle: id } ... on Robot { a: handle handle: id } } }',
      data: {
        accounts: [
          { a: 'ada', handle: '1' },
          { a: 'r2', handle: '2' },
          { a: null, handle: '3' },
        ],
      },
    },
  ],
};

const exhibits = [
  { __typename: 'Statue', id: 's', name: 'Nike', weight: 30, room: 'A' },
  { __typename: 'Print', id: 'p', name: 'Wave', ink: 'blue', room: 'B' },
];

const interfaceUnion: Scenario = {
  name: 'the same types as an interface here and as a union there',
  subgraphs: {
    hall: {
      sdl: `type Query { hall: [Exhibit!]! }
        interface Exhibit { id: ID! name: String }
        type Statue implements Exhibit @key(fields: "id") { id: ID! name: String @shareable weight: Int }
        type Print implements Exhibit @key(fields: "id") { id: ID! name: String @shareable ink: String }`,
      resolvers: {
        Query: { hall: () => exhibits },
        Statue: { __resolveReference: by(exhibits, 'id') },
        Print: { __resolveReference: by(exhibits, 'id') },
      },
    },
    depot: {
      sdl: `type Query { depot: [Thing!]! }
        union Thing = Statue | Print | Crate
        type Crate { size: Int }
        type Statue @key(fields: "id") { id: ID! name: String @shareable room: String }
        type Print @key(fields: "id") { id: ID! name: String @shareable room: String }`,
      resolvers: {
        Query: { depot: () => [exhibits[1], { __typename: 'Crate', size: 2 }] },
        Statue: { __resolveReference: by(exhibits, 'id') },
        Print: { __resolveReference: by(exhibits, 'id') },
      },
    },
  },
  cases: [
    {
      it: 'selects a member of the union by the interface',
      query: '{ depot { ... on Exhibit { name ... on Print { ink room } } ... on Crate { size } } }',
      data: { depot: [{ name: 'Wave', ink: 'blue', room: 'B' }, { size: 2 }] },
    },
    {
      it: 'selects an object of the interface by the union',
      query: '{ hall { ... on Thing { __typename ... on Statue { weight room } } id } }',
      data: {
        hall: [
          { __typename: 'Statue', weight: 30, room: 'A', id: 's' },
          { __typename: 'Print', id: 'p' },
        ],
      },
    },
    {
      it: 'mixes both in one fragment used twice',
      query: `{ hall { ...T } depot { ...T ... on Crate { size } } } fragment T on Thing { ... on Statue { name } ... on Exhibit { id } }`,
      data: { hall: [{ name: 'Nike', id: 's' }, { id: 'p' }], depot: [{ id: 'p' }, { size: 2 }] },
    },
  ],
};

export const unions: readonly Scenario[] = [members, childTypes, interfaceUnion];
