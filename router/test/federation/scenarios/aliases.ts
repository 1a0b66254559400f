import { by, type Scenario } from '../scenario.ts';

const plants = [
  { __typename: 'Tree', id: 't', name: 'Elm', height: 9, leaf: 'oval', soil: 'clay', bed: { id: 'b1' } },
  { __typename: 'Herb', id: 'h', name: 'Dill', taste: 'sour', leaf: 'fine', soil: 'sand', bed: { id: 'b2' } },
];
const beds = [
  { id: 'b1', name: 'North', sun: 4, gardener: { first: 'Ada', last: 'Lo' } },
  { id: 'b2', name: 'South', sun: 9, gardener: { first: 'Bob', last: 'Hi' } },
];

const garden: Scenario = {
  name: 'names that the caller chooses',
  subgraphs: {
    plants: {
      sdl: `type Query { plants: [Plant!]! plant(id: ID!, name: String): Plant } interface Plant { id: ID! name: String! leaf: String bed: Bed }
        type Tree implements Plant @key(fields: "id") { id: ID! name: String! height: Int! leaf: String bed: Bed }
        type Herb implements Plant @key(fields: "id") { id: ID! name: String! taste: String! leaf: String bed: Bed }
        type Bed @key(fields: "id") { id: ID! }`,
      resolvers: {
        Query: { plants: () => plants, plant: (_: unknown, key: { id: string }) => by(plants, 'id')(key) },
        Tree: { __resolveReference: by(plants, 'id') },
        Herb: { __resolveReference: by(plants, 'id') },
      },
    },
    soils: {
      sdl: `type Tree @key(fields: "id") { id: ID! soil: String } type Herb @key(fields: "id") { id: ID! soil: String }`,
      resolvers: { Tree: { __resolveReference: by(plants, 'id') }, Herb: { __resolveReference: by(plants, 'id') } },
    },
    beds: {
      sdl: `type Bed @key(fields: "id") { id: ID! name: String! sun: Int! gardener: Gardener! } type Gardener { first: String! last: String! }`,
      resolvers: { Bed: { __resolveReference: by(beds, 'id') } },
    },
  },
  cases: [
    {
      it: 'may be names of other fields',
      query: '{ plants { name: id id: name leaf: __typename } }',
      data: {
        plants: [
          { name: 't', id: 'Elm', leaf: 'Tree' },
          { name: 'h', id: 'Dill', leaf: 'Herb' },
        ],
      },
    },
    {
      it: 'may hide the key that a fetch needs',
      query: '{ plants { id: leaf ... on Tree { soil } ... on Herb { soil } } }',
      data: {
        plants: [
          { id: 'oval', soil: 'clay' },
          { id: 'fine', soil: 'sand' },
        ],
      },
      stock: {
        data: {
          plants: [
            { id: 't', soil: 'clay' },
            { id: 'h', soil: 'sand' },
          ],
        },
        why: 'The planner drops a selection whose response name is the name of a key field.',
      },
    },
    {
      it: 'may hide the key of a fetched entity behind a field of that entity',
      query: '{ plants { bed { id: name sun } } }',
      data: { plants: [{ bed: { id: 'North', sun: 4 } }, { bed: { id: 'South', sun: 9 } }] },
    },
    {
      it: 'may be like the names that the federation uses inside',
      query: '{ _entities: plants { _service: id ... on Tree { representations: soil __alias: height } } }',
      data: {
        _entities: [{ _service: 't', representations: 'clay', __alias: 9 }, { _service: 'h' }],
      },
    },
    {
      it: 'may be like the properties that every object has',
      query:
        '{ constructor: plants { toString: name hasOwnProperty: leaf valueOf: bed { __proto__: name constructor: sun } } }',
      data: JSON.parse(
        `{"constructor":[{"toString":"Elm","hasOwnProperty":"oval","valueOf":{"__proto__":"North","constructor":4}},{"toString":"Dill","hasOwnProperty":"fine","valueOf":{"__proto__":"South","constructor":9}}]}`,
      ),
    },
    {
      it: 'may be one for objects of different types',
      query: '{ plants { ... on Tree { x: height y: soil } ... on Herb { y: leaf } } }',
      data: { plants: [{ x: 9, y: 'clay' }, { y: 'fine' }] },
    },
    {
      it: 'may be one for fields of different subgraphs in different types',
      query: '{ plants { ... on Tree { y: leaf z: soil } ... on Herb { y: soil z: leaf } } }',
      data: {
        plants: [
          { y: 'oval', z: 'clay' },
          { y: 'sand', z: 'fine' },
        ],
      },
    },
    {
      it: 'may be one for objects with different fields',
      query:
        '{ plants { ... on Tree { p: bed { name g: gardener { n: first } } } ... on Herb { p: bed { sun g: gardener { n: last } } } } }',
      data: {
        plants: [{ p: { name: 'North', g: { n: 'Ada' } } }, { p: { sun: 9, g: { n: 'Hi' } } }],
      },
      stock: {
        data: { plants: [{ p: { name: 'North', g: { n: 'Ada' } } }, { p: { sun: 9, g: { n: 'Bob' } } }] },
        why: 'The planner fetches for a path whatever the types on it: of two fields with one response name one is lost.',
      },
    },
    {
      it: 'may repeat one field with different arguments',
      query: '{ a: plant(id: "t") { name } b: plant(id: "h") { name } plant(id: "x") { name } }',
      data: { a: { name: 'Elm' }, b: { name: 'Dill' }, plant: null },
    },
    {
      it: 'may repeat one field, merged when its name is the same',
      query: '{ plant(id: "t") { bed { name } } plant(id: "t") { name bed { sun n: name } } }',
      data: { plant: { bed: { name: 'North', sun: 4, n: 'North' }, name: 'Elm' } },
    },
    {
      it: 'are written in the order in which they come first',
      query:
        '{ ...B plants { id } ...A } fragment A on Query { plants { leaf id } a: __typename } fragment B on Query { b: __typename plants { name } }',
      data: {
        b: 'Query',
        plants: [
          { name: 'Elm', id: 't', leaf: 'oval' },
          { name: 'Dill', id: 'h', leaf: 'fine' },
        ],
        a: 'Query',
      },
    },
  ],
};

