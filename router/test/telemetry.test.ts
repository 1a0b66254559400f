import { pino } from 'pino';
import { describe, expect, it, vi } from 'vitest';
import { readSettings } from '../src/settings/settings-file.ts';
import type { RouterStatus } from '../src/telemetry/status.ts';
import { openGraph } from './supergraph.ts';

type Graph = Awaited<ReturnType<typeof openGraph>>;

const standard = readSettings({});
const TOKEN = { lifetimeSeconds: 60, tokenId: 't1' };
const telemetry = (changes: Partial<typeof standard.telemetry>) => ({
  settings: { telemetry: { ...standard.telemetry, ...changes } },
});

const read = (graph: Graph, path: string, headers: Record<string, string> = {}) =>
  fetch(new URL(path, graph.url), { headers });

/** Every sample by its name and labels, as they stand in the text. */
async function metricsOf(graph: Graph, headers: Record<string, string> = {}): Promise<ReadonlyMap<string, number>> {
  const text = await (await read(graph, '/metrics', headers)).text();
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    samples.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

const statusOf = async (graph: Graph) => (await (await read(graph, '/status.json')).json()) as RouterStatus;

describe('metrics', () => {
  it('count requests by operation, kind, outcome and code', async () => {
    await using graph = await openGraph();
    for (const _ of [1, 2, 3]) await graph.ask({ query: 'query Shelf { books { id stars } }' });
    await graph.ask({ query: 'mutation Add { addBook(title: "Atlas") { id } }' });
    await graph.ask({ query: 'query Busy { busy books { id } }' });
    await graph.ask({ query: '{ nothing }' });
    await graph.ask({ query: '{' });
    await graph.ask({ query: '{ books { id } }' }, { authorization: 'Bearer nonsense' });
    const metrics = await metricsOf(graph);
    const requests = [...metrics].filter(([name]) => name.startsWith('cartograph_router_requests_total'));
    expect(requests.map(([name, value]) => [name.slice('cartograph_router_requests_total'.length), value])).toEqual([
      ['{operation="Shelf",kind="query",outcome="ok",code=""}', 3],
      ['{operation="Add",kind="mutation",outcome="ok",code=""}', 1],
      ['{operation="Busy",kind="query",outcome="partial",code="CONFLICT"}', 1],
      ['{operation="(other)",kind="unknown",outcome="refused",code="GRAPHQL_VALIDATION_FAILED"}', 1],
      ['{operation="(other)",kind="unknown",outcome="refused",code="GRAPHQL_PARSE_FAILED"}', 1],
      ['{operation="(other)",kind="unknown",outcome="refused",code="UNAUTHENTICATED"}', 1],
    ]);
    expect(metrics.get('cartograph_router_refusals_total{code="GRAPHQL_PARSE_FAILED",viewer="anonymous"}')).toBe(1);
    expect(metrics.get('cartograph_router_refusals_total{code="UNAUTHENTICATED",viewer="unknown"}')).toBe(1);
    expect(metrics.get('cartograph_router_requests_in_flight')).toBe(0);
    const duration = 'cartograph_router_request_duration_seconds';
    expect(metrics.get(`${duration}_count{operation="Shelf",kind="query"}`)).toBe(3);
    expect(metrics.get(`${duration}_bucket{operation="Shelf",kind="query",le="16.384"}`)).toBe(3);
    expect(metrics.get(`${duration}_sum{operation="Shelf",kind="query"}`)).toBeGreaterThan(0);
  });

  it('tell what was remembered from what went through the pipeline, and what planning took', async () => {
    await using graph = await openGraph();
    for (const _ of [1, 2, 3]) await graph.ask({ query: '{ books { title } }' });
    const metrics = await metricsOf(graph);
    expect(metrics.get('cartograph_router_executions_total{way="pipeline"}')).toBe(1);
    expect(metrics.get('cartograph_router_executions_total{way="remembered"}')).toBe(2);
    expect(metrics.get('cartograph_router_planning_duration_seconds_count')).toBe(1);
    expect(metrics.get('cartograph_router_known_operations')).toBe(1);
    expect(metrics.get('cartograph_router_remembered_requests')).toBe(1);
  });

  it.each([
    ['without a name', { query: '{ books { id } }' }],
    ['with a name that the request leaves out', { query: 'query Shelf { books { id } }' }],
    ['with a name that the request says', { query: 'query Shelf { books { id } }', operationName: 'Shelf' }],
    ['among others', { query: 'query Shelf { books { id } } query Other { busy }', operationName: 'Shelf' }],
  ])('find an operation %s remembered from its second request on', async (_what, request) => {
    await using graph = await openGraph();
    for (const _ of [1, 2, 3]) expect((await graph.ask(request)).status).toBe(200);
    const metrics = await metricsOf(graph);
    expect(metrics.get('cartograph_router_executions_total{way="pipeline"}')).toBe(1);
    expect(metrics.get('cartograph_router_executions_total{way="remembered"}')).toBe(2);
    expect(metrics.get('cartograph_router_known_operations')).toBe(1);
  });

  it('count calls to subgraphs, what failed at them and where breakers stand', async () => {
    await using graph = await openGraph({ reviews: 'down' });
    await graph.ask({ query: '{ books { id stars } }' });
    const metrics = await metricsOf(graph);
    expect(metrics.get('cartograph_subgraph_calls_total{subgraph="books",outcome="ok"}')).toBe(1);
    expect(metrics.get('cartograph_subgraph_calls_total{subgraph="reviews",outcome="unreachable"}')).toBe(1);
    expect(metrics.get('cartograph_subgraph_call_duration_seconds_count{subgraph="reviews"}')).toBe(1);
    expect(metrics.get('cartograph_subgraph_retries_total{subgraph="reviews",because="unreachable"}')).toBeGreaterThan(
      0,
    );
    expect(metrics.get('cartograph_subgraph_breaker_state{subgraph="books",replica="0"}')).toBe(0);
    await vi.waitFor(async () => {
      await graph.ask({ query: '{ books { id stars } }' });
      const now = await metricsOf(graph);
      expect(now.get('cartograph_subgraph_breaker_state{subgraph="reviews",replica="0"}')).toBe(2);
      expect(now.get('cartograph_subgraph_breaker_opened_total{subgraph="reviews",replica="0"}')).toBe(1);
    }, 15_000);
  });

  it('count what is over a limit by its code, under the operation that it was', async () => {
    const rule = { field: 'books', by: 'address' as const, requests: 1, per: 60_000, burst: 1 };
    const rates = { ...standard.rates, operations: [rule] };
    await using graph = await openGraph({ settings: { rates }, config: { production: true } });
    for (const _ of [1, 2, 3]) await graph.ask({ query: 'query Dear { books { id } }' });
    const staff = await graph.issue({ kind: 'staff', staffId: 's1', roles: ['SUPPORT'] }, TOKEN);
    const metrics = await metricsOf(graph, { authorization: `Bearer ${staff}` });
    const name = 'cartograph_router_requests_total';
    expect(metrics.get(`${name}{operation="Dear",kind="query",outcome="ok",code=""}`)).toBe(1);
    expect(metrics.get(`${name}{operation="Dear",kind="query",outcome="refused",code="RATE_LIMITED"}`)).toBe(2);
    expect(metrics.get('cartograph_router_refusals_total{code="RATE_LIMITED",viewer="anonymous"}')).toBe(2);
    expect(metrics.get('cartograph_router_request_duration_seconds_count{operation="Dear",kind="query"}')).toBe(1);
    expect(metrics.get('cartograph_router_rate_limit_clients{limit="anonymous"}')).toBe(1);
    expect(metrics.get('cartograph_router_rate_limit_clients{limit="field-books-by-address"}')).toBe(1);
  });

  it('tell of the process', async () => {
    await using graph = await openGraph();
    const metrics = await metricsOf(graph);
    for (const name of [
      'process_cpu_user_seconds_total',
      'process_resident_memory_bytes',
      'nodejs_heap_size_used_bytes',
      'process_start_time_seconds',
    ])
      expect(metrics.get(name), name).toBeGreaterThan(0);
    for (const name of ['nodejs_eventloop_lag_p99_seconds', 'nodejs_eventloop_utilization'])
      expect(metrics.get(name), name).toBeGreaterThanOrEqual(0);
    // A collection that the test asks for would need a flag; load makes some.
    await vi.waitFor(async () => {
      for (let index = 0; index < 1e5; index++) JSON.parse('{"a":[1,2,3]}');
      expect((await metricsOf(graph)).get('nodejs_gc_duration_seconds_count{kind="minor"}')).toBeGreaterThan(0);
    }, 15_000);
  });

  it('are neither kept nor shown where they are switched off', async () => {
    await using graph = await openGraph(telemetry({ metrics: 'off' }));
    expect((await graph.ask({ query: '{ books { id } }' })).status).toBe(200);
    for (const path of ['/metrics', '/status', '/status.json']) expect((await read(graph, path)).status).toBe(404);
  });
});

describe('strangers', () => {
  it('read neither metrics nor status in production, staff do', async () => {
    await using graph = await openGraph({ config: { production: true } });
    const customer = await graph.issue({ kind: 'customer', customerId: 'c1' }, TOKEN);
    const staff = await graph.issue({ kind: 'staff', staffId: 's1', roles: ['SUPPORT'] }, TOKEN);
    const as = (token: string) => ({ authorization: `Bearer ${token}` });
    for (const path of ['/metrics', '/status.json', '/status']) {
      expect((await read(graph, path)).status, path).toBe(401);
      expect((await read(graph, path, as('nonsense'))).status, path).toBe(401);
      expect((await read(graph, path, as(customer))).status, path).toBe(403);
      expect((await read(graph, path, as(staff))).status, path).toBe(200);
    }
    const refused = await (await read(graph, '/status.json')).text();
    expect(JSON.parse(refused)).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  });

  it('are not let in by a page of another site in a browser on this machine', async () => {
    await using graph = await openGraph();
    expect((await read(graph, '/status.json')).status).toBe(200);
    expect((await read(graph, '/status.json', { origin: 'https://evil.example' })).status).toBe(401);
    expect((await read(graph, '/metrics', { 'x-forwarded-for': '203.0.113.9' })).status).toBe(401);
  });

  it('find nothing on the main port where the pages have one of their own', async () => {
    const lines: { url?: string }[] = [];
    const logger = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });
    const pages = { ...standard.telemetry.pages, at: 'own' as const, port: 0 };
    await using graph = await openGraph({ ...telemetry({ pages }), logger, config: { production: true } });
    for (const path of ['/metrics', '/status', '/status.json']) expect((await read(graph, path)).status).toBe(404);
    const own = lines.find(({ url }) => url?.endsWith('/status'))?.url;
    expect(own).toEqual(expect.any(String));
    for (const path of ['/metrics', '/status', '/status.json'])
      expect((await fetch(new URL(path, own))).status).toBe(200);
  });
});

