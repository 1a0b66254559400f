import { by, type Scenario } from '../scenario.ts';

// Values tell the subgraph they come from.
const rows = (from: string) =>
  ['1', '2'].map((id) => ({ id, title: `${from} title ${id}`, pages: 10, __typename: 'Leaflet' }));

const moved: Scenario = {
  name: 'a field that has moved to another subgraph',
  subgraphs: {
    old: {
      sdl: `type Query { leaflets: [Leaflet!]! greeting: String! @shareable } type Leaflet @key(fields: "id") { id: ID! title: String! pages: Int! }`,
      resolvers: {
        Query: { leaflets: () => rows('old'), greeting: () => 'hello' },
        Leaflet: { __resolveReference: by(rows('old'), 'id') },
      },
    },
    new: {
      sdl: `type Query { fresh: Leaflet! } type Leaflet @key(fields: "id") { id: ID! title: String! @override(from: "old") }`,
      resolvers: { Query: { fresh: () => rows('new')[0] }, Leaflet: { __resolveReference: by(rows('new'), 'id') } },
    },
    reader: {
      sdl: `type Leaflet @key(fields: "id") { id: ID! title: String! @external loud: String! @requires(fields: "title") }`,
      resolvers: { Leaflet: { loud: ({ title }: { title: string }) => title.toUpperCase() } },
    },
  },
  cases: [
    {
      it: 'is taken from its new place',
      query: '{ leaflets { title pages } }',
      data: {
        leaflets: [
          { title: 'new title 1', pages: 10 },
          { title: 'new title 2', pages: 10 },
        ],
      },
    },
    {
      it: 'is required from its new place',
      query: '{ leaflets { loud } fresh { loud title pages } }',
      data: {
        leaflets: [{ loud: 'NEW TITLE 1' }, { loud: 'NEW TITLE 2' }],
        fresh: { loud: 'NEW TITLE 1', title: 'new title 1', pages: 10 },
      },
    },
  ],
};

const abstractMove: Scenario = {
  name: 'a field that has moved, asked for through an interface',
  subgraphs: {
    old: {
      sdl: `type Query { papers: [Paper!]! } interface Paper { id: ID! title: String! }
        type Leaflet implements Paper @key(fields: "id") { id: ID! title: String! }
        type Poster implements Paper @key(fields: "id") { id: ID! title: String! }`,
      resolvers: {
        Query: { papers: () => [...rows('old'), { __typename: 'Poster', id: '3', title: 'old poster' }] },
        Leaflet: { __resolveReference: by(rows('old'), 'id') },
        Poster: { __resolveReference: ({ id }: { id: string }) => ({ id, title: 'old poster' }) },
      },
    },
    new: {
      sdl: `type Leaflet @key(fields: "id") { id: ID! title: String! @override(from: "old") }`,
      resolvers: { Leaflet: { __resolveReference: by(rows('new'), 'id') } },
    },
  },
  cases: [
    {
      it: "is taken from each type's own place",
      query: '{ papers { __typename title } }',
      data: {
        papers: [
          { __typename: 'Leaflet', title: 'new title 1' },
          { __typename: 'Leaflet', title: 'new title 2' },
          { __typename: 'Poster', title: 'old poster' },
        ],
      },
    },
    {
      it: 'is taken from its new place by a fragment on the type',
      query: '{ papers { ... on Leaflet { title } ... on Poster { title id } } }',
      data: { papers: [{ title: 'new title 1' }, { title: 'new title 2' }, { title: 'old poster', id: '3' }] },
    },
  ],
};

const progressive: Scenario = {
  name: 'a field that is moving by label',
  subgraphs: {
    old: {
      sdl: `type Query { leaflets: [Leaflet!]! } type Leaflet @key(fields: "id") { id: ID! title: String! pages: Int! }`,
      resolvers: { Query: { leaflets: () => rows('old') }, Leaflet: { __resolveReference: by(rows('old'), 'id') } },
    },
    new: {
      sdl: `type Query { fresh: Leaflet! } type Leaflet @key(fields: "id") { id: ID! title: String! @override(from: "old", label: "move-title")
          pages: Int! @override(from: "old", label: "percent(0)") }`,
      resolvers: { Query: { fresh: () => rows('new')[1] }, Leaflet: { __resolveReference: by(rows('new'), 'id') } },
    },
  },
  cases: [
    {
      it: 'is taken from its old place while nobody has set the label',
      query: '{ leaflets { title pages } }',
      data: {
        leaflets: [
          { title: 'old title 1', pages: 10 },
          { title: 'old title 2', pages: 10 },
        ],
      },
      asks: ['old'],
    },
    {
      it: 'is taken from its old place also from where it will be',
      query: '{ fresh { id title } }',
      data: { fresh: { id: '2', title: 'old title 2' } },
    },
  ],
};

const unavailable: Scenario = {
  name: 'a field that has moved to a subgraph without a key',
  subgraphs: {
    old: {
      sdl: `type Query { box: Box! name: String! } type Box @shareable { height: Int! width: Int! }`,
      resolvers: { Query: { box: () => ({ height: 1, width: 1 }), name: () => 'old' } },
    },
    new: {
      sdl: `type Query { box: Box! @override(from: "old") name: String! @override(from: "old") } type Box @shareable { height: Int! width: Int! }`,
      resolvers: { Query: { box: () => ({ height: 2, width: 2 }), name: () => 'new' } },
    },
  },
  cases: [
    {
      it: 'is taken from there at the root',
      query: '{ name box { width height } }',
      data: { name: 'new', box: { width: 2, height: 2 } },
      asks: ['new'],
    },
  ],
};

export const override: readonly Scenario[] = [moved, abstractMove, progressive, unavailable];
