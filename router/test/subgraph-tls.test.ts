import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { selfSigned } from '@cartograph/runtime/testing/self-signed';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DATA } from './fake-subgraph.ts';
import { openClient } from './open-client.ts';

async function secureSubgraph() {
  let requests = 0;
  let connections = 0;
  const server = createServer(selfSigned(), (request, response) => {
    requests += 1;
    request.resume().on('end', () => response.end(JSON.stringify({ ...DATA, pad: 'x'.repeat(200_000) })));
  });
  server.on('secureConnection', () => {
    connections += 1;
  });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    seen: () => ({ requests, connections }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('a subgraph behind https', () => {
  it('is sent nothing when its certificate is not trusted', async () => {
    await using books = await secureSubgraph();
    await using gate = openClient([books.url], { policy: { retry: { attempts: 1 } } });
    expect(await gate.outcome()).toBe('SERVICE_UNAVAILABLE');
    expect(gate.finished.map(({ outcome }) => outcome)).toEqual(['unreachable']);
    expect(books.seen().requests).toBe(0);
  });

  it('is asked over a kept connection when it is trusted', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    await using books = await secureSubgraph();
    await using gate = openClient([books.url]);
    for (let round = 0; round < 3; round += 1) expect(await gate.ask()).toMatchObject(DATA);
    expect(books.seen()).toEqual({ requests: 3, connections: 1 });
  });
});