describe('the status', () => {
  it('says how everything does', async () => {
    await using graph = await openGraph({ reviews: 'down' });
    for (const _ of [1, 2, 3]) await graph.ask({ query: 'query Shelf { books { id stars } }' });
    await graph.ask({ query: '{ nothing }' });
    const status = await statusOf(graph);
    expect(status).toMatchObject({
      node: process.version,
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      supergraph: { id: expect.stringMatching(/^[\w-]{12}$/), ageSeconds: expect.any(Number) },
      requests: { total: 4, inFlight: 0, errorShare: 1, p50: expect.any(Number) },
      operations: [
        { name: 'Shelf', kind: 'query', total: 3, errors: 3, timeShare: 1, p99: expect.any(Number) },
        { name: '(other)', kind: 'unknown', total: 1, errors: 1, p99: null },
      ],
      planning: { total: 1, p99: expect.any(Number) },
      caches: { knownOperations: 1 },
      limits: { refusals: [{ code: 'GRAPHQL_VALIDATION_FAILED', viewer: 'anonymous', total: 1 }] },
    });
    const [books, reviews] = status.subgraphs;
    expect(books).toMatchObject({
      name: 'books',
      total: 3,
      failures: {},
      failuresPerSecond: 0,
      retries: 0,
      waiting: 0,
    });
    expect(books?.replicas).toEqual([{ url: expect.stringMatching(/^http:\/\/127/), breaker: 'closed', opened: 0 }]);
    expect(reviews?.total).toBe(3);
    expect(Object.values(reviews?.failures ?? {}).reduce((sum, times) => sum + times)).toBe(3);
    expect(reviews?.retries).toBeGreaterThan(0);
    expect(status.limits.clients).toContainEqual({ limit: 'anonymous', clients: expect.any(Number) });
  });

  it('is of the supergraph in service', async () => {
    await using graph = await openGraph();
    const { supergraph } = await statusOf(graph);
    const { SDL, composed } = await import('./supergraph.ts');
    graph.publish(composed({ ...SDL, reviews: SDL.reviews.replace('stars: Int', 'stars: Int votes: Int') }));
    await vi.waitFor(async () => expect((await statusOf(graph)).supergraph.id).not.toBe(supergraph.id), 15_000);
  });
});

