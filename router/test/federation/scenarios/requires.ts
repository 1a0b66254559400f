import { by, type Scenario } from '../scenario.ts';

const goods = [
  { id: 'g1', weight: 2, size: { w: 3, h: 4 }, cost: { amount: 50, unit: 'EUR' }, tags: ['a', 'b'] },
  { id: 'g2', weight: null, size: null, cost: { amount: 9, unit: 'USD' }, tags: [] },
];

/** Wrong in the planner itself, so every executor has to work around it. */
const SHADOWED = 'The planner takes one field for another when a requirement and a caller use one response name.';

const chain: Scenario = {
  name: 'fields that require fields of other subgraphs, which require others in turn',
  subgraphs: {
    goods: {
      sdl: `type Query { goods: [Good!]! } type Good @key(fields: "id") { id: ID! weight: Int size: Size cost: Cost! tags: [String!]! }
        type Size { w: Int! h: Int! } type Cost { amount: Int! unit: String! }`,
      resolvers: { Query: { goods: () => goods }, Good: { __resolveReference: by(goods, 'id') } },
    },
    freight: {
      sdl: `type Good @key(fields: "id") { id: ID! weight: Int @external size: Size @external
          freight: Int @requires(fields: "weight size { w h }") bulky: Boolean! @requires(fields: "size { w }") }
        type Size @external { w: Int! h: Int! }`,
      resolvers: {
        Good: {
          freight: ({ weight, size }: any) => (weight === null ? null : weight * size.w * size.h),
          bulky: ({ size }: any) => size !== null && size.w > 2,
        },
      },
    },
    offers: {
      sdl: `type Good @key(fields: "id") { id: ID! freight: Int @external cost: Cost! @external
          total: String! @requires(fields: "freight cost { amount unit }") }
        type Cost @external { amount: Int! unit: String! }`,
      resolvers: { Good: { total: ({ freight, cost }: any) => `${cost.amount + (freight ?? 0)} ${cost.unit}` } },
    },
    labels: {
      sdl: `type Good @key(fields: "id") { id: ID! total: String! @external tags: [String!]! @external
          label: String! @requires(fields: "total tags") }`,
      resolvers: { Good: { label: ({ total, tags }: any) => `${total}${tags.map((tag: string) => ` #${tag}`).join('')}` } },
    },
  },
  cases: [
    {
      it: 'get a nested object, or its null',
      query: '{ goods { freight bulky } }',
      data: {
        goods: [
          { freight: 24, bulky: true },
          { freight: null, bulky: false },
        ],
      },
    },
    {
      it: 'get a field that requires others',
      query: '{ goods { total } }',
      data: { goods: [{ total: '74 EUR' }, { total: '9 USD' }] },
    },
    {
      it: 'get a field that requires a field that requires others, with a list',
      query: '{ goods { label } }',
      data: { goods: [{ label: '74 EUR #a #b' }, { label: '9 USD' }] },
    },
    {
      it: 'show of what they require no more than was asked for',
      query: '{ goods { label size { h } total id } }',
      data: {
        goods: [
          { label: '74 EUR #a #b', size: { h: 4 }, total: '74 EUR', id: 'g1' },
          { label: '9 USD', size: null, total: '9 USD', id: 'g2' },
        ],
      },
    },
    {
      it: 'get it when the caller gives other fields the same names',
      query: '{ goods { weight: id freight: label cost: total label: freight } }',
      data: {
        goods: [
          { weight: 'g1', freight: '74 EUR #a #b', cost: '74 EUR', label: 24 },
          { weight: 'g2', freight: '9 USD', cost: '9 USD', label: null },
        ],
      },
      stock: {
        data: {
          goods: [
            { weight: 'g1', freight: '50 EUR #a #b', cost: '50 EUR', label: null },
            { weight: 'g2', freight: '9 USD', cost: '9 USD', label: null },
          ],
        },
        errors: ['goods.0.freight', 'goods.0.label', 'goods.1.freight', 'goods.1.label'],
        why: SHADOWED,
      },
    },
  ],
};

const rooms = [
  { id: 'r1', temperature: { C: 20, F: 68 } },
  { id: 'r2', temperature: { C: 5, F: 41 } },
];
const temperature = ({ temperature }: (typeof rooms)[number], { unit }: { unit: 'C' | 'F' }) => temperature[unit];

const withArguments: Scenario = {
  name: 'a requirement with an argument',
  subgraphs: {
    rooms: {
      sdl: `type Query { rooms: [Room!]! } enum Unit { C F }
        type Room @key(fields: "id") { id: ID! temperature(unit: Unit! = C, exact: Boolean): Int! }`,
      resolvers: { Query: { rooms: () => rooms }, Room: { __resolveReference: by(rooms, 'id'), temperature } },
    },
    comfort: {
      sdl: `enum Unit { C F } type Room @key(fields: "id") { id: ID! temperature(unit: Unit! = C, exact: Boolean): Int! @external
          cosy: Boolean! @requires(fields: "temperature(unit: F)") frosty: Boolean! @requires(fields: "temperature(unit: C, exact: true)") }`,
      resolvers: {
        Room: {
          cosy: ({ temperature }: { temperature: number }) => temperature > 60,
          frosty: ({ temperature }: { temperature: number }) => temperature < 10,
        },
      },
    },
  },
  cases: [
    {
      it: 'is asked for with it',
      query: '{ rooms { cosy } }',
      data: { rooms: [{ cosy: true }, { cosy: false }] },
    },
    {
      it: 'stays apart from the same field asked for with another argument',
      query: '{ rooms { temperature cosy } }',
      data: {
        rooms: [
          { temperature: 20, cosy: true },
          { temperature: 5, cosy: false },
        ],
      },
      stock: { data: { rooms: [{ temperature: 20, cosy: false }, { temperature: 5, cosy: false }] }, why: SHADOWED },
    },
    {
      it: 'stays apart from the same field asked for with a variable',
      query: 'query ($u: Unit!) { rooms { temperature(unit: $u) frosty } }',
      variables: { u: 'F' },
      data: {
        rooms: [
          { temperature: 68, frosty: false },
          { temperature: 41, frosty: true },
        ],
      },
      stock: { data: { rooms: [{ temperature: 68, frosty: false }, { temperature: 41, frosty: false }] }, why: SHADOWED },
    },
    {
      it: 'stays apart from the same field asked for under both arguments',
      query: '{ rooms { c: temperature(unit: C) f: temperature(unit: F) temperature(unit: F) cosy } }',
      data: {
        rooms: [
          { c: 20, f: 68, temperature: 68, cosy: true },
          { c: 5, f: 41, temperature: 41, cosy: false },
        ],
      },
    },
  ],
};

const conflicting: Scenario = {
  name: 'two requirements of one field with different arguments',
  subgraphs: {
    rooms: withArguments.subgraphs.rooms as Scenario['subgraphs'][string],
    heat: {
      sdl: `enum Unit { C F } type Room @key(fields: "id") { id: ID! temperature(unit: Unit! = C, exact: Boolean): Int! @external
          heat: Int! @requires(fields: "temperature(unit: C)") }`,
      resolvers: { Room: { heat: ({ temperature }: { temperature: number }) => temperature * 10 } },
    },
    sale: {
      sdl: `enum Unit { C F } type Room @key(fields: "id") { id: ID! temperature(unit: Unit! = C, exact: Boolean): Int! @external
          sale: Int! @requires(fields: "temperature(unit: F)") }`,
      resolvers: { Room: { sale: ({ temperature }: { temperature: number }) => temperature + 1000 } },
    },
  },
  cases: [
    {
      it: 'are both met',
      query: '{ rooms { heat sale } }',
      data: {
        rooms: [
          { heat: 200, sale: 1068 },
          { heat: 50, sale: 1041 },
        ],
      },
      stock: { data: { rooms: [{ heat: 200, sale: 1020 }, { heat: 50, sale: 1005 }] }, why: SHADOWED },
    },
    {
      it: 'are both met beside the field itself',
      query: '{ rooms { sale temperature heat } }',
      data: {
        rooms: [
          { sale: 1068, temperature: 20, heat: 200 },
          { sale: 1041, temperature: 5, heat: 50 },
        ],
      },
      stock: { data: { rooms: [{ sale: 1068, temperature: 68, heat: 680 }, { sale: 1041, temperature: 41, heat: 410 }] }, why: SHADOWED },
    },
  ],
};

const lots = [
  { id: '1', thing: { __typename: 'Coin', metal: 'gold', year: 1900 } },
  { id: '2', thing: { __typename: 'Stamp', country: 'FI', year: 1920 } },
  { id: '3', thing: null },
];

const fragments: Scenario = {
  name: 'a requirement that looks into an abstract type',
  subgraphs: {
    lots: {
      sdl: `type Query { lots: [Lot!]! } type Lot @key(fields: "id") { id: ID! thing: Thing aged: Aged }
        union Thing = Coin | Stamp interface Aged { year: Int }
        type Coin implements Aged { metal: String! year: Int } type Stamp implements Aged { country: String! year: Int }`,
      resolvers: {
        Query: { lots: () => lots },
        Lot: { __resolveReference: by(lots, 'id'), aged: ({ thing }: any) => thing },
      },
    },
    texts: {
      sdl: `type Lot @key(fields: "id") { id: ID! thing: Thing @external aged: Aged @external
          text: String! @requires(fields: "thing { __typename ... on Coin { metal } ... on Stamp { country } }")
          age: String! @requires(fields: "aged { year ... on Coin { metal } }") }
        union Thing = Coin | Stamp interface Aged { year: Int }
        type Coin implements Aged @external { metal: String! year: Int } type Stamp implements Aged @external { country: String! year: Int }`,
      resolvers: {
        Lot: {
          text: ({ thing }: any) => (thing ? `${thing.__typename} ${thing.metal ?? thing.country}` : 'nothing'),
          age: ({ aged }: any) => (aged ? `${aged.year} ${aged.metal ?? ''}` : 'none'),
        },
      },
    },
  },
  cases: [
    {
      it: 'carries each type with its own fields',
      query: '{ lots { text } }',
      data: { lots: [{ text: 'Coin gold' }, { text: 'Stamp FI' }, { text: 'nothing' }] },
    },
    {
      it: 'carries fields of the interface and of one type',
      query: '{ lots { age thing { ... on Stamp { year } } } }',
      data: {
        lots: [
          { age: '1900 gold', thing: {} },
          { age: '1920 ', thing: { year: 1920 } },
          { age: 'none', thing: null },
        ],
      },
    },
  ],
};

const orders = [{ id: 'o', items: [{ sku: 'x', count: 2 }, { sku: 'y', count: 1 }] }];
const stock = { x: { price: 5 }, y: { price: 7 } } as Record<string, { price: number }>;

const throughEntities: Scenario = {
  name: 'a requirement that reaches through other entities',
  subgraphs: {
    orders: {
      sdl: `type Query { orders: [Order!]! } type Order @key(fields: "id") { id: ID! items: [Item!]! }
        type Item { count: Int! sku: Sku! } type Sku @key(fields: "code") { code: ID! }`,
      resolvers: { Query: { orders: () => orders }, Order: { __resolveReference: by(orders, 'id') }, Item: { sku: ({ sku }: { sku: string }) => ({ code: sku }) } },
    },
    prices: {
      sdl: `type Sku @key(fields: "code") { code: ID! price: Int! }`,
      resolvers: { Sku: { price: ({ code }: { code: string }) => stock[code]?.price } },
    },
    sums: {
      sdl: `type Order @key(fields: "id") { id: ID! items: [Item!]! @external sum: Int! @requires(fields: "items { count sku { price } }") }
        type Item { count: Int! @external sku: Sku! @external } type Sku @key(fields: "code") { code: ID! price: Int! @external }`,
      resolvers: {
        Order: { sum: ({ items }: any) => items.reduce((sum: number, { count, sku }: any) => sum + count * sku.price, 0) },
      },
    },
  },
  cases: [
    {
      it: 'is gathered from all of them',
      query: '{ orders { sum } }',
      data: { orders: [{ sum: 17 }] },
    },
    {
      it: 'is gathered beside what the caller asks of them',
      query: '{ orders { items { sku { code } } sum items { n: count } } }',
      data: { orders: [{ items: [{ sku: { code: 'x' }, n: 2 }, { sku: { code: 'y' }, n: 1 }], sum: 17 }] },
    },
  ],
};

export const requires: readonly Scenario[] = [chain, withArguments, conflicting, fragments, throughEntities];
