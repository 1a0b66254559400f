import { by, INADMISSIBLE, type Scenario } from '../scenario.ts';

const staff = [
  { __typename: 'Clerk', id: '1', secret: 's1', badge: 'B1', pay: 10 },
  { __typename: 'Spy', id: '2', secret: 's2', badge: 'B2', cover: 'cook' },
];

const hidden: Scenario = {
  name: 'parts of the graph that callers must not see',
  subgraphs: {
    a: {
      sdl: `type Query { staff: [Staff!]! clerk: Clerk person: Staff hiddenRoot: String @inaccessible box: Box }
        interface Staff { id: ID! }
        type Clerk implements Staff @key(fields: "id secret") @tag(name: "office") { id: ID! secret: String! @inaccessible }
        type Spy implements Staff @inaccessible @key(fields: "id") { id: ID! cover: String }
        type Box @shareable { size: Int inner: Hidden @inaccessible } type Hidden @shareable @inaccessible { x: Int }`,
      resolvers: {
        Query: {
          staff: () => staff,
          clerk: () => staff[0],
          person: () => staff[1],
          hiddenRoot: () => 'h',
          box: () => ({ size: 1 }),
        },
        Clerk: { __resolveReference: by(staff, 'id') },
      },
    },
    b: {
      sdl: `type Clerk @key(fields: "id secret") { id: ID! secret: String! @inaccessible badge: String! level(of: Int = 1 @inaccessible, by: Int = 2): String!
          vault: String @inaccessible open: String! @requires(fields: "pay") pay: Int @external }`,
      resolvers: {
        Clerk: {
          __resolveReference: ({ id, secret, pay }: any) =>
            staff.filter((one) => one.id === id && one.secret === secret).map((one) => ({ ...one, pay }))[0],
          level: (_: unknown, args: object) => JSON.stringify(args),
          open: ({ pay }: any) => `pays ${pay}`,
        },
      },
    },
    c: {
      sdl: `type Clerk @key(fields: "id secret") { id: ID! secret: String! pay: Int @inaccessible } type Query { x: Int @tag(name: "t") }`,
      resolvers: { Clerk: { __resolveReference: by(staff, 'id') }, Query: { x: () => 1 } },
    },
  },
  cases: [
    {
      it: 'may still be keys that a fetch needs',
      query: '{ clerk { badge level(by: 5) } x }',
      data: { clerk: { badge: 'B1', level: '{"of":1,"by":5}' }, x: 1 },
    },
    {
      it: 'may still be required by what they do see',
      query: '{ clerk { open id } }',
      data: { clerk: { open: 'pays 10', id: '1' } },
    },
    { it: 'cannot be asked for as a field', query: '{ clerk { secret } }', data: INADMISSIBLE },
    { it: 'cannot be asked for as a type', query: '{ staff { ... on Spy { id } } }', data: INADMISSIBLE },
    { it: 'cannot be asked for as a root field', query: '{ hiddenRoot }', data: INADMISSIBLE },
    { it: 'cannot be asked for as an argument', query: '{ clerk { level(of: 3) } }', data: INADMISSIBLE },
    {
      it: 'have types whose objects are null with an error',
      query: '{ person { id } }',
      data: { person: null },
      errors: ['person'],
    },
    {
      it: 'have types whose objects take a list with them that may hold no null',
      query: '{ staff { __typename id } x }',
      data: null,
      errors: ['staff.1'],
    },
    {
      it: 'are unknown to introspection, and federation with them',
      query: `{ a: __type(name: "Spy") { name } b: __type(name: "_Entity") { name } c: __type(name: "Clerk") { fields { name args { name } } }
        __schema { queryType { fields { name } } directives { name } } d: __type(name: "join__Graph") { name } }`,
      data: {
        a: null,
        b: null,
        c: {
          fields: [
            { name: 'id', args: [] },
            { name: 'badge', args: [] },
            { name: 'level', args: [{ name: 'by' }] },
            { name: 'open', args: [] },
          ],
        },
        __schema: {
          queryType: { fields: ['staff', 'clerk', 'person', 'box', 'x'].map((name) => ({ name })) },
          directives: ['include', 'skip', 'deprecated', 'specifiedBy', 'oneOf'].map((name) => ({ name })),
        },
        d: null,
      },
    },
    { it: "cannot be had by federation's own root fields", query: '{ _service { sdl } }', data: INADMISSIBLE },
    {
      it: 'cannot be had by representations',
      query: '{ _entities(representations: []) { __typename } }',
      data: INADMISSIBLE,
    },
  ],
};

const introspection: Scenario = {
  name: 'introspection',
  subgraphs: {
    a: {
      sdl: `"What there is to ask." type Query { "The items." items(first: Int = 10): [Item!]! }
        type Item @key(fields: "id") { id: ID! old: String @deprecated(reason: "use fresh") fresh: String }`,
      resolvers: { Query: { items: () => [{ id: '1' }] }, Item: { __resolveReference: ({ id }: any) => ({ id }) } },
    },
    b: { sdl: `type Item @key(fields: "id") { id: ID! price: Float! }`, resolvers: { Item: { price: () => 1.5 } } },
  },
  cases: [
    {
      it: 'is answered beside data',
      query:
        '{ items { price } __schema { queryType { name description fields { name description args { name defaultValue } } } } }',
      data: {
        items: [{ price: 1.5 }],
        __schema: {
          queryType: {
            name: 'Query',
            description: 'What there is to ask.',
            fields: [{ name: 'items', description: 'The items.', args: [{ name: 'first', defaultValue: '10' }] }],
          },
        },
      },
    },
    {
      it: 'takes variables, fragments and conditions',
      query: `query ($n: String!, $d: Boolean, $skip: Boolean!) { t: __type(name: $n) { ...T } __type(name: "Query") @skip(if: $skip) { name } }
        fragment T on __Type { name @skip(if: $skip) fields(includeDeprecated: $d) { name isDeprecated ofType: type { kind ofType { name } } } }`,
      variables: { n: 'Item', d: true, skip: true },
      data: {
        t: {
          fields: [
            { name: 'id', isDeprecated: false, ofType: { kind: 'NON_NULL', ofType: { name: 'ID' } } },
            { name: 'old', isDeprecated: true, ofType: { kind: 'SCALAR', ofType: null } },
            { name: 'fresh', isDeprecated: false, ofType: { kind: 'SCALAR', ofType: null } },
            { name: 'price', isDeprecated: false, ofType: { kind: 'NON_NULL', ofType: { name: 'Float' } } },
          ],
        },
      },
    },
    {
      it: 'asks no subgraph',
      query: '{ __type(name: "Nothing") { name } __schema { mutationType { name } } }',
      data: { __type: null, __schema: { mutationType: null } },
      asks: [],
    },
  ],
};

export const visibility: readonly Scenario[] = [hidden, introspection];