describe('the log of requests', () => {
  const logged = () => {
    const lines: Record<string, unknown>[] = [];
    return { lines, logger: pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) }) };
  };

  it('has one line for each request, without a word of what was asked', async () => {
    const { lines, logger } = logged();
    await using graph = await openGraph({ ...telemetry({ requestLog: 'on' }), logger });
    const accessToken = await graph.issue({ kind: 'customer', customerId: 'c-secret' }, TOKEN);
    const query = 'mutation Add($title: String!) { addBook(title: $title) { id stars } }';
    await graph.ask(
      { query, variables: { title: 'a secret' } },
      { authorization: `Bearer ${accessToken}`, 'x-request-id': 'request-1' },
    );
    await graph.ask({ query: '{ nothing(secret: "a secret") }' });
    const requests = lines.filter(({ msg }) => msg === 'request');
    expect(requests).toMatchObject([
      {
        level: 30,
        requestId: 'request-1',
        operation: 'Add',
        kind: 'mutation',
        viewer: 'customer',
        outcome: 'ok',
        code: null,
        status: 200,
        ms: expect.any(Number),
        cost: expect.any(Number),
        subgraphCalls: 2,
      },
      { operation: null, viewer: 'anonymous', outcome: 'refused', code: 'GRAPHQL_VALIDATION_FAILED', subgraphCalls: 0 },
    ]);
    expect(requests[0]?.cost).toBeGreaterThan(0);
    expect(JSON.stringify(requests)).not.toMatch(/secret/);
  });

  it('is not written unless it was asked for', async () => {
    const { lines, logger } = logged();
    await using graph = await openGraph({ logger });
    await graph.ask({ query: '{ books { id } }' });
    expect(lines.filter(({ msg }) => msg === 'request')).toEqual([]);
  });
});
