import { describe, expect, it } from 'vitest';
import { openGraph } from './supergraph.ts';

type Request = readonly [name: string, body: unknown, headers?: Record<string, string>];

const REQUESTS: readonly Request[] = [
  ['a query', { query: '{ books { id title stars } }' }],
  ['a query with a name', { query: 'query A { books { id } } query B { books { title } }', operationName: 'B' }],
  ['a name that is not there', { query: 'query A { books { id } }', operationName: 'B' }],
  ['variables', { query: 'query ($w: Boolean!) { books { id @include(if: $w) title } }', variables: { w: true } }],
  [
    'other variables',
    { query: 'query ($w: Boolean!) { books { id @include(if: $w) title } }', variables: { w: false } },
  ],
  ['a variable that is missing', { query: 'query ($w: Boolean!) { books { id @include(if: $w) title } }' }],
  [
    'a variable of another type',
    { query: 'query ($w: Boolean!) { books { id @include(if: $w) } }', variables: { w: 1 } },
  ],
  ['variables that are no object', { query: '{ books { id } }', variables: [1] }],
  [
    'a mutation',
    { query: 'mutation ($t: String!) { addBook(title: $t) { title stars } }', variables: { t: '"\\ \u2028é' } },
  ],
  ['an error of a subgraph', { query: '{ busy books { id } }' }],
  ['the type name of the root', { query: '{ __typename }' }],
  ['introspection', { query: '{ __schema { queryType { name } } books { id } }' }],
  ['a field that is not there', { query: '{ nothing }' }],
  ['no document', {}],
  ['a document that does not parse', { query: '{' }],
  ['extensions', { query: '{ books { id } }', extensions: { any: 1 } }],
  ['a persisted hash', { extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } }],
  ['the newer media type', { query: '{ books { id } }' }, { accept: 'application/graphql-response+json' }],
  ['the older media type', { query: '{ nothing }' }, { accept: 'application/json' }],
  ['a request id of its own', { query: '{ books { id } }' }, { 'x-request-id': 'shop-request-1' }],
  ['a wish to know the cost', { query: '{ books { id } }' }, { 'x-cartograph-cost': 'tell' }],
  ['a wish to know the plan', { query: '{ books { id stars } }' }, { 'x-cartograph-query-plan': 'tell' }],
  [
    'a wish to know both, and a plan that is not ASCII',
    { query: 'mutation { addBook(title: "Atlas é") { title stars } }' },
    { 'x-cartograph-cost': 'tell', 'x-cartograph-query-plan': 'tell' },
  ],
  ['a plan of nothing', { query: '{ __typename }' }, { 'x-cartograph-query-plan': 'tell' }],
  ['another origin', { query: '{ books { id } }' }, { origin: 'https://shop.example' }],
];

/** What differs from one answer to the next, whoever gives it. */
const PASSING = new Set(['date', 'x-request-id', 'keep-alive', 'connection']);

describe('a known operation that passes by the pipeline', () => {
  it.each([false, true])(
    'cannot be told from one that goes through it (production: %s)',
    async (production) => {
      await using hot = await openGraph({ config: { hotPath: true, production } });
      await using cold = await openGraph({ config: { hotPath: false, production } });
      const answerOf = async (graph: typeof hot, [, body, headers]: Request) => {
        const { status, headers: given, text } = await graph.ask(body as object, headers);
        return { status, text, headers: [...given].filter(([name]) => !PASSING.has(name)) };
      };
      for (const request of REQUESTS) {
        const expected = await answerOf(cold, request);
        // The first makes it known, the second is found by its document, the third by its text.
        for (const time of [1, 2, 3]) expect(await answerOf(hot, request), `${request[0]}, ${time}`).toEqual(expected);
      }
    },
    60_000,
  );
});
