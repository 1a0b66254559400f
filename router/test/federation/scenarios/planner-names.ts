import { GraphQLError } from 'graphql';
import { by, INADMISSIBLE, type Scenario } from '../scenario.ts';

const beasts = [
  { __typename: 'Cat', id: 'c', name: 'Kit', kin: { id: 'r1' }, rank: 7, lives: 9 },
  { __typename: 'Dog', id: 'd', name: 'Rex', kin: { id: 'r2' }, rank: 3, tricks: 4 },
];
const races = [
  { id: 'r1', name: 'Manx', old: { year: '1810', land: 'IM' } },
  { id: 'r2', name: 'Pug', old: { year: '1553', land: 'CN' } },
];
const stuck = () => {
  throw new GraphQLError('stuck');
};
const KEY_TAKEN = 'The planner drops a selection whose response name is the name of a key field.';
const TAKEN_FOR_ONE = 'The planner takes what has one response name in one place for one field.';
const READS_TYPENAME = 'The gateway reads the name of a type where the caller put something else.';

const kennel: Scenario = {
  name: 'names that would mislead a planner',
  subgraphs: {
    kennel: {
      sdl: `type Query { beasts: [Beast!]! beast(id: ID!): Beast } interface Beast { id: ID! name: String! kin: Race }
        type Cat implements Beast @key(fields: "id") { id: ID! name: String! kin: Race lives: Int stuck: Int }
        type Dog implements Beast @key(fields: "id") { id: ID! name: String! kin: Race tricks: Int }
        type Race @key(fields: "id") { id: ID! }`,
      resolvers: {
        Query: { beasts: () => beasts, beast: (_: unknown, key: { id: string }) => by(beasts, 'id')(key) },
        Cat: { __resolveReference: by(beasts, 'id'), stuck },
        Dog: { __resolveReference: by(beasts, 'id') },
      },
    },
    shows: {
      sdl: `type Cat @key(fields: "id") { id: ID! rank(of: Int): Int! broken: Int stuck: Int @external lot: Int @requires(fields: "stuck") }
        type Dog @key(fields: "id") { id: ID! rank(of: Int): Int! broken: Int }`,
      resolvers: {
        Cat: { __resolveReference: by(beasts, 'id'), broken: stuck, lot: () => 1 },
        Dog: { __resolveReference: by(beasts, 'id'), broken: stuck },
      },
    },
    races: {
      sdl: 'type Race @key(fields: "id") { id: ID! name: String! old: Old broken: Int! } type Old { year: String! land: String! }',
      resolvers: { Race: { __resolveReference: by(races, 'id'), broken: stuck } },
    },
  },
  cases: [
    {
      it: 'may be that of a key, for the name of the type',
      query: '{ beasts { id: __typename ... on Cat { rank } } }',
      data: { beasts: [{ id: 'Cat', rank: 7 }, { id: 'Dog' }] },
    },
    {
      it: 'may be that of the name of the type, for a field',
      query: '{ beasts { __typename: name ... on Dog { rank id } } beast(id: "c") { __typename: name kin { name } } }',
      data: {
        beasts: [{ __typename: 'Kit' }, { __typename: 'Rex', rank: 3, id: 'd' }],
        beast: { __typename: 'Kit', kin: { name: 'Manx' } },
      },
      stock: { data: null, errors: ['beasts.0', 'beasts.1'], why: READS_TYPENAME },
    },
    {
      it: 'may be one for the name of a type and for a field of another type',
      query: '{ beasts { ... on Cat { x: __typename y: name } ... on Dog { x: name y: __typename } } }',
      data: {
        beasts: [
          { x: 'Cat', y: 'Kit' },
          { x: 'Rex', y: 'Dog' },
        ],
      },
    },
    {
      it: 'may be one for fields of different types with different arguments',
      query: '{ beasts { ... on Cat { r: rank(of: 1) } ... on Dog { r: rank(of: 2) } } }',
      data: { beasts: [{ r: 7 }, { r: 3 }] },
    },
    {
      it: 'may be one for objects that hold one for different fields',
      query:
        '{ beasts { ... on Cat { k: kin { o: old { n: year } } } ... on Dog { k: kin { o: old { n: land } p: name } } } }',
      data: { beasts: [{ k: { o: { n: '1810' } } }, { k: { o: { n: 'CN' }, p: 'Pug' } }] },
      stock: {
        data: { beasts: [{ k: { o: { n: '1810' } } }, { k: { o: { n: '1553' }, p: 'Pug' } }] },
        why: TAKEN_FOR_ONE,
      },
    },
    {
      it: 'may stand in a fragment that is used in two places',
      query:
        '{ beasts { ...B } beast(id: "d") { ...B id } } fragment B on Beast { id: name kin { ...R } } fragment R on Race { id: name }',
      data: INADMISSIBLE,
    },
    {
      it: 'may stand in a fragment that is used in two places and fits both',
      query:
        '{ beasts { ...B } beast(id: "d") { ...B } } fragment B on Beast { id: name kin { ...R } } fragment R on Race { id: name old { year } }',
      data: {
        beasts: [
          { id: 'Kit', kin: { id: 'Manx', old: { year: '1810' } } },
          { id: 'Rex', kin: { id: 'Pug', old: { year: '1553' } } },
        ],
        beast: { id: 'Rex', kin: { id: 'Pug', old: { year: '1553' } } },
      },
    },
    {
      it: 'may be switched on and off by variables named like those of a planner',
      query:
        'query ($representations: Boolean!, $contextualArgument_1_0: Boolean = true, $r: Int) { beasts { id: name @skip(if: $representations) ... on Cat @include(if: $contextualArgument_1_0) { rank(of: $r) } } }',
      variables: { representations: false },
      data: { beasts: [{ id: 'Kit', rank: 7 }, { id: 'Rex' }] },
      stock: { data: { beasts: [{ id: 'c', rank: 7 }, { id: 'Rex' }] }, why: KEY_TAKEN },
    },
    {
      it: 'are told in the path of an error',
      query: '{ beasts { ... on Cat { id: stuck } ... on Dog { id: broken } } }',
      data: { beasts: [{ id: null }, { id: null }] },
      errors: ['beasts.0.id', 'beasts.1.id'],
      stock: { errors: ['beasts.0.id'], why: KEY_TAKEN },
    },
    {
      it: 'are told in the path of an error far below',
      query: '{ beast(id: "c") { id: kin { id: name name: broken } } }',
      data: { beast: { id: null } },
      errors: ['beast.id.id', 'beast.id.name'],
      stock: { errors: ['beast.id.name'], why: KEY_TAKEN },
    },
    {
      it: 'may stand twice for one field, of which the one answer does without what the other asks',
      query: '{ beast(id: "c") { id: kin { name } name: kin { broken } } }',
      data: { beast: { id: { name: 'Manx' }, name: null } },
      errors: ['beast.name.broken'],
    },
    {
      it: 'do not take the blame for what they hide',
      query: '{ beast(id: "c") { ... on Cat { stuck: lives lot } } }',
      data: { beast: { stuck: 9, lot: 1 } },
      errors: ['beast'],
      stock: { errors: [], why: TAKEN_FOR_ONE },
    },
    {
      it: 'may look like those that a planner makes up',
      query: '{ beasts { id: name ... on Cat { name__p0: lives name__alias_0: rank } } }',
      data: { beasts: [{ id: 'Kit', name__p0: 9, name__alias_0: 7 }, { id: 'Rex' }] },
      stock: { data: { beasts: [{ id: 'c', name__p0: 9, name__alias_0: 7 }, { id: 'Rex' }] }, why: KEY_TAKEN },
    },
  ],
};

