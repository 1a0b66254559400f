import { parse, print } from 'graphql';
import { expect, it } from 'vitest';
import { withResolvableKeysFirst } from './key-order.ts';

it('puts the keys that a subgraph can resolve before those that it cannot', () => {
  const document = parse(
    'type A @join__type(graph: X, key: "a", resolvable: false) @join__type(graph: Y, key: "b") @join__type(graph: X, key: "c") { a: ID }',
  );
  const [type] = withResolvableKeysFirst(document).definitions;
  expect(type?.kind === 'ObjectTypeDefinition' && type.directives?.map((one) => print(one))).toEqual([
    '@join__type(graph: Y, key: "b")',
    '@join__type(graph: X, key: "c")',
    '@join__type(graph: X, key: "a", resolvable: false)',
  ]);
});

it('leaves a document as it is where no subgraph has them the wrong way round', () => {
  const document = parse(
    'type A @join__type(graph: X, key: "a", resolvable: false) @join__type(graph: Y, key: "b") { a: ID } interface B @join__type(graph: X, key: "a") @join__type(graph: X, key: "b", resolvable: false) { b: ID }',
  );
  expect(withResolvableKeysFirst(document)).toBe(document);
});
