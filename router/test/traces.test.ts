import { type OtlpReceiver, openOtlpReceiver, type ReceivedSpan } from '@cartograph/runtime/testing/otlp-receiver';
import { describe, expect, it } from 'vitest';
import { readSettings } from '../src/settings/settings-file.ts';
import { openGraph } from './supergraph.ts';

type Graph = Awaited<ReturnType<typeof openGraph>>;

const standard = readSettings({});
const traces = (changes: Partial<typeof standard.telemetry.traces>) => ({
  telemetry: { ...standard.telemetry, traces: { ...standard.telemetry.traces, ...changes } },
});

/** Opens a graph that is traced, and closes it, which sends what was not sent yet. */
async function traced(
  receiver: OtlpReceiver,
  work: (graph: Graph) => Promise<unknown>,
  options: Parameters<typeof openGraph>[0] = {},
): Promise<readonly ReceivedSpan[]> {
  await using graph = await openGraph({ tracesUrl: `${receiver.endpoint}/v1/traces`, ...options });
  await work(graph);
  await graph[Symbol.asyncDispose]();
  return receiver.spans;
}

/** The spans of one trace, each below what it is part of, as `service: name`. */
function treeOf(spans: readonly ReceivedSpan[], parent?: string, depth = 0): readonly string[] {
  return spans
    .filter(({ parentSpanId }) => parentSpanId === parent)
    .flatMap((span) => [
      `${'  '.repeat(depth)}${span.service.replace('cartograph-', '')}: ${span.name}`,
      ...treeOf(spans, span.spanId, depth + 1),
    ]);
}

const SHELF = { query: 'query Shelf { books { id stars } }' };
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

describe('a trace', () => {
  it('shows what was done for one request, and what a known operation spares', async () => {
    await using receiver = await openOtlpReceiver();
    const spans = await traced(receiver, async (graph) => {
      await graph.ask(SHELF);
      await graph.ask(SHELF);
    });
    const roots = spans.filter(({ parentSpanId }) => parentSpanId === undefined);
    expect(roots.map(({ name, kind, failed }) => [name, kind, failed])).toEqual([
      ['query Shelf', 2, false],
      ['query Shelf', 2, false],
    ]);
    const [first = [], second = []] = roots.map(({ traceId }) => spans.filter((span) => span.traceId === traceId));
    const fetches = [
      '  router: fetch books',
      '    books: Shelf__books__0',
      '  router: fetch reviews',
      '    reviews: Shelf__reviews__1',
    ];
    const sorted = (tree: readonly string[]) => [...tree].sort();
    expect(sorted(treeOf(first))).toEqual(
      sorted(['router: query Shelf', '  router: parse', '  router: validate', '  router: plan', ...fetches]),
    );
    expect(sorted(treeOf(second))).toEqual(sorted(['router: query Shelf', ...fetches]));
    for (const [trace, way] of [
      [first, 'pipeline'],
      [second, 'remembered'],
    ] as const)
      expect(trace.find(({ parentSpanId }) => parentSpanId === undefined)?.attributes).toEqual({
        'http.request.method': 'POST',
        'http.response.status_code': 200,
        'url.path': '/graphql',
        'graphql.operation.type': 'query',
        'graphql.operation.name': 'Shelf',
        'cartograph.request_id': expect.stringMatching(/^[\w-]{36}$/),
        'cartograph.viewer': 'anonymous',
        'cartograph.cost': expect.any(Number),
        'cartograph.way': way,
        'cartograph.outcome': 'ok',
        'cartograph.subgraph_calls': 2,
      });
  });

  it('holds no variable, and says by code what went wrong', async () => {
    await using receiver = await openOtlpReceiver();
    const query = 'mutation Add($title: String!) { addBook(title: $title) { id title stars } }';
    const spans = await traced(
      receiver,
      async (graph) => {
        await graph.ask({ query, variables: { title: 'a secret' } });
        await graph.ask({ query: '{ nothing(of: "a secret") }' });
        await graph.ask({ query: '{' });
      },
      { reviews: 'down' },
    );
    expect(JSON.stringify(spans)).not.toContain('secret');
    const failed = spans.filter((span) => span.failed).map(({ name, attributes }) => [name, attributes['error.type']]);
    expect(failed).toEqual(
      expect.arrayContaining([
        ['fetch reviews', 'SERVICE_UNAVAILABLE'],
        ['mutation Add', 'SERVICE_UNAVAILABLE'],
        ['validate', 'validate'],
        ['graphql', 'GRAPHQL_VALIDATION_FAILED'],
        ['parse', 'parse'],
        ['graphql', 'GRAPHQL_PARSE_FAILED'],
      ]),
    );
  });

  it('is one of our own when a caller sends one, unless callers are to be followed', async () => {
    const headers = { traceparent: `00-${TRACE}-${SPAN}-01` };
    await using receiver = await openOtlpReceiver();
    await traced(receiver, (graph) => graph.ask(SHELF, headers));
    expect(receiver.spans.filter(({ traceId }) => traceId === TRACE)).toEqual([]);
    expect(receiver.spans).not.toEqual([]);
    await using following = await openOtlpReceiver();
    const settings = traces({ followCallers: true, sample: 0 });
    await traced(
      following,
      async (graph) => {
        await graph.ask(SHELF, headers);
        await graph.ask(SHELF, { traceparent: `00-${'1'.repeat(32)}-${SPAN}-00` });
        await graph.ask(SHELF);
      },
      { settings },
    );
    expect(new Set(following.spans.map(({ traceId }) => traceId))).toEqual(new Set([TRACE]));
    expect(following.spans.find(({ name }) => name === 'query Shelf')?.parentSpanId).toBe(SPAN);
  });

  it('is kept for the share of requests that the settings say', async () => {
    await using receiver = await openOtlpReceiver();
    const settings = traces({ sample: 0.5 });
    await traced(
      receiver,
      async (graph) => {
        for (let time = 0; time < 60; time += 1) await graph.ask(SHELF);
      },
      { settings },
    );
    const roots = receiver.spans.filter(({ name }) => name === 'query Shelf');
    // 60 requests at one half: outside of these bounds once in ten million times.
    expect(roots.length).toBeGreaterThan(9);
    expect(roots.length).toBeLessThan(51);
    const calls = receiver.spans.filter(({ name }) => name === 'Shelf__books__0');
    expect(new Set(calls.map(({ traceId }) => traceId))).toEqual(new Set(roots.map(({ traceId }) => traceId)));
  });

  it('can be had by the settings alone, and a collector that is gone costs no answer', async () => {
    await using receiver = await openOtlpReceiver();
    {
      await using graph = await openGraph({ settings: traces({ endpoint: receiver.endpoint }) });
      expect((await graph.ask(SHELF)).status).toBe(200);
    }
    expect(receiver.spans.map(({ name }) => name)).toContain('query Shelf');
    await using lonely = await openGraph({ settings: traces({ endpoint: 'http://127.0.0.1:1' }) });
    expect((await lonely.ask(SHELF)).body.data.books).toHaveLength(1);
  });
});
