import { by, type Scenario } from '../scenario.ts';

const parcels = [
  { id: '1', grams: 900, place: { land: 'CH' } },
  { id: '2', grams: 4000, place: { land: 'NO' } },
];
const ids = parcels.map(({ id }) => ({ id }));
const MERGED = 'The planner asks for the middle of a chain of requirements before what it requires is known.';

const chain: Scenario = {
  name: 'a requirement of a requirement, wherever the object comes from',
  subgraphs: {
    scales: {
      sdl: `type Query { weighed: [Parcel!]! }
        type Parcel @key(fields: "id") { id: ID! grams: Int! place: Place! } type Place @shareable { land: String! }`,
      resolvers: { Query: { weighed: () => parcels }, Parcel: { __resolveReference: by(parcels, 'id') } },
    },
    tariffs: {
      sdl: `type Query { rated: [Parcel!]! }
        type Parcel @key(fields: "id") { id: ID! grams: Int! @external place: Place! @external
          zone: Zone! @requires(fields: "place { land } grams") size: String! @requires(fields: "grams") carrier: String! }
        type Place @external { land: String! } type Zone @shareable { name: String! }`,
      resolvers: {
        Query: { rated: () => ids },
        Parcel: {
          zone: ({ place, grams }: any) => ({ name: `${place.land}${grams > 1000 ? 'X' : ''}` }),
          size: ({ grams }: any) => (grams > 1000 ? 'L' : 'S'),
          carrier: ({ id }: any) => `carrier ${id}`,
        },
      },
    },
    labels: {
      sdl: `type Query { labelled: [Parcel!]! }
        type Parcel @key(fields: "id") { id: ID! zone: Zone! @external size: String! @external
          label: String! @requires(fields: "zone { name } size") } type Zone @external { name: String! }`,
      resolvers: {
        Query: { labelled: () => ids },
        Parcel: { label: ({ zone, size }: any) => `${zone.name}-${size}` },
      },
    },
    audits: {
      sdl: `type Query { audited: [Parcel!]! } type Parcel @key(fields: "id") { id: ID! label: String! @external grams: Int! @external
          seal: String! @requires(fields: "label grams") }`,
      resolvers: {
        Query: { audited: () => ids },
        Parcel: { seal: ({ label, grams }: any) => `${label}/${grams}` },
      },
    },
  },
  cases: [
    {
      it: 'is met for an object of the subgraph in the middle',
      query: '{ rated { label } }',
      data: { rated: [{ label: 'CH-S' }, { label: 'NOX-L' }] },
      asks: ['tariffs', 'scales', 'tariffs', 'labels'],
      stock: { data: null, errors: ['rated.0.zone'], why: MERGED },
    },
    {
      it: 'is met beside what the caller asks of the middle',
      query: '{ rated { carrier label zone { n: name } size } }',
      data: {
        rated: [
          { carrier: 'carrier 1', label: 'CH-S', zone: { n: 'CH' }, size: 'S' },
          { carrier: 'carrier 2', label: 'NOX-L', zone: { n: 'NOX' }, size: 'L' },
        ],
      },
      asks: ['tariffs', 'scales', 'tariffs', 'labels'],
      stock: { data: null, errors: ['rated.0.zone'], why: MERGED },
    },
    {
      it: 'is met for an object of the subgraph at the start',
      query: '{ weighed { label } }',
      data: { weighed: [{ label: 'CH-S' }, { label: 'NOX-L' }] },
    },
    {
      it: 'is met for an object of the subgraph at the end',
      query: '{ labelled { label } }',
      data: { labelled: [{ label: 'CH-S' }, { label: 'NOX-L' }] },
    },
    {
      it: 'is met in turn for a field that requires it',
      query: '{ a: audited { seal } l: labelled { seal } r: rated { seal } w: weighed { seal } }',
      data: Object.fromEntries(
        ['a', 'l', 'r', 'w'].map((key) => [key, [{ seal: 'CH-S/900' }, { seal: 'NOX-L/4000' }]]),
      ),
      stock: { data: null, errors: ['l.0.label', 'r.0.zone'], why: MERGED },
    },
  ],
};

const REFERRED = 'The planner asks a subgraph for a field that this only refers to.';
const tanks = [
  { id: 't1', litres: 30 },
  { id: 't2', litres: 90 },
];

