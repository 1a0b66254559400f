import { by, type Scenario } from '../scenario.ts';

const crates = [
  { id: 'c1', serial: { lot: 'L', run: 1, nr: 7 }, tag: 't1', label: 'Figs' },
  { id: 'c2', serial: { lot: 'L', run: 2, nr: 7 }, tag: 't2', label: 'Nuts' },
];
type Serial = (typeof crates)[number]['serial'];
const KEY_TAKEN = 'The planner drops a selection whose response name is that of a requirement.';
const UNRESOLVABLE = 'The planner comes back to a subgraph by a key that the subgraph cannot resolve.';

const keys: Scenario = {
  name: 'keys of which a subgraph can resolve but some',
  subgraphs: {
    labels: {
      sdl: `type Crate @key(fields: "id") @key(fields: "tag", resolvable: false) @key(fields: "serial { lot run }", resolvable: false) { id: ID! tag: ID! serial: Serial! label: String! }
        type Serial @shareable { lot: ID! run: Int! nr: Int! }`,
      resolvers: {
        Crate: { __resolveReference: ({ id }: { id?: string }) => (id ? by(crates, 'id')({ id }) : null) },
      },
    },
    depot: {
      sdl: `type Query { crates: [Crate!]! }
        type Crate @key(fields: "serial { lot nr }", resolvable: false) @key(fields: "tag", resolvable: false) @key(fields: "id serial { run nr }") @key(fields: "id", resolvable: false)
          { id: ID! tag: ID! serial: Serial! label: String! @external stamp: String! @requires(fields: "label") }
        type Serial @shareable { lot: ID! run: Int! nr: Int! }`,
      resolvers: {
        Query: { crates: () => crates.map(({ label: _, ...crate }) => crate) },
        Crate: {
          __resolveReference: ({ id, serial, label }: { id?: string; serial?: Serial; label?: string }) =>
            id && serial?.run && serial.nr ? { id, serial, label } : null,
          stamp: ({ label, serial }: { label: string; serial: Serial }) => `${label} ${serial.run}/${serial.nr}`,
        },
      },
    },
  },
  cases: [
    {
      it: 'lead back by the one that it resolves',
      query: '{ crates { tag stamp } }',
      data: {
        crates: [
          { tag: 't1', stamp: 'Figs 1/7' },
          { tag: 't2', stamp: 'Nuts 2/7' },
        ],
      },
      asks: ['depot', 'labels', 'depot'],
      stock: { data: null, errors: ['crates.0.stamp', 'crates.1.stamp'], why: UNRESOLVABLE },
    },
    {
      it: 'lead back by the one that it resolves when the caller calls another field so',
      query: '{ crates { id: tag serial { nr: lot } stamp } }',
      data: {
        crates: [
          { id: 't1', serial: { nr: 'L' }, stamp: 'Figs 1/7' },
          { id: 't2', serial: { nr: 'L' }, stamp: 'Nuts 2/7' },
        ],
      },
      stock: { data: null, errors: ['crates.0.stamp', 'crates.1.stamp'], why: UNRESOLVABLE },
    },
  ],
};

const posts = [{ id: 'p1' }, { id: 'p2' }];
const writers = [
  { id: 'w1', years: 1 },
  { id: 'w2', years: 20 },
];

const circle: Scenario = {
  name: 'requirements that go back and forth between two subgraphs',
  subgraphs: {
    posts: {
      sdl: `type Query { posts: [Post!]! } type Post @key(fields: "id") { id: ID! fresh: Boolean! @external ripe: Boolean! @requires(fields: "fresh") }
        type Writer @key(fields: "id") { id: ID! years: Int! }`,
      resolvers: {
        Query: { posts: () => posts },
        Post: { ripe: ({ fresh }: { fresh: boolean }) => !fresh },
        Writer: { __resolveReference: by(writers, 'id') },
      },
    },
    writers: {
      sdl: `type Post @key(fields: "id") { id: ID! writer: Writer! fresh: Boolean! @requires(fields: "writer { years }") } type Writer @key(fields: "id") { id: ID! years: Int! @external }`,
      resolvers: {
        Post: {
          writer: ({ id }: { id: string }) => ({ id: id === 'p1' ? 'w1' : 'w2' }),
          fresh: ({ writer }: { writer: { years: number } }) => writer.years < 5,
        },
      },
    },
  },
  cases: [
    {
      it: 'are met one after the other',
      query: '{ posts { ripe } }',
      data: { posts: [{ ripe: false }, { ripe: true }] },
      asks: ['posts', 'writers', 'posts', 'writers', 'posts'],
    },
    {
      it: 'are met when the caller names everything otherwise',
      query: '{ posts { writer: ripe fresh: id years: writer { years: id } } }',
      data: {
        posts: [
          { writer: false, fresh: 'p1', years: { years: 'w1' } },
          { writer: true, fresh: 'p2', years: { years: 'w2' } },
        ],
      },
      stock: { data: null, errors: ['posts.0.fresh', 'posts.1.fresh'], why: KEY_TAKEN },
    },
  ],
};

export const plannerKeys: readonly Scenario[] = [keys, circle];
