import { by, type Scenario } from '../scenario.ts';

const nobody: Scenario = {
  name: 'an interface that nothing implements where it is asked for',
  subgraphs: {
    a: {
      sdl: `type Query { a: Node shop: Shop } interface Node @key(fields: "id") { id: ID! }
        interface Shop @key(fields: "id") { id: ID! } type Stall implements Shop @key(fields: "id") { id: ID! }`,
      resolvers: { Query: { a: () => null, shop: () => ({ __typename: 'Stall', id: 's' }) } },
    },
    b: {
      sdl: `type Query { b: Node } type Node @interfaceObject @key(fields: "id", resolvable: false) { id: ID! word: String! }`,
      resolvers: { Query: { b: () => ({ id: 'n', word: 'w' }) } },
    },
  },
  cases: [
    {
      it: 'cannot be answered, which is no null without a word',
      query: '{ a { word } }',
      data: null,
      errors: ['a'],
      stock: { data: { a: null }, errors: [], why: 'The planner leaves the field out, and nobody misses it.' },
    },
    {
      it: 'leaves the other fields their answers',
      query: '{ x: a { word } shop { id } b { word } __typename }',
      data: { x: null, shop: { id: 's' }, b: { word: 'w' }, __typename: 'Query' },
      errors: ['x'],
      stock: { errors: [], why: 'The planner leaves the field out, and nobody misses it.' },
    },
    {
      it: 'is asked for in vain where the subgraph can say so itself',
      query: '{ a { id } }',
      data: { a: null },
    },
  ],
};

const marked = (
  more: string,
) => `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])
  @link(url: "https://specs.example.org/mark/v1.0", import: ["@mark"]) @composeDirective(name: "@mark")
  directive @mark(as: Mark! ${more}, note: String) on FIELD | INLINE_FRAGMENT enum Mark { RED BLUE }`;
const NOT_THERE = 'What subgraphs composed is taken out of the schema that callers see.';

const NONE = { defaultValue: null };
const BLUE = { defaultValue: 'BLUE' };
const BUILT_IN = [
  { name: 'include', args: [NONE] },
  { name: 'skip', args: [NONE] },
  { name: 'deprecated', args: [{ defaultValue: '"No longer supported"' }] },
  { name: 'specifiedBy', args: [NONE] },
  { name: 'oneOf', args: [] },
];

const directives: Scenario = {
  name: 'a directive for operations that subgraphs have composed',
  subgraphs: {
    a: {
      sdl: `${marked('')} type Query { one: String thing: Thing } type Thing @key(fields: "id") { id: ID! }`,
      resolvers: { Query: { one: () => 'one', thing: () => ({ id: 't' }) } },
    },
    b: {
      sdl: `${marked('= BLUE')} type Query { two: String } type Thing @key(fields: "id") { id: ID! size: Int }`,
      resolvers: { Query: { two: () => 'two' }, Thing: { size: () => 3 } },
    },
  },
  cases: [
    {
      it: 'is passed on with what it is by default',
      query: '{ one @mark two @mark thing { size @mark(as: RED) } }',
      data: { one: 'one', two: 'two', thing: { size: 3 } },
      stock: { data: 'inadmissible', why: NOT_THERE },
    },
    {
      it: 'is shown with what it is by default',
      query: '{ __schema { directives { name args { defaultValue } } } }',
      data: { __schema: { directives: [{ name: 'mark', args: [BLUE, NONE] }, ...BUILT_IN] } },
      stock: { data: { __schema: { directives: BUILT_IN } }, why: NOT_THERE },
    },
  ],
};

const BOTH_WAYS = 'What one variable includes and skips, the planner takes for nothing, with the object around it.';

const emptied: Scenario = {
  name: 'objects of which a variable leaves nothing',
  subgraphs: {
    a: {
      sdl: 'type Query { crate: Crate! crates: [Crate!]! } type Crate @key(fields: "id") { id: ID! }',
      resolvers: { Query: { crate: () => ({ id: '1' }), crates: () => [{ id: '1' }] } },
    },
    b: {
      sdl: 'type Crate @key(fields: "id") { id: ID! lid: Lid! } type Lid { id: ID! size: Int }',
      resolvers: { Crate: { lid: () => ({ id: 'l', size: 3 }) } },
    },
  },
  cases: [
    {
      it: 'are there, at the root',
      query: 'query ($on: Boolean!) { crate @include(if: $on) { id @skip(if: $on) } crates { id @include(if: $on) } }',
      variables: { on: true },
      data: { crate: {}, crates: [{ id: '1' }] },
    },
    {
      it: 'are there, below an entity',
      query:
        'query ($on: Boolean!) { crates { lid @include(if: $on) { ...L @skip(if: $on) } } } fragment L on Lid { size }',
      variables: { on: true },
      data: { crates: [{ lid: {} }] },
      stock: { data: null, errors: ['crates.0.lid'], why: BOTH_WAYS },
    },
    {
      it: 'are not asked for what is in a fragment that nothing is left of',
      query: 'query ($on: Boolean!) { crates { id ...L } } fragment L on Crate { lid @include(if: $on) { size } }',
      variables: { on: false },
      data: { crates: [{ id: '1' }] },
      asks: ['a'],
    },
    {
      it: 'are whole where the variable is the other way round',
      query: 'query ($on: Boolean!) { crates { lid @include(if: $on) { size @skip(if: $on) } id @skip(if: $on) } }',
      variables: { on: false },
      data: { crates: [{ id: '1' }] },
    },
    {
      it: 'need no request where nothing is left at all',
      query: 'query ($on: Boolean!) { crates @include(if: $on) { id } ... @skip(if: true) { crate { id } } }',
      variables: { on: false },
      data: {},
      asks: [],
    },
  ],
};

