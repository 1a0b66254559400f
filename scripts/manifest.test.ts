import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { composeServices } from '@apollo/composition';
import { ROOT } from '@cartograph/runtime/sdl';
import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { readManifest } from '../router/src/operations/manifest.ts';
import { makeManifest } from './manifest.ts';

const SDL = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@inaccessible"])
  type Query { book(id: ID!): Book secret: String @inaccessible }
  type Book @key(fields: "id") { id: ID! title: String! author: Author }
  type Author { name: String }`;
const { supergraphSdl = '' } = composeServices([{ name: 'books', url: 'http://127.0.0.1:1', typeDefs: parse(SDL) }]);

function manifestOf(files: Record<string, string>, options: { typename?: boolean; patterns?: string[] } = {}) {
  const cwd = mkdtempSync(join(tmpdir(), 'cartograph-operations-'));
  for (const [file, text] of Object.entries({ ...files, 'supergraph.graphql': supergraphSdl })) {
    mkdirSync(dirname(join(cwd, file)), { recursive: true });
    writeFileSync(join(cwd, file), text);
  }
  const { patterns = ['src/**/*'], typename = false } = options;
  return makeManifest({ patterns, supergraph: 'supergraph.graphql', typename, cwd });
}
const operationsOf = (...given: Parameters<typeof manifestOf>) => JSON.parse(manifestOf(...given)).operations;

const BOOK = 'query Book($id: ID!) {\n  book(id: $id) {\n    ...Words\n  }\n}';
const WORDS = 'fragment Words on Book {\n  title\n}';

describe('a manifest of what clients send', () => {
  it('takes documents and templates in code, with the fragments they spread from other files', () => {
    const operations = operationsOf({
      'src/book.graphql': BOOK,
      'src/words.graphql': WORDS,
      'src/page.tsx': 'export const QUERY = gql`query Id { book(id: "1") { id } }`;',
      'src/ignored.ts': 'export const SDL = gql`type Query { a: Int }`;',
    });
    expect(operations).toEqual([
      { id: expect.stringMatching(/^[0-9a-f]{64}$/), name: 'Book', type: 'query', body: `${BOOK}\n\n${WORDS}` },
      expect.objectContaining({ name: 'Id', body: 'query Id {\n  book(id: "1") {\n    id\n  }\n}' }),
    ]);
  });

  it('is the same whatever the layout and order of the files', () => {
    const one = manifestOf({ 'src/a.graphql': BOOK, 'src/b.graphql': `${WORDS}\nquery A { book(id: "1") { id } }` });
    const other = manifestOf({ 'src/z.graphql': `query A{book(id:"1"){id}} ${BOOK}`, 'src/y.graphql': WORDS });
    expect(other).toBe(one);
  });

  it('adds the names of types as Apollo Client does: everywhere but at the root', () => {
    const [operation] = operationsOf(
      { 'src/a.graphql': 'query A { book(id: "1") { id author { __typename name } } }' },
      { typename: true },
    );
    expect(operation.body).toBe(
      'query A {\n  book(id: "1") {\n    id\n    author {\n      __typename\n      name\n    }\n    __typename\n  }\n}',
    );
  });

  it.each([
    [
      'a field that is not there',
      { 'src/a.graphql': '\nquery A {\n  book(id: "1") { isbn }\n}' },
      'src/a.graphql:3: Cannot query field "isbn"',
    ],
    [
      'a field that callers do not see',
      { 'src/a.graphql': 'query A { secret }' },
      'src/a.graphql:1: Cannot query field "secret"',
    ],
    [
      'a mistake in a template',
      { 'src/a.ts': 'const a = 1;\nconst Q = gql`\n  query A { book(id: "1") { isbn } }`;' },
      'src/a.ts:3: Cannot query field "isbn"',
    ],
    [
      'a mistake in a fragment of another file',
      { 'src/a.graphql': BOOK, 'src/w.graphql': '\nfragment Words on Book { isbn }' },
      'src/w.graphql:2: Cannot query field "isbn"',
    ],
    [
      'an operation without a name',
      { 'src/a.graphql': '{ book(id: "1") { id } }' },
      'src/a.graphql:1: the operation has no name',
    ],
    [
      'a name taken twice',
      { 'src/a.graphql': 'query A { book(id: "1") { id } }', 'src/b.graphql': '\nquery A { book(id: "2") { id } }' },
      'src/b.graphql:2: the name A is that of the operation at src/a.graphql:1',
    ],
    ['an unknown fragment', { 'src/a.graphql': BOOK }, 'unknown fragment "Words"'],
    ['no files', {}, 'No file matches src/**/*'],
  ])('is not made of %s, and the place is named', (_what, files, problem) => {
    expect(() => manifestOf(files as Record<string, string>)).toThrow(problem);
  });

  it('names all mistakes at once', () => {
    const files = { 'src/a.graphql': 'query A { no }', 'src/b.graphql': 'query B { never }' };
    expect(() => manifestOf(files)).toThrow(/src\/a\.graphql:1: .*\nsrc\/b\.graphql:1: /);
  });

  it('is one that the router reads', () => {
    const manifest = readManifest(manifestOf({ 'src/a.graphql': `${BOOK} ${WORDS}` }));
    expect(manifest.byBody(`${WORDS} ${BOOK}`)).toBeUndefined();
    expect(manifest.byBody(`${BOOK}${WORDS}`)).toBe(`${BOOK}\n\n${WORDS}`);
  });

  it('of the examples is committed, and current', () => {
    const cwd = fileURLToPath(ROOT);
    const patterns = ['router/examples/*.graphql'];
    const made = makeManifest({ patterns, supergraph: 'schema/supergraph.graphql', typename: false, cwd });
    expect(readFileSync(join(cwd, 'router/operations.json'), 'utf8')).toBe(made);
  });
});
