import { GraphQLError } from 'graphql';
import type { Scenario } from '../scenario.ts';

const note = { __typename: 'Note', text: 'n', mark: { on: 'n1' } };
const call = { __typename: 'Call', minutes: 5, from: { name: 'Ada', town: 'Rome' }, mark: { on: 'c1' } };
const visit = { __typename: 'Visit', place: 'Oslo', mark: { on: 'v1' } };
const LEFT_OUT = 'The planner leaves out what is asked of members that another subgraph does not know, too.';

const unions: Scenario = {
  name: 'a union of which each subgraph knows other members',
  subgraphs: {
    phone: {
      sdl: `type Query { byPhone: Case shared: Case @shareable } type Case @key(fields: "id") { id: ID! log: Log @shareable } type Log @shareable { deeds: [Deed!]! }
        union Deed = Note | Call type Note @shareable { text: String } type Call { minutes(round: Boolean = true, to: Int): Int from: Person } type Person { name: String town: String }`,
      resolvers: {
        Query: { byPhone: () => ({ id: '1', deeds: [note, call] }), shared: () => ({ id: '1', deeds: [note] }) },
        Case: { log: ({ deeds = [note, call] }: any) => ({ deeds }) },
        Call: { minutes: ({ minutes }: any, { to = 0 }: any) => minutes + to },
      },
    },
    desk: {
      sdl: `type Query { byDesk: Case shared: Case @shareable } type Case @key(fields: "id") { id: ID! log: Log @shareable visits: Log } type Log @shareable { deeds: [Deed!]! }
        union Deed = Note | Visit type Note @shareable { text: String } type Visit { place: String }`,
      resolvers: {
        Query: { byDesk: () => ({ id: '1', deeds: [note, visit] }), shared: () => ({ id: '1', deeds: [note] }) },
        Case: { log: ({ deeds = [note, visit] }: any) => ({ deeds }), visits: () => ({ deeds: [visit] }) },
      },
    },
  },
  cases: [
    {
      it: 'has the fields of a member that only the subgraph asked knows',
      query:
        '{ byPhone { log { deeds { __typename ... on Note { text } ... on Call { minutes } ... on Visit { place } } } } }',
      data: {
        byPhone: {
          log: {
            deeds: [
              { __typename: 'Note', text: 'n' },
              { __typename: 'Call', minutes: 5 },
            ],
          },
        },
      },
      asks: ['phone'],
      stock: {
        data: {
          byPhone: {
            log: {
              deeds: [
                { __typename: 'Note', text: 'n' },
                { __typename: 'Call', minutes: null },
              ],
            },
          },
        },
        why: LEFT_OUT,
      },
    },
    {
      it: 'has them whichever subgraph it is',
      query: '{ byDesk { log { deeds { ... on Visit { place } } } visits { deeds { ... on Visit { place } } } } }',
      data: { byDesk: { log: { deeds: [{}, { place: 'Oslo' }] }, visits: { deeds: [{ place: 'Oslo' }] } } },
      asks: ['desk'],
      stock: {
        data: { byDesk: { log: { deeds: [{}, { place: null }] }, visits: { deeds: [{ place: 'Oslo' }] } } },
        why: LEFT_OUT,
      },
    },
    {
      it: 'has them with their arguments, conditions, fragments and objects below',
      query:
        'query ($to: Int, $on: Boolean!) { byPhone { log { deeds { ...C ... on Call @include(if: $on) { from { ...P } } } } } } fragment C on Call { m: minutes(to: $to) } fragment P on Person { who: name ... { town } }',
      variables: { to: 2, on: true },
      data: { byPhone: { log: { deeds: [{}, { m: 7, from: { who: 'Ada', town: 'Rome' } }] } } },
      stock: { data: { byPhone: { log: { deeds: [{}, { m: null, from: null }] } } }, why: LEFT_OUT },
    },
    {
      it: 'asks for nothing that a variable has switched off',
      query: 'query ($on: Boolean!) { byPhone { log { deeds { ... on Call @include(if: $on) { minutes } } } } }',
      variables: { on: false },
      data: { byPhone: { log: { deeds: [{}, {}] } } },
    },
    {
      it: 'has the members that all know where all can be asked',
      query: '{ shared { log { deeds { ... on Note { text } ... on Call { minutes } ... on Visit { place } } } } }',
      data: { shared: { log: { deeds: [{ text: 'n' }] } } },
    },
  ],
};

const stuck = () => {
  throw new GraphQLError('nobody asked for this');
};
const MERGED = 'The planner fetches for all objects at a place what is asked of any of them.';

const apart: Scenario = {
  name: 'objects of which other things are asked by the type of what holds them',
  subgraphs: {
    feed: {
      sdl: `type Query { feed: [Item!]! } union Item = Poll | Chat | Clip interface Held { owner: User }
        type Poll { owner: User same: User } type Chat implements Held { owner: User same: User } type Clip implements Held { owner: User clips: [Item!] }
        type User @key(fields: "id") { id: ID! }`,
      resolvers: {
        Query: {
          feed: () => [
            { __typename: 'Poll', owner: { id: '1' }, same: { id: '3' } },
            { __typename: 'Chat', owner: { id: '2' }, same: { id: '4' } },
            { __typename: 'Clip', owner: { id: '3' }, clips: [{ __typename: 'Poll', owner: { id: '4' } }] },
          ],
        },
      },
    },
    names: {
      sdl: 'type User @key(fields: "id") { id: ID! name: String! }',
      resolvers: { User: { name: ({ id }: { id: string }) => `user ${id}` } },
    },
    bans: {
      sdl: 'type User @key(fields: "id") { id: ID! banned: Boolean! }',
      resolvers: { User: { banned: ({ id }: { id: string }) => (id === '2' ? true : stuck()) } },
    },
  },
  cases: [
    {
      it: 'are asked for what is asked of their own type alone',
      query: '{ feed { ... on Poll { owner { name } } ... on Chat { owner { banned } } } }',
      data: { feed: [{ owner: { name: 'user 1' } }, { owner: { banned: true } }, {}] },
      stock: { errors: ['feed.0.owner.banned'], why: MERGED },
    },
    {
      it: 'are asked together for what is asked of all of them',
      query:
        '{ feed { ... on Poll { same { n: name id } } ... on Chat { same { id n: name } } ... on Clip { same: owner { id ... { n: name } } } } }',
      data: {
        feed: [
          { same: { n: 'user 3', id: '3' } },
          { same: { id: '4', n: 'user 4' } },
          { same: { id: '3', n: 'user 3' } },
        ],
      },
      asks: ['feed', 'names'],
    },
    {
      it: 'are asked by an interface that some of them share',
      query: '{ feed { ... on Held { owner { name } } ... on Chat { owner { banned } } } }',
      data: { feed: [{}, { owner: { name: 'user 2', banned: true } }, { owner: { name: 'user 3' } }] },
      stock: { errors: ['feed.2.owner.banned'], why: MERGED },
    },
    {
      it: 'are asked far below, and their errors told where they stand',
      query: '{ feed { ... on Clip { clips { ... on Poll { owner { banned } } ... on Chat { owner { name } } } } } }',
      data: { feed: [{}, {}, { clips: [{ owner: null }] }] },
      errors: ['feed.2.clips.0.owner.banned'],
    },
  ],
};

export const partialTypes: readonly Scenario[] = [unions, apart];