const found = [
  { __typename: 'Coin', id: 'c', worth: 5 },
  { __typename: 'Vase', id: 'v', worth: 900 },
];
const without = (type: string) =>
  found.map(({ worth, ...rest }) => (rest.__typename === type ? rest : { ...rest, worth }));

const shared: Scenario = {
  name: 'an interface below a field that two subgraphs share, each of which knows it of another type',
  stockCannot: 'The planner rules out each way to complete a type by the way of the other, and then finds none.',
  subgraphs: {
    coins: {
      sdl: `type Query { finds: [Find!]! @shareable } interface Find { id: ID! }
        type Coin implements Find @key(fields: "id") { id: ID! worth: Int } type Vase implements Find @key(fields: "id") { id: ID! }`,
      resolvers: { Query: { finds: () => without('Vase') }, Coin: { __resolveReference: by(found, 'id') } },
    },
    vases: {
      sdl: `type Query { finds: [Find!]! @shareable } interface Find { id: ID! }
        type Coin implements Find @key(fields: "id") { id: ID! } type Vase implements Find @key(fields: "id") { id: ID! worth: Int }`,
      resolvers: { Query: { finds: () => without('Coin') }, Vase: { __resolveReference: by(found, 'id') } },
    },
    shop: {
      sdl: `type Query { best: Find } interface Find { id: ID! worth: Int }
        type Coin implements Find @key(fields: "id") { id: ID! worth: Int @external } type Vase implements Find @key(fields: "id") { id: ID! worth: Int @external }`,
      resolvers: { Query: { best: () => ({ __typename: 'Vase', id: 'v' }) } },
    },
  },
  cases: [
    {
      it: 'has a field that belongs to the types',
      query: '{ finds { price: worth ...F __typename } best { worth } } fragment F on Find { id }',
      data: {
        finds: [
          { price: 5, id: 'c', __typename: 'Coin' },
          { price: 900, id: 'v', __typename: 'Vase' },
        ],
        best: { worth: 900 },
      },
    },
  ],
};

interface Tool {
  readonly id: string;
  readonly weight: number;
}

const conditional: Scenario = {
  name: 'a required field of an interface object below a condition',
  stockCannot: 'The planner finds no way while the condition is open.',
  subgraphs: {
    shelf: {
      sdl: `type Query { shelf: Shelf } type Shelf { tools: [Tool!]! } type Tool @key(fields: "id") @interfaceObject { id: ID! }`,
      resolvers: { Query: { shelf: () => ({ tools: [{ id: 's' }] }) } },
    },
    kinds: {
      sdl: `interface Tool @key(fields: "id") { id: ID! } type Saw implements Tool @key(fields: "id") { id: ID! }`,
      resolvers: { Tool: { __resolveReference: ({ id }: Tool) => ({ __typename: 'Saw', id }) } },
    },
    weights: {
      sdl: `type Tool @key(fields: "id") @interfaceObject { id: ID! weight: Int }`,
      resolvers: { Tool: { __resolveReference: ({ id }: Tool) => ({ id, weight: 3 }) } },
    },
    post: {
      sdl: `type Tool @key(fields: "id") @interfaceObject {
        id: ID! weight: Int @external postage: Int @requires(fields: "weight") }`,
      resolvers: { Tool: { postage: ({ weight }: Tool) => weight * 2 } },
    },
  },
  cases: [true, false].map((all) => ({
    it: `is planned when it is known that the condition is ${all}`,
    query: 'query ($all: Boolean!) { shelf { tools @include(if: $all) { ... on Saw { postage } } } }',
    variables: { all },
    data: { shelf: all ? { tools: [{ postage: 6 }] } : {} },
  })),
};

const SHELF = `interface Page { id: ID! } type Leaf implements Page @shareable { id: ID! } union Thing = Book | Leaf`;
const ruledOut: Scenario = {
  name: 'a fragment that is ruled out further above',
  stockCannot: 'The planner moves it to a type that it cannot be of, and throws.',
  subgraphs: {
    a: {
      sdl: `type Query { things: [Thing!]! } type Book @key(fields: "id") { id: ID! } ${SHELF}`,
      resolvers: {
        Query: {
          things: () => [
            { __typename: 'Leaf', id: 'l' },
            { __typename: 'Book', id: 'b' },
          ],
        },
      },
    },
    b: {
      sdl: `type Book @key(fields: "id") { id: ID! pages: Int } ${SHELF}`,
      resolvers: { Book: { __resolveReference: by([{ id: 'b', pages: 300 }], 'id') } },
    },
  },
  cases: [
    {
      it: 'is left out, though each fits what is right above it',
      query: '{ things { ... on Page { ... on Thing { ... on Book { __typename } } } } }',
      data: { things: [{}, {}] },
    },
  ],
};

export const plannerGaps: readonly Scenario[] = [shared, nobody, directives, emptied, conditional, ruledOut];
