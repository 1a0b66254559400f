import { by, type Scenario } from '../scenario.ts';

const songs = [
  { id: 's1', name: 'Fog', artist: { id: 'a1' }, plays: 3 },
  { id: 's2', name: 'Ice', artist: { id: 'a2' }, plays: 8 },
];
const artists = [
  { id: 'a1', name: 'Lo', label: 'L1', fans: 100 },
  { id: 'a2', name: 'Hi', label: 'L2', fans: 200 },
];

const data = (songsOut: unknown[]) => ({ songs: songsOut });

const conditional: Scenario = {
  name: 'parts of an operation that a variable switches on and off',
  subgraphs: {
    songs: {
      sdl: `type Query { songs: [Song!]! } type Song @key(fields: "id") { id: ID! name: String! artist: Artist! }
        type Artist @key(fields: "id") { id: ID! }`,
      resolvers: { Query: { songs: () => songs }, Song: { __resolveReference: by(songs, 'id') } },
    },
    artists: {
      sdl: `type Artist @key(fields: "id") { id: ID! name: String! label: String! }`,
      resolvers: { Artist: { __resolveReference: by(artists, 'id') } },
    },
    stats: {
      sdl: `type Song @key(fields: "id") { id: ID! plays: Int! name: String! @external loud: String! @requires(fields: "name") }
        type Artist @key(fields: "id") { id: ID! label: String! @external fans: Int! @requires(fields: "label") }`,
      resolvers: {
        Song: {
          __resolveReference: ({ id, name }: { id: string; name?: string }) => ({ ...by(songs, 'id')({ id }), name }),
          loud: ({ name }: { name: string }) => name.toUpperCase(),
        },
        Artist: {
          fans: ({ label }: { label: string }) => artists.find((one) => one.label === label)?.fans,
        },
      },
    },
  },
  cases: [
    {
      it: 'leave out a whole fetch',
      query: 'query ($on: Boolean!) { songs { name artist @include(if: $on) { name } } }',
      variables: { on: false },
      data: data([{ name: 'Fog' }, { name: 'Ice' }]),
      asks: ['songs'],
    },
    {
      it: 'bring the fetch back',
      query: 'query ($on: Boolean!) { songs { name artist @include(if: $on) { name } } }',
      variables: { on: true },
      data: data([
        { name: 'Fog', artist: { name: 'Lo' } },
        { name: 'Ice', artist: { name: 'Hi' } },
      ]),
      asks: ['songs', 'artists'],
    },
    {
      it: 'leave out a field of an entity with all that it requires',
      query: 'query ($off: Boolean!) { songs { artist { id fans @skip(if: $off) } } }',
      variables: { off: true },
      data: data([{ artist: { id: 'a1' } }, { artist: { id: 'a2' } }]),
    },
    {
      it: 'leave out what a field requires, and not the fields that are fetched beside it',
      query: 'query ($on: Boolean!) { songs { loud @include(if: $on) plays } }',
      variables: { on: false },
      data: data([{ plays: 3 }, { plays: 8 }]),
      stock: {
        data: null,
        errors: ['songs.0.plays', 'songs.1.plays'],
        why: 'It does not ask for an entity that lacks a required field, though nobody wants what requires it.',
      },
    },
    {
      it: 'bring it back with what it requires',
      query: 'query ($on: Boolean!) { songs { loud @include(if: $on) plays } }',
      variables: { on: true },
      data: data([
        { loud: 'FOG', plays: 3 },
        { loud: 'ICE', plays: 8 },
      ]),
    },
    {
      it: 'take a default when the variable is not given',
      query:
        'query ($on: Boolean = true, $off: Boolean! = true) { songs { plays @include(if: $on) name @skip(if: $off) } }',
      data: data([{ plays: 3 }, { plays: 8 }]),
    },
    {
      it: 'switch fragments, named and inline',
      query: `query ($a: Boolean!, $b: Boolean!) { songs { ...N @include(if: $a) ... @skip(if: $b) { artist { fans } } } }
        fragment N on Song { name plays }`,
      variables: { a: true, b: true },
      data: data([
        { name: 'Fog', plays: 3 },
        { name: 'Ice', plays: 8 },
      ]),
    },
    {
      it: 'switch a fragment that spans subgraphs',
      query: `query ($a: Boolean!, $b: Boolean!) { songs { ...N @include(if: $a) ... @skip(if: $b) { artist { fans } } } }
        fragment N on Song { name plays }`,
      variables: { a: false, b: false },
      data: data([{ artist: { fans: 100 } }, { artist: { fans: 200 } }]),
    },
    {
      it: 'switch the name of the type',
      query:
        'query ($t: Boolean!) { __typename @skip(if: $t) songs { __typename @include(if: $t) t: __typename @skip(if: $t) artist { __typename @include(if: $t) fans } } }',
      variables: { t: true },
      data: data([
        { __typename: 'Song', artist: { __typename: 'Artist', fans: 100 } },
        { __typename: 'Song', artist: { __typename: 'Artist', fans: 200 } },
      ]),
    },
    {
      it: 'leave empty objects when everything is switched off',
      query: 'query ($t: Boolean!) { songs { name @include(if: $t) artist { fans @include(if: $t) } } }',
      variables: { t: false },
      data: data([{ artist: {} }, { artist: {} }]),
    },
    {
      it: 'leave empty objects that are under another condition themselves',
      query:
        'query ($t: Boolean!, $u: Boolean!) { songs @skip(if: $t) { name @include(if: $u) ... on Song @include(if: $u) { plays } } }',
      variables: { t: false, u: false },
      data: data([{}, {}]),
      stock: {
        data: null,
        errors: ['songs'],
        why: 'The planner takes the condition of all that is selected for a condition of the object.',
      },
    },
    {
      it: 'leave an empty answer when everything is switched off',
      query: 'query ($t: Boolean!) { songs @include(if: $t) { name } ... @include(if: $t) { songs { plays } } }',
      variables: { t: false },
      data: {},
      asks: [],
    },
    {
      it: 'include when both directives agree, and only then',
      query: `query ($y: Boolean!, $n: Boolean!) { songs { a: name @include(if: $y) @skip(if: $n) b: name @include(if: $y) @skip(if: $y)
        c: plays @include(if: $n) @skip(if: $n) d: plays @skip(if: $n) @include(if: $y) } }`,
      variables: { y: true, n: false },
      data: data([
        { a: 'Fog', d: 3 },
        { a: 'Ice', d: 8 },
      ]),
    },
    {
      it: 'keep a field that another place selects without a condition',
      query:
        'query ($n: Boolean!) { songs { name @include(if: $n) ...F artist @include(if: $n) { name } artist { label } } } fragment F on Song { name }',
      variables: { n: false },
      data: data([
        { name: 'Fog', artist: { label: 'L1' } },
        { name: 'Ice', artist: { label: 'L2' } },
      ]),
    },
    {
      it: 'know constants',
      query: '{ songs { name @skip(if: true) plays @include(if: true) artist @include(if: false) { fans } } }',
      data: data([{ plays: 3 }, { plays: 8 }]),
    },
    {
      it: 'nest, around fetches in fetches',
      query: `query ($a: Boolean!, $b: Boolean!) { songs { ... @include(if: $a) { artist { ... @include(if: $b) { fans } name @skip(if: $b) } } } }`,
      variables: { a: true, b: false },
      data: data([{ artist: { name: 'Lo' } }, { artist: { name: 'Hi' } }]),
    },
  ],
};

export const conditions: readonly Scenario[] = [conditional];
