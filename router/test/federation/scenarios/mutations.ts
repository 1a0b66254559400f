import { GraphQLError } from 'graphql';
import type { Scenario } from '../scenario.ts';

interface Till {
  readonly log: string[];
  sum: number;
}
const state = (): Till => ({ log: [], sum: 0 });

const note =
  (text: string) =>
  (_: unknown, { by = 1 }: { by?: number }, till: Till) => {
    till.log.push(text);
    till.sum += by;
    return { id: String(till.sum), sum: till.sum };
  };
const Receipt = { log: (_: unknown, __: unknown, till: Till) => [...till.log] };

const sequence: Scenario = {
  name: 'mutations over several subgraphs',
  state,
  subgraphs: {
    a: {
      sdl: `type Query { sumA: Int } type Mutation { add(by: Int): Receipt! fail: Receipt refuse: Receipt! }
        type Receipt @key(fields: "id") { id: ID! sum: Int! @shareable }`,
      resolvers: {
        Mutation: {
          add: note('a'),
          fail: () => {
            throw new GraphQLError('till is stuck');
          },
          refuse: () => null,
        },
      },
    },
    b: {
      sdl: `type Query { sumB: Int } type Mutation { double: Receipt! plus(by: Int!): Int! }
        type Receipt @key(fields: "id") { id: ID! sum: Int! @shareable log: [String!]! lost: String! }`,
      resolvers: {
        Mutation: {
          double: (_: unknown, __: unknown, till: Till) => note('b')(null, { by: till.sum }, till),
          plus: (_: unknown, { by }: { by: number }, till: Till) => note('plus')(null, { by }, till).sum,
        },
        Receipt: {
          __resolveReference: ({ id }: { id: string }) => ({ id, sum: Number(id) }),
          ...Receipt,
          lost: () => null,
        },
      },
    },
  },
  cases: [
    {
      it: 'take effect in the order in which they are written',
      query: 'mutation { one: add(by: 3) { sum } double { sum } two: add(by: 1) { sum } twice: double { sum } }',
      data: { one: { sum: 3 }, double: { sum: 6 }, two: { sum: 7 }, twice: { sum: 14 } },
      asks: ['a', 'b', 'a', 'b'],
    },
    {
      it: 'keep their order where some stand in fragments',
      query:
        'mutation { one: add(by: 3) { sum } ...Rest } fragment Rest on Mutation { two: add(by: 1) { sum } ... { three: add(by: 5) { sum } } }',
      data: { one: { sum: 3 }, two: { sum: 4 }, three: { sum: 9 } },
      stock: {
        data: { one: { sum: 9 }, two: { sum: 1 }, three: { sum: 6 } },
        why: 'The planner asks for fields in fragments before those beside them.',
      },
    },
    {
      it: 'see in their answer nothing that comes after them',
      query: 'mutation { x: add { log } y: plus(by: 2) z: add { log } }',
      data: { x: { log: ['a'] }, y: 3, z: { log: ['a', 'plus', 'a'] } },
    },
    {
      it: 'of one subgraph go there in one request',
      query: 'mutation { a: add(by: 1) { sum } b: add(by: 2) { sum } c: plus(by: 4) }',
      data: { a: { sum: 1 }, b: { sum: 3 }, c: 7 },
      asks: ['a', 'b'],
    },
    {
      it: 'go on after one that failed where it may be null',
      query: 'mutation { a: add { sum } fail { sum } b: plus(by: 1) }',
      data: { a: { sum: 1 }, fail: null, b: 2 },
      errors: ['fail'],
    },
    {
      it: 'answer null when one may not be null and is, and leave out what comes after it',
      query: 'mutation { refuse { sum } b: plus(by: 1) c: add { sum } }',
      data: null,
      errors: ['refuse'],
      asks: ['a'],
    },
    {
      it: 'leave out what comes after one that is null because of what another subgraph answered',
      query: 'mutation { add { sum lost } b: plus(by: 1) c: add { sum } }',
      data: null,
      errors: ['add.lost'],
      asks: ['a', 'b'],
    },
    {
      it: 'take variables, and tell their root type',
      query: 'mutation M($n: Int!) { __typename add(by: $n) { __typename sum } plus(by: $n) }',
      variables: { n: 5 },
      data: { __typename: 'Mutation', add: { __typename: 'Receipt', sum: 5 }, plus: 10 },
    },
    {
      it: 'are left out by a condition',
      query: 'mutation ($n: Boolean!) { a: add { sum } b: plus(by: 9) @include(if: $n) c: add @skip(if: $n) { sum } }',
      variables: { n: false },
      data: { a: { sum: 1 }, c: { sum: 2 } },
    },
  ],
};

const sharedState = () => ({ log: [] as string[] });
const push =
  (text: string) =>
  (_: unknown, __: unknown, { log }: { log: string[] }) => {
    log.push(text);
    return log.length;
  };

const shared: Scenario = {
  name: 'a mutation that two subgraphs offer',
  state: sharedState,
  subgraphs: {
    a: {
      sdl: `type Query { a: Int } type Mutation { ping: Int! @shareable onlyA: Int! }`,
      resolvers: { Mutation: { ping: push('ping'), onlyA: push('a') } },
    },
    b: {
      sdl: `type Query { logged: [String!]! } type Mutation { ping: Int! @shareable onlyB: Int! }`,
      resolvers: { Mutation: { ping: push('ping'), onlyB: push('b') } },
    },
  },
  cases: [
    {
      it: 'takes effect once',
      query: 'mutation { onlyA ping onlyB last: onlyA }',
      data: { onlyA: 1, ping: 2, onlyB: 3, last: 4 },
    },
    {
      it: 'takes effect as often as it is written',
      query: 'mutation { ping again: ping onlyB }',
      data: { ping: 1, again: 2, onlyB: 3 },
    },
  ],
};

export const mutations: readonly Scenario[] = [sequence, shared];