const circle: Scenario = {
  name: 'a requirement of a requirement that only two subgraphs have between them',
  subgraphs: {
    rooms: {
      sdl: `type Query { rooms: [Tank!]! }
        type Tank @key(fields: "id") { id: ID! litres: Int! @external fish: Int! @requires(fields: "litres") }`,
      resolvers: {
        Query: { rooms: () => tanks.map(({ id }) => ({ id })) },
        Tank: { fish: ({ litres }: any) => litres / 30 },
      },
    },
    care: {
      sdl: `type Query { cared: [Tank!]! }
        type Tank @key(fields: "id") { id: ID! litres: Int! fish: Int! @external food: String! @requires(fields: "fish") }`,
      resolvers: {
        Query: { cared: () => tanks },
        Tank: {
          __resolveReference: (key: any) => ({ ...by(tanks, 'id')(key), ...key }),
          food: ({ fish }: any) => `${fish} g`,
        },
      },
    },
  },
  cases: [
    {
      it: 'is met one after the other',
      query: '{ rooms { food } }',
      data: { rooms: [{ food: '1 g' }, { food: '3 g' }] },
      asks: ['rooms', 'care', 'rooms', 'care'],
      stock: { data: null, errors: ['rooms.0.litres'], why: REFERRED },
    },
    {
      it: 'is met beside what the caller asks of each',
      query: '{ rooms { food fish litres } cared { litres food } }',
      data: {
        rooms: [
          { food: '1 g', fish: 1, litres: 30 },
          { food: '3 g', fish: 3, litres: 90 },
        ],
        cared: [
          { litres: 30, food: '1 g' },
          { litres: 90, food: '3 g' },
        ],
      },
      stock: { data: null, errors: ['rooms.0.litres'], why: REFERRED },
    },
  ],
};

const told = (...parts: readonly unknown[]) => parts.join(' ');
const part = { id: 'p', weight: 3, width: 5, made: 7, seen: 9 };

const crossing: Scenario = {
  name: 'requirements that cross each other on their way through all subgraphs',
  subgraphs: {
    weights: {
      sdl: `type Query { none: Int } type Part @key(fields: "id") { id: ID! seen: Int! weight: Int @external load: String @requires(fields: "weight") }
        type Crate @key(fields: "id") @key(fields: "code") { id: ID! code: String! part: Part @shareable }`,
      resolvers: {
        Crate: { part: () => part },
        Part: {
          __resolveReference: (given: any) => ({ ...part, ...given }),
          load: ({ weight }: any) => told('load', weight),
        },
      },
    },
    sizes: {
      sdl: `type Crate @key(fields: "id") { id: ID! }
        type Part @key(fields: "id") { id: ID! weight: Int width: Int @external load: String @external bulk: String! @requires(fields: "width load") }`,
      resolvers: {
        Part: {
          __resolveReference: (given: any) => ({ weight: part.weight, ...given }),
          bulk: ({ width, load }: any) => told(load, width),
        },
      },
    },
    plants: {
      sdl: `type Crate @key(fields: "id") { id: ID! part: Part @shareable }
        type Part @key(fields: "id") { id: ID! made: Int @shareable weight: Int @external bulk: String! @external fee: String! @requires(fields: "weight bulk") }`,
      resolvers: {
        Crate: { part: () => part },
        Part: {
          __resolveReference: (given: any) => ({ made: part.made, ...given }),
          fee: ({ weight, bulk }: any) => told(bulk, weight),
        },
      },
    },
    crates: {
      sdl: `type Query { crate: Crate } type Crate @key(fields: "id") { id: ID! }
        type Part @key(fields: "id") { id: ID! width: Int @shareable made: Int @external load: String @external fee: String! @external bill: String! @requires(fields: "made load fee") }`,
      resolvers: {
        Query: { crate: () => ({ id: 'c' }) },
        Part: {
          __resolveReference: (given: any) => ({ width: part.width, ...given }),
          bill: ({ made, load, fee }: any) => told(made, load, fee),
        },
      },
    },
  },
  cases: [
    {
      it: 'are planned at an end',
      query: `{ crate { one: part { fee made type: __typename wide: width }
        other: part { a: seen __typename b: seen bill width big: bulk bulk seen } } }`,
      data: {
        crate: {
          one: { fee: 'load 3 5 3', made: 7, type: 'Part', wide: 5 },
          other: {
            a: 9,
            __typename: 'Part',
            b: 9,
            bill: '7 load 3 load 3 5 3',
            width: 5,
            big: 'load 3 5',
            bulk: 'load 3 5',
            seen: 9,
          },
        },
      },
    },
  ],
};

export const requirementChains: readonly Scenario[] = [crossing, chain, circle];
