import { CodedError } from '@cartograph/kernel/errors';
import { GraphQLError } from 'graphql';
import type { Scenario } from '../scenario.ts';

const refuse = (message: string) => () => {
  throw new GraphQLError(message);
};
const down = () => {
  throw new CodedError('SERVICE_UNAVAILABLE');
};

const propagation: Scenario = {
  name: 'nulls where none may be',
  subgraphs: {
    a: {
      sdl: `type Query { soft: Outer hard: Outer! list: [Outer!] loose: [Outer]! ok: Int! partial: Outer }
        type Outer @key(fields: "id") { id: ID! inner: Inner! maybe: Inner name: String }
        type Inner { sure: String! unsure: String failing: String! both: Outer! }`,
      resolvers: Object.fromEntries([
        [
          'Query',
          {
            soft: () => ({ id: '1' }),
            hard: () => ({ id: '1' }),
            ok: () => 1,
            partial: () => ({ id: '2', name: 'two' }),
            list: () => [{ id: '2' }, { id: '1' }],
            loose: () => [{ id: '1' }, null, { id: '2' }],
          },
        ],
        ['Outer', { __resolveReference: ({ id }: any) => ({ id }), inner: () => ({}), maybe: () => ({}) }],
        [
          'Inner',
          { sure: () => null, unsure: refuse('unsure'), failing: refuse('failing'), both: () => ({ id: '2' }) },
        ],
      ]),
    },
    b: {
      sdl: `type Outer @key(fields: "id") { id: ID! far: Int! near: Int deep: Deep! } type Deep { must: String! may: String list: [Int!]! lists: [[Int!]] }`,
      resolvers: {
        Outer: {
          far: ({ id }: any) => (id === '1' ? null : 2),
          near: ({ id }: any) => (id === '1' ? refuse('near')() : 3),
          deep: () => ({}),
        },
        Deep: { must: refuse('must'), may: () => null, list: () => [1, 2], lists: () => [[1], [2, null]] },
      },
    },
  },
  cases: [
    {
      it: 'stop at the nearest place above that may be null, in the subgraph',
      query: '{ soft { maybe { sure } name } }',
      data: { soft: { maybe: null, name: null } },
      errors: ['soft.maybe.sure'],
    },
    {
      it: 'stop at the nearest place above that may be null, over subgraphs',
      query: '{ soft { far } ok }',
      data: { soft: null, ok: 1 },
      errors: ['soft.far'],
    },
    {
      it: 'go up to the root, and everything with them',
      query: '{ ok hard { far } }',
      data: null,
      errors: ['hard.far'],
    },
    {
      it: 'take a list that may hold none',
      query: '{ list { far } ok }',
      data: { list: null, ok: 1 },
      errors: ['list.1.far'],
    },
    {
      it: 'leave a list that may hold them',
      query: '{ loose { far } }',
      data: { loose: [null, null, { far: 2 }] },
      errors: ['loose.0.far'],
    },
    {
      it: 'in a list of an entity stay with that entity',
      query: '{ partial { deep { list lists may } name } }',
      data: { partial: { deep: { list: [1, 2], lists: [[1], null], may: null }, name: 'two' } },
      errors: ['partial.deep.lists.1.1'],
    },
    {
      it: 'deep inside an entity take the entity',
      query: '{ partial { name deep { must } } ok }',
      data: { partial: null, ok: 1 },
      errors: ['partial.deep.must'],
    },
    {
      it: 'are told under the names of the caller',
      query: '{ p: partial { d: deep { m: must } } s: soft { n: near } }',
      data: { p: null, s: { n: null } },
      errors: ['p.d.m', 's.n'],
    },
    {
      it: 'are told once for each that failed',
      query: '{ soft { maybe { unsure u: unsure } m: maybe { failing } } }',
      data: { soft: { maybe: { unsure: null, u: null }, m: null } },
      errors: ['soft.m.failing', 'soft.maybe.u', 'soft.maybe.unsure'],
    },
  ],
};

const outage: Scenario = {
  name: 'a subgraph that does not answer',
  subgraphs: {
    up: {
      sdl: `type Query { things: [Thing!]! thing: Thing } type Thing @key(fields: "id") { id: ID! here: Int! down: Down }
        type Down @key(fields: "id") { id: ID! }`,
      resolvers: {
        Query: {
          things: () => [
            { id: '1', here: 1 },
            { id: '2', here: 2 },
          ],
          thing: () => ({ id: '3', here: 3 }),
        },
        Thing: { down: ({ id }: any) => ({ id }) },
      },
    },
    down: {
      sdl: `type Query { gone: Int goneHard: Int! } type Thing @key(fields: "id") { id: ID! soft: Int hard: Int! } type Down @key(fields: "id") { id: ID! x: Int }`,
      resolvers: {
        Query: { gone: down, goneHard: down },
        Thing: { __resolveReference: async () => down() },
        Down: { __resolveReference: async () => down() },
      },
    },
    after: {
      sdl: `type Thing @key(fields: "id") { id: ID! soft: Int @external next: Int @requires(fields: "soft") other: Int }`,
      resolvers: { Thing: { next: ({ soft }: any) => soft + 1, other: () => 7 } },
    },
  },
  cases: [
    {
      it: 'leaves null what may be, and everything else',
      query: '{ gone things { here soft other down { x } } }',
      data: {
        gone: null,
        things: [
          { here: 1, soft: null, other: 7, down: { x: null } },
          { here: 2, soft: null, other: 7, down: { x: null } },
        ],
      },
      errors: [''],
    },
    {
      it: 'is not followed by fetches that needed it',
      query: '{ thing { next here } }',
      data: { thing: { next: null, here: 3 } },
      errors: [''],
      asks: ['up', 'down'],
    },
    {
      it: 'takes what may not be null',
      query: '{ thing { hard } things { id } }',
      data: { thing: null, things: [{ id: '1' }, { id: '2' }] },
      errors: [''],
    },
    {
      it: 'takes the answer where that may not be null',
      query: '{ goneHard thing { here } }',
      data: null,
      errors: [''],
    },
  ],
};

export const failures: readonly Scenario[] = [propagation, outage];
