import { by, type Scenario } from '../scenario.ts';

const desks = [
  { floor: { nr: 1, wing: { code: 'N' } }, seat: 4, owner: 'ada', screen: 27 },
  { floor: { nr: 1, wing: { code: 'S' } }, seat: 4, owner: 'bob', screen: 24 },
  { floor: { nr: 2, wing: { code: 'N' } }, seat: 1, owner: null, screen: 32 },
];
type Desk = (typeof desks)[number];
const findDesk = ({ floor, seat }: Desk) =>
  desks.find((one) => one.seat === seat && one.floor.nr === floor.nr && one.floor.wing.code === floor.wing.code) ??
  null;

const compound: Scenario = {
  name: 'a key of several fields, some of them inside objects',
  subgraphs: {
    plan: {
      sdl: `type Query { desks: [Desk!]! }
        type Desk @key(fields: "floor { nr wing { code } } seat") { floor: Floor! seat: Int! }
        type Floor @shareable { nr: Int! wing: Wing! } type Wing @shareable { code: String! }`,
      resolvers: { Query: { desks: () => desks.map(({ floor, seat }) => ({ floor, seat })) } },
    },
    assets: {
      sdl: `type Desk @key(fields: "floor { nr wing { code } } seat") { floor: Floor! seat: Int! owner: String screen: Int! }
        type Floor @shareable { nr: Int! wing: Wing! } type Wing @shareable { code: String! }`,
      resolvers: { Desk: { __resolveReference: findDesk } },
    },
  },
  cases: [
    {
      it: 'is carried whole, and not shown',
      query: '{ desks { owner } }',
      data: { desks: [{ owner: 'ada' }, { owner: 'bob' }, { owner: null }] },
    },
    {
      it: 'is carried whole when the caller names its parts otherwise',
      query: '{ desks { floor { wing: nr nr: wing { nr: code } } seat: screen } }',
      data: {
        desks: [
          { floor: { wing: 1, nr: { nr: 'N' } }, seat: 27 },
          { floor: { wing: 1, nr: { nr: 'S' } }, seat: 24 },
          { floor: { wing: 2, nr: { nr: 'N' } }, seat: 32 },
        ],
      },
      stock: {
        data: null,
        errors: ['desks.0.floor.wing', 'desks.1.floor.wing', 'desks.2.floor.wing'],
        why: 'The planner drops a selection whose response name is the name of a key field.',
      },
    },
    {
      it: 'is shown as far as asked for',
      query: '{ desks { floor { wing { code } } screen seat } }',
      data: {
        desks: [
          { floor: { wing: { code: 'N' } }, screen: 27, seat: 4 },
          { floor: { wing: { code: 'S' } }, screen: 24, seat: 4 },
          { floor: { wing: { code: 'N' } }, screen: 32, seat: 1 },
        ],
      },
    },
  ],
};

const parcels = [
  { id: 'p1', code: 'X1', track: 't1', weight: 3, place: 'Oslo', toll: 5 },
  { id: 'p2', code: 'X2', track: 't2', weight: 8, place: 'Rome', toll: 0 },
];

