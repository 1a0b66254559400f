import { buildSchema, parse, print } from 'graphql';
import { expect, it } from 'vitest';
import { withObjectTypes } from './object-types.ts';

const schema =
  buildSchema(`type Query { item: Item any: Any none: None } interface None { id: ID } interface Item { id: ID next: Item } union Any = Book | Film
  type Book implements Item { id: ID next: Item pages: Int } type Film implements Item { id: ID next: Item }`);
const exploded = (query: string) => print(withObjectTypes(parse(query), schema)).replaceAll(/\s+/g, ' ');

it('asks the fields of an interface of each object type, wherever it stands', () => {
  expect(exploded('{ item { id __typename ... on Book { pages } } }')).toBe(
    '{ item { __typename ... on Book { pages } ... on Book { id } ... on Film { id } } }',
  );
  expect(exploded('{ any { ...F } } fragment F on Item { i: id }')).toBe(
    '{ any { ...F } } fragment F on Item { ... on Book { i: id } ... on Film { i: id } }',
  );
});

it('leaves a document as it is where nothing is asked of an interface that has objects', () => {
  const document = parse('{ none { id } item { __typename ... on Book { id } } any { ... on Film { id } } }');
  expect(withObjectTypes(document, schema)).toBe(document);
});
