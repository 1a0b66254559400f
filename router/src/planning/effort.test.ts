import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { compose } from '../../test/federation/compose.ts';
import { compileOperation } from '../execution/compile.ts';
import { fetchesOf, type Task, tasksOf } from '../execution/tasks.ts';
import { createKnownOperations } from '../gateway/known-operations.ts';
import { readSettings } from '../settings/settings-file.ts';
import { loadSupergraph } from '../supergraph/supergraph.ts';

/** An interface of these types, and three subgraphs that have them all. */
const load = (types: readonly string[]) => {
  const type = (name: string, subgraph: string) =>
    `type ${name} implements Node @key(fields: "id") { id: ID! next: Node @shareable in_${subgraph}: Int }`;
  const sdl = (subgraph: string) =>
    `type Query { start: Node @shareable } interface Node { id: ID! next: Node } ${types.map((name) => type(name, subgraph)).join(' ')}`;
  return loadSupergraph(compose({ a: sdl('a'), b: sdl('b'), c: sdl('c') }));
};
const nested = (depth: number) =>
  `{ start ${'{ next '.repeat(depth)} { ... on A { in_a in_b } ... on B { in_b in_c } } ${'}'.repeat(depth)} }`;

describe('planning', () => {
  it('of what has millions of ways to be answered takes few steps, and finds the shortest', () => {
    const { planner } = load(['A', 'B', 'C']);
    // Apollo's planner by itself takes 150,000 steps for three levels, and all memory for five.
    for (const depth of [1, 3, 5, 8]) {
      const { node } = planner.plan(parse(nested(depth)), undefined, { stage: 0, byType: false });
      const fetches = node && node.kind !== 'Subscription' ? fetchesOf(tasksOf(node, new Map()) as Task) : [];
      expect(fetches.map(({ node: { serviceName } }) => serviceName).sort(), `${depth} levels`).toEqual([
        'a',
        'b',
        'c',
      ]);
    }
  });

  it('that would take too long is refused, and not tried a second time', () => {
    const supergraph = load([...'ABCDEFGHIJKL']);
    const query = nested(4);
    let planned = 0;
    const operations = createKnownOperations(supergraph, readSettings({}), (...operation) => {
      planned += 1;
      return compileOperation(...operation);
    });
    for (let time = 0; time < 3; time += 1) {
      const refused = () => operations.get(query, parse(query), undefined);
      expect(refused).toThrow(
        expect.objectContaining({ extensions: expect.objectContaining({ code: 'OPERATION_TOO_LARGE' }) }),
      );
    }
    expect(planned).toBe(1);
    const small = '{ start { id } }';
    expect(operations.get(small, parse(small), undefined)).toHaveProperty('compiled');
  });
});
