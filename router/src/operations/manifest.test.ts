import { describe, expect, it } from 'vitest';
import { readManifest } from './manifest.ts';

const file = (...operations: object[]) =>
  JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations });
const search = { id: 'a1', name: 'Search', type: 'query', body: 'query Search {\n  books { title }\n}' };

describe('a manifest', () => {
  const manifest = readManifest(file(search));

  it('finds a document by its id', () => {
    expect(manifest.byId('a1')).toBe(search.body);
    expect(manifest.byId('a2')).toBeUndefined();
    expect(manifest.byId('constructor')).toBeUndefined();
  });

  it.each([search.body, 'query Search{books{title}}', '# layout is nothing\nquery Search { books, { title } }'])(
    'finds a document by its text: %j',
    (body) => expect(manifest.byBody(body)).toBe(search.body),
  );

  it.each(['query Search { books { title id } }', 'query Other { books { title } }', '"', '', '{'])(
    'does not take another text for it: %j',
    (body) => expect(manifest.byBody(body)).toBeUndefined(),
  );

  it('does not read texts that no layout of its operations explains', () => {
    expect(manifest.byBody(`${search.body}${' '.repeat(100)}`)).toBe(search.body);
    expect(manifest.byBody(`${search.body}${' '.repeat(10_000)}`)).toBeUndefined();
  });

  it.each([
    ['{', 'JSON'],
    ['{"format":"relay","version":1,"operations":[]}', 'format: must be "apollo-persisted-query-manifest"'],
    ['{"format":"apollo-persisted-query-manifest","version":2,"operations":[]}', 'version: must be 1'],
    [file({ ...search, id: '' }), 'operations.0.id'],
    [file({ ...search, body: 'query {' }), 'operations[0] (Search): its body is not GraphQL: Syntax Error'],
    [file(search, { ...search, body: '{ me { id } }' }), 'operations[1] (Search): its id is that of another operation'],
  ])('that is wrong says where: %s', (text, problem) => {
    expect(() => readManifest(text)).toThrow(problem);
  });
});
