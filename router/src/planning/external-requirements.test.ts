import { parse, print } from 'graphql';
import { expect, it } from 'vitest';
import { withExternalRequirements } from './external-requirements.ts';

const node = (fields: string) =>
  parse(
    `interface Node @join__type(graph: A, key: "id") @join__type(graph: B, key: "id", isInterfaceObject: true) { id: ID! ${fields} }`,
  );
const REQUIRING = 'tax: Int @join__field(graph: B, requires: "id maker")';

it('says that a field is external where it is required, and that it is at home elsewhere', () => {
  expect(print(withExternalRequirements(node(`maker: String ${REQUIRING}`)))).toBe(
    print(node(`maker: String @join__field(graph: A) @join__field(graph: B, external: true) ${REQUIRING}`)),
  );
});

it('leaves a supergraph as it is that says so itself, and keys as they are', () => {
  for (const maker of ['maker: String @join__field(graph: A) @join__field(graph: B, external: true)', 'other: Int']) {
    const document = node(`${maker} ${REQUIRING}`);
    expect(withExternalRequirements(document)).toBe(document);
  }
});
