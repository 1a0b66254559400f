import { by, type Scenario } from '../scenario.ts';
import { SHADOWED } from './requires-arguments.ts';

const goods = [
  { id: 'g1', weight: 2, size: { w: 3, h: 4 }, cost: { amount: 50, unit: 'EUR' }, tags: ['a', 'b'] },
  { id: 'g2', weight: null, size: null, cost: { amount: 9, unit: 'USD' }, tags: [] },
];

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
      resolvers: {
        Good: { label: ({ total, tags }: any) => `${total}${tags.map((tag: string) => ` #${tag}`).join('')}` },
      },
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

const orders = [
  {
    id: 'o',
    items: [
      { sku: 'x', count: 2 },
      { sku: 'y', count: 1 },
    ],
  },
];
const stock = { x: { price: 5 }, y: { price: 7 } } as Record<string, { price: number }>;

const throughEntities: Scenario = {
  name: 'a requirement that reaches through other entities',
  subgraphs: {
    orders: {
      sdl: `type Query { orders: [Order!]! } type Order @key(fields: "id") { id: ID! items: [Item!]! }
        type Item { count: Int! sku: Sku! } type Sku @key(fields: "code") { code: ID! }`,
      resolvers: {
        Query: { orders: () => orders },
        Order: { __resolveReference: by(orders, 'id') },
        Item: { sku: ({ sku }: { sku: string }) => ({ code: sku }) },
      },
    },
    prices: {
      sdl: `type Sku @key(fields: "code") { code: ID! price: Int! }`,
      resolvers: { Sku: { price: ({ code }: { code: string }) => stock[code]?.price } },
    },
    sums: {
      sdl: `type Order @key(fields: "id") { id: ID! items: [Item!]! @external sum: Int! @requires(fields: "items { count sku { price } }") }
        type Item { count: Int! @external sku: Sku! @external } type Sku @key(fields: "code") { code: ID! price: Int! @external }`,
      resolvers: {
        Order: {
          sum: ({ items }: any) => items.reduce((sum: number, { count, sku }: any) => sum + count * sku.price, 0),
        },
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
      data: {
        orders: [
          {
            items: [
              { sku: { code: 'x' }, n: 2 },
              { sku: { code: 'y' }, n: 1 },
            ],
            sum: 17,
          },
        ],
      },
    },
  ],
};

export const requires: readonly Scenario[] = [chain, fragments, throughEntities];
