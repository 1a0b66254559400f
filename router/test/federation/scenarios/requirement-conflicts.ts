import { GraphQLError } from 'graphql';
import { by, type Scenario } from '../scenario.ts';
import { SHADOWED } from './requires-arguments.ts';

const goods = [
  { id: 'g1', net: 10, weight: 1, shelf: { rent: 11 }, maker: { id: 'm1' } },
  { id: 'g2', net: 20, weight: 2, shelf: { rent: 22 }, maker: { id: 'm1' } },
];
const RATE: Record<string, number> = { EUR: 2, USD: 3, GBP: 5 };
const inCurrency = (sum: number, { in: currency }: { in: string }) => sum * (RATE[currency] as number);
const price = ({ net }: { net: number }, money: { in: string }) => inCurrency(net, money);
const MONEY = 'enum Currency { EUR USD GBP }';

const SENT_ALONG =
  'The planner sends along what a field requires that is switched off, and drops objects that do not have it.';

const fees: Scenario = {
  name: 'requirements of one subgraph that contradict each other',
  subgraphs: {
    goods: {
      sdl: `${MONEY} type Query { goods: [Good!]! } type Mutation { restock(id: ID!): Good }
        type Good @key(fields: "id") { id: ID! weight: Int! price(in: Currency!): Int shelf: Shelf! maker: Maker! }
        type Shelf { rent(in: Currency!): Int! } type Maker @key(fields: "id") { id: ID! }`,
      resolvers: {
        Query: { goods: () => goods },
        Mutation: { restock: (_: unknown, key: { id: string }) => by(goods, 'id')(key) },
        Good: { __resolveReference: by(goods, 'id'), price },
        Shelf: { rent: ({ rent }: { rent: number }, money: { in: string }) => inCurrency(rent, money) },
      },
    },
    fees: {
      sdl: `${MONEY} type Good @key(fields: "id") { id: ID! weight: Int! @external price(in: Currency!): Int @external shelf: Shelf! @external
          euro: Int @requires(fields: "price(in: EUR) weight") dollar: Int @requires(fields: "price(in: USD) weight")
          pound: String @requires(fields: "price(in: GBP) shelf { rent(in: EUR) }") hire: Int @requires(fields: "shelf { rent(in: USD) }") plain: String }
        type Shelf @external { rent(in: Currency!): Int! }`,
      resolvers: {
        Good: {
          euro: ({ price, weight }: any) => price + weight,
          dollar: ({ price, weight }: any) => price + weight,
          pound: ({ price, shelf }: any) => `${price} ${shelf.rent}`,
          hire: ({ shelf }: any) => shelf.rent,
          plain: ({ id }: any) => `plain ${id}`,
        },
      },
    },
    makers: {
      sdl: `${MONEY} type Maker @key(fields: "id") { id: ID! best: Good! } type Good @key(fields: "id", resolvable: false) { id: ID! }`,
      resolvers: { Maker: { best: () => ({ id: 'g2' }) } },
    },
  },
  cases: [
    {
      it: 'are each met',
      query: '{ goods { euro dollar } }',
      data: {
        goods: [
          { euro: 21, dollar: 31 },
          { euro: 42, dollar: 62 },
        ],
      },
      stock: {
        data: {
          goods: [
            { euro: 31, dollar: 31 },
            { euro: 62, dollar: 62 },
          ],
        },
        why: SHADOWED,
      },
    },
    {
      it: 'are each met in one request where they agree',
      query: '{ goods { euro hire plain } }',
      data: {
        goods: [
          { euro: 21, hire: 33, plain: 'plain g1' },
          { euro: 42, hire: 66, plain: 'plain g2' },
        ],
      },
      asks: ['goods', 'fees'],
    },
    {
      it: 'are each met where they contradict each other inside an object too',
      query: '{ goods { pound hire euro plain dollar } }',
      data: {
        goods: [
          { pound: '50 22', hire: 33, euro: 21, plain: 'plain g1', dollar: 31 },
          { pound: '100 44', hire: 66, euro: 42, plain: 'plain g2', dollar: 62 },
        ],
      },
      stock: {
        data: {
          goods: [
            { pound: '30 33', hire: 33, euro: 31, plain: 'plain g1', dollar: 31 },
            { pound: '60 66', hire: 66, euro: 62, plain: 'plain g2', dollar: 62 },
          ],
        },
        why: SHADOWED,
      },
    },
    {
      it: 'are each met beside what the caller asks of the same fields',
      query:
        'query ($c: Currency!) { goods { price(in: $c) e: price(in: EUR) shelf { rent(in: $c) } pound dollar price__r0: weight } }',
      variables: { c: 'USD' },
      data: {
        goods: [
          { price: 30, e: 20, shelf: { rent: 33 }, pound: '50 22', dollar: 31, price__r0: 1 },
          { price: 60, e: 40, shelf: { rent: 66 }, pound: '100 44', dollar: 62, price__r0: 2 },
        ],
      },
      stock: {
        data: {
          goods: [
            { price: 30, e: 20, shelf: { rent: 33 }, pound: '30 33', dollar: 31, price__r0: 1 },
            { price: 60, e: 40, shelf: { rent: 66 }, pound: '60 66', dollar: 62, price__r0: 2 },
          ],
        },
        why: SHADOWED,
      },
    },
    {
      it: 'are each met after a mutation, which takes effect once',
      query: 'mutation { restock(id: "g2") { ...All price(in: EUR) } } fragment All on Good { dollar euro pound }',
      data: { restock: { dollar: 62, euro: 42, pound: '100 44', price: 40 } },
      asks: ['goods', 'fees', 'fees', 'fees'],
      stock: { data: { restock: { dollar: 102, euro: 102, pound: '100 44', price: 100 } }, why: SHADOWED },
    },
    {
      it: 'are each met as far as variables switch them on',
      query: 'query ($d: Boolean!, $e: Boolean!) { goods { dollar @include(if: $d) euro @include(if: $e) } }',
      variables: { d: true, e: false },
      data: { goods: [{ dollar: 31 }, { dollar: 62 }] },
      stock: { data: null, errors: [''], why: SHADOWED },
    },
    {
      it: 'ask nothing of fields that have no such requirement when a variable switches them off',
      query: 'query ($on: Boolean!) { goods { plain euro dollar @include(if: $on) hire @skip(if: $on) } }',
      variables: { on: false },
      data: {
        goods: [
          { plain: 'plain g1', euro: 21, hire: 33 },
          { plain: 'plain g2', euro: 42, hire: 66 },
        ],
      },
      asks: ['goods', 'fees'],
      stock: { data: null, errors: [''], why: SHADOWED },
    },
    {
      it: 'ask nothing of a field without requirements when a variable switches them off',
      query: 'query ($on: Boolean!) { goods { plain pound @include(if: $on) } }',
      variables: { on: false },
      data: { goods: [{ plain: 'plain g1' }, { plain: 'plain g2' }] },
      stock: { data: { goods: [{ plain: null }, { plain: null }] }, why: SENT_ALONG },
    },
    {
      it: 'are each met for entities reached through another subgraph',
      query: '{ goods { maker { best { dollar euro price(in: GBP) } } } }',
      data: {
        goods: [
          { maker: { best: { dollar: 62, euro: 42, price: 100 } } },
          { maker: { best: { dollar: 62, euro: 42, price: 100 } } },
        ],
      },
      stock: {
        data: {
          goods: [
            { maker: { best: { dollar: 102, euro: 102, price: 100 } } },
            { maker: { best: { dollar: 102, euro: 102, price: 100 } } },
          ],
        },
        why: SHADOWED,
      },
    },
  ],
};

