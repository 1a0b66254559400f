import { describe, expect, it, vi } from 'vitest';
import { composed, openGraph, SDL } from './supergraph.ts';

const ADA = { kind: 'customer', customerId: 'Customer:ada' } as const;

describe('the router', () => {
  it('answers one query from two subgraphs, and gives the request an id', async () => {
    await using graph = await openGraph();
    const { status, headers, body } = await graph.ask({ query: '{ books { title stars } }' });
    expect(status).toBe(200);
    expect(body).toEqual({ data: { books: [{ title: 'Atlas', stars: 5 }] } });
    expect(headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
  });

  it('carries the viewer and the request id into the subgraphs', async () => {
    await using graph = await openGraph();
    const token = await graph.issue(ADA, { lifetimeSeconds: 60, tokenId: 't1' });
    const { body } = await graph.ask(
      { query: '{ whoAmI }' },
      { authorization: `Bearer ${token}`, 'x-request-id': 'shop-request-1' },
    );
    expect(JSON.parse(body.data.whoAmI)).toEqual({ viewer: ADA, requestId: 'shop-request-1' });
  });

  it('does not take identity from headers that a caller writes', async () => {
    await using graph = await openGraph();
    const { body } = await graph.ask(
      { query: '{ whoAmI }' },
      { 'x-cartograph-envelope': 'forged.forged', 'x-viewer': JSON.stringify(ADA) },
    );
    expect(JSON.parse(body.data.whoAmI).viewer).toEqual({ kind: 'anonymous' });
  });

  it('replaces a request id that could forge a log line', async () => {
    await using graph = await openGraph();
    const { headers } = await graph.ask({ query: '{ whoAmI }' }, { 'x-request-id': 'a b"c' });
    expect(headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
  });

  it.each([
    ['a token that is no token', 'Bearer nonsense', 'must be "Bearer"'],
    [
      'a token of an unknown issuer',
      `Bearer e30.${Buffer.from('{"iss":"evil"}').toString('base64url')}.AAAA`,
      'not from an issuer',
    ],
  ])('refuses %s with 401 and a reason', async (_case, authorization, reason) => {
    await using graph = await openGraph();
    const { status, body } = await graph.ask({ query: '{ whoAmI }' }, { authorization });
    expect(status).toBe(401);
    expect(body.errors[0].extensions.code).toBe('UNAUTHENTICATED');
    expect(body.errors[0].message).toContain(reason);
  });

  it('refuses an expired token and says that it has expired', async () => {
    await using graph = await openGraph();
    const token = await graph.issue(ADA, { lifetimeSeconds: -60, tokenId: 't1' });
    const { status, body } = await graph.ask({ query: '{ whoAmI }' }, { authorization: `Bearer ${token}` });
    expect(status).toBe(401);
    expect(body.errors[0].message).toContain('has expired');
  });

  it('never lets an inaccessible field out', async () => {
    await using graph = await openGraph();
    const { status, body } = await graph.ask({ query: '{ hidden }' });
    expect(status).toBe(400);
    expect(body.errors[0].extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    expect((await graph.ask({ query: '{ __schema { queryType { fields { name } } } }' })).text).not.toContain('hidden');
  });

  it('answers an unknown operation name with 400', async () => {
    await using graph = await openGraph();
    const { status, body } = await graph.ask({ query: 'query A { books { id } }', operationName: 'B' });
    expect(status).toBe(400);
    expect(body.errors[0].extensions.code).toBe('OPERATION_RESOLUTION_FAILURE');
  });

  it('answers unreadable JSON with 400', async () => {
    await using graph = await openGraph();
    const response = await fetch(graph.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":',
    });
    expect(response.status).toBe(400);
  });

  it('refuses a mutation by GET and a form post', async () => {
    await using graph = await openGraph();
    const get = await fetch(`${graph.url}?query=${encodeURIComponent('mutation { addBook(title: "x") { id } }')}`, {
      headers: { 'apollo-require-preflight': 'yes' },
    });
    expect(get.status).toBe(405);
    const form = await fetch(graph.url, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '{"query":"{books{id}}"}',
    });
    expect(form.status).toBeGreaterThanOrEqual(400);
    expect(form.status).toBeLessThan(500);
  });
});

describe('a subgraph in trouble', () => {
  it('costs its own fields and no more than its deadline', async () => {
    await using graph = await openGraph({ reviews: 'black hole' });
    const started = performance.now();
    const { status, body } = await graph.ask({ query: '{ books { title stars } }' });
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(status).toBe(200);
    expect(body.data).toEqual({ books: [{ title: 'Atlas', stars: null }] });
    expect(body.errors.map((error: any) => error.extensions)).toEqual([{ code: 'DEADLINE_EXCEEDED' }]);
  });

  it('that is down is named by code, never by address', async () => {
    await using graph = await openGraph({ reviews: 'down' });
    const { body, text } = await graph.ask({ query: '{ books { title stars } }' });
    expect(body.errors[0].extensions).toEqual({ code: 'SERVICE_UNAVAILABLE' });
    expect(text).not.toMatch(/127\.0\.0\.1|ECONNREFUSED|reviews|stack/);
  });

  it('keeps its incident id, and its secrets', async () => {
    await using graph = await openGraph();
    const { body, text } = await graph.ask({ query: '{ boom busy }' });
    const [boom, busy] = body.errors;
    expect(boom.extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR', incidentId: expect.any(String) });
    expect(busy.extensions).toEqual({ code: 'CONFLICT' });
    expect(text).not.toMatch(/10\.0\.0\.7|relation/);
  });

  it('makes the router not ready', async () => {
    await using graph = await openGraph({ reviews: 'down' });
    expect((await fetch(new URL('/healthz', graph.url))).status).toBe(200);
    const ready = await fetch(new URL('/readyz', graph.url));
    expect(ready.status).toBe(503);
    await using healthy = await openGraph();
    expect((await fetch(new URL('/readyz', healthy.url))).status).toBe(200);
  });
});

describe('the supergraph file', () => {
  it('is taken up while running', async () => {
    await using graph = await openGraph();
    expect((await graph.ask({ query: '{ books { isbn } }' })).status).toBe(400);
    graph.publish(composed({ ...SDL, reviews: SDL.reviews.replace('stars: Int', 'stars: Int isbn: String') }));
    await vi.waitFor(async () => expect((await graph.ask({ query: '{ books { isbn } }' })).status).toBe(200), 5_000);
  });

  it('that does not build is left aside, and the running one stays', async () => {
    await using graph = await openGraph();
    graph.publish('this is no supergraph');
    graph.publish('type Query { nor: This }');
    graph.publish(composed({ ...SDL, reviews: SDL.reviews.replace('stars: Int', 'stars: Int isbn: String') }));
    await vi.waitFor(async () => expect((await graph.ask({ query: '{ books { isbn } }' })).status).toBe(200), 5_000);
    expect((await graph.ask({ query: '{ books { title } }' })).body.data).toEqual({ books: [{ title: 'Atlas' }] });
  });

  it('that is missing stops the start and says what to run', async () => {
    await expect(openGraph({ config: { supergraphFile: '/nowhere/supergraph.graphql' } })).rejects.toThrow(
      /npm run compose/,
    );
  });
});

describe('in production', () => {
  it('strangers learn nothing of the schema', async () => {
    await using graph = await openGraph({ config: { production: true } });
    const { text } = await graph.ask({ query: '{ bookz { titel } }' });
    expect(text).not.toContain('Did you mean');
    expect((await graph.ask({ query: '{ __schema { types { name } } }' })).status).toBe(400);
    expect((await fetch(new URL('/explorer', graph.url))).status).toBe(404);
    expect((await graph.ask({ query: '{ __schema { types { name } } }' })).text).not.toMatch(/apollo|introspection:/i);
    const query = 'mutation ($book: BookInput!) { addBook(title: "x", book: $book) { id } }';
    const misspelt = await graph.ask({ query, variables: { book: { titel: 'x' } } });
    expect(misspelt.status).toBe(400);
    expect(misspelt.body.errors[0].message).toBe('Variable "$book" got invalid value.');
  });

  it('browsers of other origins are not invited', async () => {
    await using graph = await openGraph({ config: { production: true, corsOrigins: ['https://shop.example'] } });
    const headersFor = async (origin: string) => (await graph.ask({ query: '{ books { id } }' }, { origin })).headers;
    expect((await headersFor('https://shop.example')).get('access-control-allow-origin')).toBe('https://shop.example');
    expect((await headersFor('https://evil.example')).get('access-control-allow-origin')).toBeNull();
  });
});

describe("Apollo's own executor in place of ours", () => {
  it('gives the same answers', async () => {
    await using ours = await openGraph();
    await using stock = await openGraph({ config: { executor: 'stock' } });
    for (const query of [
      '{ books { title stars } }',
      'mutation { addBook(title: "x") { title stars } }',
      '{ busy books { id } }',
    ])
      expect((await stock.ask({ query })).body, query).toEqual((await ours.ask({ query })).body);
  });

  it('is masked like ours', async () => {
    await using graph = await openGraph({ reviews: 'down', config: { executor: 'stock' } });
    const { body, text } = await graph.ask({ query: '{ books { title stars } }' });
    expect(body.errors[0].extensions).toEqual({ code: 'SERVICE_UNAVAILABLE' });
    expect(text).not.toMatch(/127\.0\.0\.1|ECONNREFUSED|reviews|stack/);
  });
});

describe('ports', () => {
  it('a port in use is said in words, with the setting to change', async () => {
    await using graph = await openGraph();
    const port = Number(new URL(graph.url).port);
    await expect(openGraph({ config: { port } })).rejects.toThrow(
      `Port ${port} for router is in use. Stop what listens there, or set PORT`,
    );
  });
});
