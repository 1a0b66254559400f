import { expect, it, vi } from 'vitest';
import { FEDERATION } from './federation/compose.ts';
import { composed, openGraph, SDL } from './supergraph.ts';

it('refuses a subscription as the mistake of its caller, and says why', async () => {
  await using graph = await openGraph();
  graph.publish(composed({ ...SDL, reviews: `${SDL.reviews} type Subscription { ticks: Int }` }));
  await vi.waitFor(async () => {
    const { status, body } = await graph.ask({ query: 'subscription { ticks }' });
    expect({ status, body }).toEqual({
      status: 400,
      body: {
        errors: [
          { message: 'A subscription is not answered here.', extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
        ],
      },
    });
  }, 5_000);
  expect((await graph.ask({ query: '{ books { id } }' })).status).toBe(200);
});

it('refuses what the planner finds no way for, and says so', async () => {
  const node = (fields: string) => `${FEDERATION} type Node @key(fields: "id") @interfaceObject { id: ID! ${fields} }`;
  await using graph = await openGraph();
  graph.publish(
    composed({
      ...SDL,
      reviews: `${SDL.reviews} interface Node @key(fields: "id") { id: ID! } type Leaf implements Node @key(fields: "id") { id: ID! }
        extend type Query { node: Node }`,
      first: node('a: Int'),
      second: node('a: Int @external b: Int @requires(fields: "a")'),
      third: node('b: Int @external c: Int @requires(fields: "b")'),
    }),
  );
  const refused = {
    message: 'No way was found to answer this operation, though it is valid: ask for its fields in several operations.',
    extensions: { code: 'OPERATION_NOT_PLANNABLE' },
  };
  await vi.waitFor(async () => {
    const { status, body } = await graph.ask({ query: '{ node { c } }' });
    expect({ status, body }).toEqual({ status: 400, body: { errors: [refused] } });
  }, 5_000);
  // With a condition it is planned when it is known what is asked for, the second time beside the pipeline.
  const query = 'query ($all: Boolean!) { node { id c @include(if: $all) } }';
  for (const all of [true, false, true]) {
    const { status, body } = await graph.ask({ query, variables: { all } });
    expect(status).toBe(200);
    expect(body).toMatchObject(all ? { data: null, errors: [refused] } : { data: { node: null } });
  }
});
