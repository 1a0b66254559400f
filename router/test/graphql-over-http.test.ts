import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openGraph } from './supergraph.ts';

let graph: Awaited<ReturnType<typeof openGraph>>;
beforeAll(async () => {
  graph = await openGraph();
});
afterAll(async () => graph[Symbol.asyncDispose]());

const audits = serverAudits({ url: () => graph.url });
const QUERY = '{ books { title } }';

describe('the audits of GraphQL over HTTP', () => {
  it('are the 61 that there are', () => expect(audits).toHaveLength(61));

  it.each(audits)('$id: $name', async ({ fn }) => {
    const result = await fn();
    const reason = result.status === 'ok' ? '' : `${result.reason}; answered HTTP ${result.response.status}`;
    expect(`${result.status} ${reason}`).toBe('ok ');
  });
});

const get = (parameters: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(`${graph.url}?${new URLSearchParams(parameters)}`, { headers });
const post = (body: string, headers: Record<string, string>) => fetch(graph.url, { method: 'POST', headers, body });

describe('a request that a page of another site could send without a preflight', () => {
  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'as a post of type %s is refused',
    async (type) => {
      const body = JSON.stringify({ query: QUERY });
      expect((await post(body, { 'content-type': type })).status).toBe(415);
      expect((await post(body, { 'content-type': type, 'apollo-require-preflight': 'yes' })).status).toBe(415);
    },
  );

  it.each([
    { 'sec-fetch-site': 'cross-site' },
    { origin: 'https://evil.example' },
    { referer: 'https://evil.example/' },
  ])(
    'by GET with %j is refused, and admitted with a header that needs a preflight',
    async (headers: Record<string, string>) => {
      const refused = await get({ query: QUERY }, headers);
      expect(refused.status).toBe(400);
      expect(((await refused.json()) as any).errors[0].extensions.code).toBe('BAD_REQUEST');
      expect((await get({ query: QUERY }, { ...headers, 'apollo-require-preflight': 'yes' })).status).toBe(200);
    },
  );
});

describe('GET', () => {
  it('answers a query, with variables and the name of an operation', async () => {
    const query = 'query A { books { id } } query B($yes: Boolean!) { books { title @include(if: $yes) } }';
    const answer = await get({ query, operationName: 'B', variables: '{"yes":true}' });
    expect(await answer.json()).toEqual({ data: { books: [{ title: 'Atlas' }] } });
  });

  it('asks no mutation, and is told by which method it is sent', async () => {
    const answer = await get({ query: 'mutation { addBook(title: "x") { id } }' });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('POST');
  });
});

describe('a method or type that GraphQL does not know', () => {
  it.each(['PUT', 'PATCH', 'DELETE'])('%s is answered with the methods there are', async (method) => {
    const answer = await fetch(graph.url, { method, headers: { 'content-type': 'application/json' }, body: '{}' });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET, POST');
  });

  it('an answer that the caller would not take is refused with 406', async () => {
    const json = { 'content-type': 'application/json' };
    expect((await post(JSON.stringify({ query: QUERY }), { ...json, accept: 'image/png' })).status).toBe(406);
  });
});

describe('an unknown name of an operation', () => {
  it.each(['application/json', 'application/graphql-response+json', '*/*'])('is a 400 to %s', async (accept) => {
    const body = JSON.stringify({ query: 'query A { books { id } }', operationName: 'B' });
    const answer = await post(body, { 'content-type': 'application/json', accept });
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as any).errors[0].extensions.code).toBe('OPERATION_RESOLUTION_FAILURE');
  });
});

describe('a caller who can unpack answers', () => {
  it('gets a large one packed, and that of a mutation as it is', async () => {
    const headers = { 'content-type': 'application/json', 'accept-encoding': 'br' };
    const send = (query: string) => post(JSON.stringify({ query }), headers);
    const large = '{ __schema { types { name fields { name description type { name } } } } }';
    const write = `mutation { addBook(title: "${'x'.repeat(3_000)}") { title } }`;
    // Through the pipeline, and past it.
    for (let times = 0; times < 2; times += 1) {
      expect((await send(large)).headers.get('content-encoding')).toBe('br');
      const written = await send(write);
      expect(written.headers.get('content-encoding')).toBeNull();
      expect(((await written.json()) as any).data.addBook.title).toHaveLength(3_000);
    }
  });
});