const pages = [{ id: 'p1' }, { id: 'p2' }];
const remarks = [
  { id: 'n1', page: 'p1', by: 'ada' },
  { id: 'n2', page: 'p1', by: 'bob' },
  { id: 'n3', page: 'p1', by: 'cid' },
  { id: 'n4', page: 'p2', by: 'dot' },
];
const remarksOf = ({ id }: { id: string }, { first }: { first: number }) =>
  remarks.filter(({ page }) => page === id).slice(0, first);

const listed: Scenario = {
  name: 'a requirement with an argument that reaches through a list of entities',
  subgraphs: {
    pages: {
      sdl: `type Query { pages: [Page!]! } type Page @key(fields: "id") { id: ID! }
        type Remark @key(fields: "id") { id: ID! by: String hush: Int }`,
      resolvers: {
        Query: { pages: () => pages },
        Remark: {
          __resolveReference: by(remarks, 'id'),
          hush: () => {
            throw new GraphQLError('hush');
          },
        },
      },
    },
    remarks: {
      sdl: `type Page @key(fields: "id") { id: ID! remarks(first: Int!): [Remark!]! last: String @requires(fields: "remarks(first: 3) { by }") first: String @requires(fields: "remarks(first: 1) { by }") odd: Int @requires(fields: "remarks(first: 2) { hush }") }
        type Remark @key(fields: "id") { id: ID! by: String @external hush: Int @external }`,
      resolvers: {
        Page: {
          remarks: remarksOf,
          last: ({ remarks }: any) => remarks.at(-1)?.by,
          first: ({ remarks }: any) => `${remarks.length} ${remarks[0]?.by}`,
          odd: ({ remarks }: any) => remarks.filter(({ hush }: any) => hush === null).length,
        },
      },
    },
  },
  cases: [
    {
      it: 'is met beside a shorter list for the caller',
      query: 'query ($n: Int = 2) { pages { last remarks(first: $n) { id } } }',
      data: {
        pages: [
          { last: 'cid', remarks: [{ id: 'n1' }, { id: 'n2' }] },
          { last: 'dot', remarks: [{ id: 'n4' }] },
        ],
      },
      stock: {
        data: {
          pages: [
            { last: 'cid', remarks: [{ id: 'n1' }, { id: 'n2' }, { id: 'n3' }] },
            { last: 'dot', remarks: [{ id: 'n4' }] },
          ],
        },
        why: SHADOWED,
      },
    },
    {
      it: 'is met beside another of another length',
      query: '{ pages { first last } }',
      data: {
        pages: [
          { first: '1 ada', last: 'cid' },
          { first: '1 dot', last: 'dot' },
        ],
      },
      stock: {
        data: {
          pages: [
            { first: '3 ada', last: 'cid' },
            { first: '1 dot', last: 'dot' },
          ],
        },
        why: SHADOWED,
      },
    },
    {
      it: 'tells its failures by the names of the graph',
      query: '{ pages { odd } }',
      data: { pages: [{ odd: 2 }, { odd: 1 }] },
      errors: ['pages.0.remarks.0.hush', 'pages.0.remarks.1.hush', 'pages.1.remarks.0.hush'],
    },
  ],
};

export const requirementConflicts: readonly Scenario[] = [fees, listed];