interface Ledger {
  readonly rows: string[];
}

const ledger: Scenario = {
  name: 'mutations whose names would mislead a planner',
  state: (): Ledger => ({ rows: [] }),
  subgraphs: {
    a: {
      sdl: 'type Query { a: Int } type Mutation { book(by: Int): Entry! } type Entry @key(fields: "id") { id: ID! text: String! }',
      resolvers: {
        Mutation: {
          book: (_: unknown, { by: sum }: { by?: number }, { rows }: Ledger) => {
            rows.push(`${sum}`);
            return { id: `e${rows.length}`, text: rows.join('+') };
          },
        },
      },
    },
    b: {
      sdl: 'type Entry @key(fields: "id") { id: ID! seal: String! }',
      resolvers: { Entry: { seal: ({ id }: { id: string }) => `sealed ${id}` } },
    },
  },
  cases: [
    {
      it: 'take effect as often as they are written',
      query: 'mutation { id: book(by: 1) { id: text seal } seal: book(by: 1) { text seal } book(by: 1) { text } }',
      data: {
        id: { id: '1', seal: 'sealed e1' },
        seal: { text: '1+1', seal: 'sealed e2' },
        book: { text: '1+1+1' },
      },
      stock: {
        data: {
          id: { id: 'e1', seal: 'sealed e1' },
          seal: { text: '1+1', seal: 'sealed e2' },
          book: { text: '1+1+1' },
        },
        why: KEY_TAKEN,
      },
    },
  ],
};

export const plannerNames: readonly Scenario[] = [kennel, ledger];
