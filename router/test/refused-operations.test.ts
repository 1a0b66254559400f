import { expect, it, vi } from 'vitest';
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
