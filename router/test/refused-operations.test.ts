import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HeaderMap } from '@apollo/server';
import { ANONYMOUS } from '@cartograph/kernel/viewer';
import { createLogger } from '@cartograph/runtime/logger';
import { expect, it } from 'vitest';
import { createApolloFace } from '../src/apollo-face.ts';
import { createExecute } from '../src/gateway/execute.ts';
import { createGateway } from '../src/gateway/gateway.ts';
import { createRouterMask } from '../src/masking.ts';
import { composed } from './supergraph.ts';

const SDL = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query { ticks: Int } type Subscription { ticks: Int }`;

async function ask(query: string) {
  const supergraphFile = join(mkdtempSync(join(tmpdir(), 'cartograph-refused-')), 'supergraph.graphql');
  writeFileSync(supergraphFile, composed({ clock: SDL }));
  const logger = createLogger('router', 'silent');
  const mask = createRouterMask(logger, { production: true });
  const openSubgraph = (name: string) => ({
    name,
    send: async () => ({ data: { ticks: 1 } }),
    ready: async () => true,
    close: async () => {},
  });
  const gateway = createGateway({ supergraphFile, openSubgraph, execute: createExecute(mask), logger });
  const apollo = createApolloFace(gateway, { mask, production: true });
  await apollo.start();
  const context = { viewer: ANONYMOUS, requestId: 'test', deadline: Number.POSITIVE_INFINITY };
  try {
    const { status, body } = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method: 'POST',
        headers: new HeaderMap([['content-type', 'application/json']]),
        search: '',
        body: { query },
      },
      context: async () => context,
    });
    if (body.kind !== 'complete') throw new Error('an answer in parts');
    return { status: status ?? 200, body: JSON.parse(body.string) };
  } finally {
    await apollo.stop();
  }
}

it('refuses a subscription as the mistake of its caller, and says why', async () => {
  expect(await ask('subscription { ticks }')).toEqual({
    status: 400,
    body: {
      errors: [{ message: 'Subscriptions are not served here: ask with a query.', extensions: { code: 'BAD_REQUEST' } }],
    },
  });
});

it('answers a query of the same graph', async () => {
  expect(await ask('{ ticks }')).toEqual({ status: 200, body: { data: { ticks: 1 } } });
});