const mashed: Scenario = {
  name: 'keys that lead only from one subgraph to the next',
  subgraphs: {
    a: {
      sdl: `type Query { parcels: [Parcel!]! } type Parcel @key(fields: "id") { id: ID! weight: Int! }`,
      resolvers: {
        Query: { parcels: () => parcels.map(({ id, weight }) => ({ id, weight })) },
        Parcel: { __resolveReference: by(parcels, 'id') },
      },
    },
    b: {
      sdl: `type Parcel @key(fields: "id") @key(fields: "code") { id: ID! code: String! }`,
      resolvers: {
        Parcel: { __resolveReference: (key: any) => (key.id ? by(parcels, 'id')(key) : by(parcels, 'code')(key)) },
      },
    },
    c: {
      sdl: `type Parcel @key(fields: "code") @key(fields: "code track") { code: String! track: String! place: String }`,
      resolvers: { Parcel: { __resolveReference: by(parcels, 'code') } },
    },
    d: {
      sdl: `type Query { byTrack: Parcel } type Parcel @key(fields: "code track") { code: String! track: String! toll: Int }`,
      resolvers: { Query: { byTrack: () => parcels[1] }, Parcel: { __resolveReference: by(parcels, 'track') } },
    },
  },
  cases: [
    {
      it: 'are followed three subgraphs far',
      query: '{ parcels { toll } }',
      data: { parcels: [{ toll: 5 }, { toll: 0 }] },
      asks: ['a', 'b', 'c', 'd'],
    },
    {
      it: 'are followed once for all fields on the way',
      query: '{ parcels { weight code place toll track } }',
      data: {
        parcels: [
          { weight: 3, code: 'X1', place: 'Oslo', toll: 5, track: 't1' },
          { weight: 8, code: 'X2', place: 'Rome', toll: 0, track: 't2' },
        ],
      },
      asks: ['a', 'b', 'c', 'd'],
    },
    {
      it: 'are followed backwards',
      query: '{ byTrack { id weight place } }',
      data: { byTrack: { id: 'p2', weight: 8, place: 'Rome' } },
    },
  ],
};

const lists: Scenario = {
  name: 'a key that holds a list',
  subgraphs: {
    a: {
      sdl: `type Query { sets: [Set!]! } type Set @key(fields: "parts tags { t }") { parts: [Int!]! tags: [Tag!] } type Tag @shareable { t: String }`,
      resolvers: {
        Query: {
          sets: () => [
            { parts: [1, 2], tags: [{ t: 'x' }, { t: null }] },
            { parts: [], tags: [] },
          ],
        },
      },
    },
    b: {
      sdl: `type Set @key(fields: "parts tags { t }") { parts: [Int!]! tags: [Tag!] sum: String } type Tag @shareable { t: String }`,
      resolvers: {
        Set: { sum: ({ parts, tags }: any) => `${parts.join('+')}|${tags.map(({ t }: any) => t ?? '-').join()}` },
      },
    },
  },
  cases: [
    {
      it: 'is carried in its order, with its nulls',
      query: '{ sets { sum tags { t } } }',
      data: {
        sets: [
          { sum: '1+2|x,-', tags: [{ t: 'x' }, { t: null }] },
          { sum: '|', tags: [] },
        ],
      },
    },
  ],
};

const guests = [
  { id: 'g1', mail: 'a@x', name: 'Ada' },
  { id: null, mail: 'b@x', name: 'Bob' },
  { id: 'g3', mail: null, name: 'Cid' },
];

const nullKeys: Scenario = {
  name: 'a key that is null',
  subgraphs: {
    a: {
      sdl: `type Query { guests: [Guest]! } type Guest @key(fields: "id") @key(fields: "mail") { id: ID mail: String }`,
      resolvers: { Query: { guests: () => [...guests, null] } },
    },
    b: {
      sdl: `type Guest @key(fields: "id") { id: ID name: String }`,
      resolvers: {
        Guest: { __resolveReference: ({ id }: { id: string | null }) => (id ? by(guests, 'id')({ id }) : null) },
      },
    },
    c: {
      sdl: `type Guest @key(fields: "mail") { mail: String vip: Boolean }`,
      resolvers: { Guest: { vip: ({ mail }: { mail: string | null }) => (mail ? mail === 'a@x' : null) } },
    },
  },
  cases: [
    {
      it: 'leaves the other objects their fields',
      query: '{ guests { name vip mail } }',
      data: {
        guests: [
          { name: 'Ada', vip: true, mail: 'a@x' },
          { name: null, vip: false, mail: 'b@x' },
          { name: 'Cid', vip: null, mail: null },
          null,
        ],
      },
    },
  ],
};

export const keys: readonly Scenario[] = [compound, mashed, lists, nullKeys];