const typenames: Scenario = {
  name: 'the names of types',
  subgraphs: garden.subgraphs,
  cases: [
    {
      it: 'are known at the root without a request',
      query: '{ __typename t: __typename ...F } fragment F on Query { u: __typename }',
      data: { __typename: 'Query', t: 'Query', u: 'Query' },
      asks: [],
    },
    {
      it: 'are told beside other fields, wherever asked for',
      query:
        '{ __typename plants { __typename bed { t: __typename gardener { __typename u: __typename first } __typename } } }',
      data: {
        __typename: 'Query',
        plants: [
          {
            __typename: 'Tree',
            bed: { t: 'Bed', gardener: { __typename: 'Gardener', u: 'Gardener', first: 'Ada' }, __typename: 'Bed' },
          },
          {
            __typename: 'Herb',
            bed: { t: 'Bed', gardener: { __typename: 'Gardener', u: 'Gardener', first: 'Bob' }, __typename: 'Bed' },
          },
        ],
      },
    },
    {
      it: 'are told in fragments for one type alone',
      query: '{ plants { ... on Tree { __typename } ... on Plant { p: __typename } } }',
      data: { plants: [{ __typename: 'Tree', p: 'Tree' }, { p: 'Herb' }] },
    },
    {
      it: 'are told of an object of which nothing else is asked',
      query: '{ plants { bed { __typename } } }',
      data: { plants: [{ bed: { __typename: 'Bed' } }, { bed: { __typename: 'Bed' } }] },
    },
    {
      it: 'are told beside introspection',
      query: '{ __typename __type(name: "Bed") { name kind fields { name } } plant(id: "t") { __typename } }',
      data: {
        __typename: 'Query',
        __type: {
          name: 'Bed',
          kind: 'OBJECT',
          fields: [{ name: 'id' }, { name: 'name' }, { name: 'sun' }, { name: 'gardener' }],
        },
        plant: { __typename: 'Tree' },
      },
    },
  ],
};

export const aliases: readonly Scenario[] = [garden, typenames];
