import { buildSchema, parse, print } from 'graphql';
import { expect, it } from 'vitest';
import { withPossibleTypes } from './possible-types.ts';

const schema = buildSchema(`type Query { item: Item any: Any } interface Item { id: ID } union Any = Book | Film | Shelf
  type Book implements Item { id: ID pages: Int } type Film implements Item { id: ID } type Shelf { any: Any }`);
const written = (query: string) => print(withPossibleTypes(parse(query), schema)).replaceAll(/\s+/g, ' ');

it('leaves out what is asked of types that are ruled out further above', () => {
  expect(written('{ item { id ... on Any { ... on Shelf { any { __typename } } ... on Book { pages } } } }')).toBe(
    '{ item { id ... on Any { ... on Book { pages } } } }',
  );
  expect(written('{ any { ... on Book { ... on Any { ... on Film { id } } } } }')).toBe(
    '{ any { ... on Book { ... on Any { __typename } } } }',
  );
});

it('writes fragments where they are spread, with their conditions', () => {
  expect(
    written(
      'query ($a: Boolean!) { item { ...F @include(if: $a) } } fragment F on Any { ...G } fragment G on Book { pages }',
    ),
  ).toBe('query ($a: Boolean!) { item { ... on Any @include(if: $a) { ... on Book { pages } } } }');
});
