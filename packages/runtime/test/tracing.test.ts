import { pino } from 'pino';
import { describe, expect, it, vi } from 'vitest';
import { connect } from '../src/database/connect.ts';
import { createEnvelopeSigner, ENVELOPE_HEADER, envelopeKey } from '../src/envelope.ts';
import { createLogger } from '../src/logger.ts';
import { allow } from '../src/permissions.ts';
import { createSubgraphClient } from '../src/subgraph-client.ts';
import { createSubgraph } from '../src/subgraph-server.ts';
import { TEST_SECRET } from '../src/testing/ask.ts';
import { type OtlpReceiver, openOtlpReceiver } from '../src/testing/otlp-receiver.ts';
import { testDatabase } from '../src/testing/test-database.ts';
import { currentSpan, withSpan } from '../src/tracing/current-span.ts';
import { openTracer, readTracesUrl } from '../src/tracing/open.ts';

const logger = createLogger('test', 'silent');
const sign = createEnvelopeSigner('router', (audience) => envelopeKey(TEST_SECRET, audience));

const tracerOf = ({ endpoint }: OtlpReceiver, sample?: number) =>
  openTracer({
    url: `${endpoint}/v1/traces`,
    service: 'test',
    logger,
    ...(sample !== undefined && { sample }),
  });

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

describe('statements in a span', () => {
  it('are told with their text and never with a value', async () => {
    await using receiver = await openOtlpReceiver();
    await using db = await testDatabase('products');
    const tracer = await tracerOf(receiver, 1);
    const root = tracer.begin('root', {});
    await withSpan(root, async () => {
      await db.pool.query('SELECT $1::text AS secret', ['4242']);
      const client = await db.pool.connect();
      await client.query('BEGIN');
      await client.query({ text: 'SELECT $1::int + 1', values: [4242] });
      await client.query('COMMIT');
      client.release();
      await expect(db.pool.query('SELECT $1::int', ['4242 is no number'])).rejects.toMatchObject({ code: '22P02' });
    });
    root.end();
    await db.pool.query('SELECT 1 AS unseen');
    await tracer.close();
    const told = receiver.spans.map(({ name, kind, failed, attributes }) => [name, kind, failed, attributes]);
    const sql = (text: string) => ({
      'db.system.name': 'postgresql',
      'db.operation.name': text.split(' ')[0],
      'db.query.text': text,
    });
    const rows = (count: number) => ({ 'db.response.returned_rows': count });
    expect(told).toEqual([
      ['SELECT', 3, false, { ...sql('SELECT $1::text AS secret'), ...rows(1) }],
      ['BEGIN', 3, false, { ...sql('BEGIN'), ...rows(0) }],
      ['SELECT', 3, false, { ...sql('SELECT $1::int + 1'), ...rows(1) }],
      ['COMMIT', 3, false, { ...sql('COMMIT'), ...rows(0) }],
      ['SELECT', 3, true, { ...sql('SELECT $1::int'), 'error.type': '22P02' }],
      ['root', 1, false, {}],
    ]);
    expect(JSON.stringify(receiver.spans)).not.toContain('4242');
    const [above] = receiver.spans.slice(-1);
    for (const { parentSpanId } of receiver.spans.slice(0, -1)) expect(parentSpanId).toBe(above?.spanId);
  });

  it('stay with who asked for them when they wait for a connection that another gives back', async () => {
    await using receiver = await openOtlpReceiver();
    await using db = await testDatabase('products');
    const narrow = connect(db.url, { name: 'narrow', maxConnections: 1 });
    const tracer = await tracerOf(receiver, 1);
    const asking = Array.from({ length: 5 }, async (_, index) => {
      const span = tracer.begin(`request ${index}`, {});
      await withSpan(span, async () => {
        await narrow.pool.query(`SELECT ${index} AS mine, pg_sleep(0.01)`);
        expect(currentSpan()).toBe(span);
        const client = await narrow.pool.connect();
        await client.query(`SELECT ${index} AS again`);
        client.release();
      });
      span.end();
    });
    await Promise.all(asking);
    await narrow.close();
    await tracer.close();
    for (const index of [0, 1, 2, 3, 4]) {
      const above = receiver.spans.find(({ name }) => name === `request ${index}`);
      const below = receiver.spans.filter(({ parentSpanId }) => parentSpanId === above?.spanId);
      expect(below.map(({ attributes }) => attributes['db.query.text'])).toEqual([
        `SELECT ${index} AS mine, pg_sleep(0.01)`,
        `SELECT ${index} AS again`,
      ]);
    }
  });

  it('are not told of where the span is of no trace that is kept', async () => {
    await using receiver = await openOtlpReceiver();
    await using db = await testDatabase('products');
    const tracer = await tracerOf(receiver, 0);
    const root = tracer.begin('root', {});
    expect(root).toMatchObject({ recording: false, traceparent: expect.stringMatching(/^00-\w{32}-\w{16}-00$/) });
    await withSpan(root, () => db.pool.query('SELECT 1'));
    root.end();
    await tracer.close();
    expect(receiver.spans).toEqual([]);
  });
});

const TYPES = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query { value: Int }
  type Thing @key(fields: "id") { id: ID! }`;

/** A subgraph that reads the database, alone or through another one. */
function openSubgraph(receiver: OtlpReceiver, name: string, read: () => Promise<unknown>) {
  return createSubgraph({
    name,
    typeDefs: TYPES,
    resolvers: { Query: { value: read } },
    permissions: { Query: { value: allow }, Mutation: {} },
    context: (viewer) => ({ viewer }),
    port: 0,
    envelopeKey: envelopeKey(TEST_SECRET, name),
    logger,
    tracesUrl: `${receiver.endpoint}/v1/traces`,
  });
}

function ask(audience: string, url: string, traceparent: string | undefined) {
  const body = JSON.stringify({ query: 'query Value__it__0 { value }', operationName: 'Value__it__0' });
  const envelope = sign({ audience, viewer: { kind: 'anonymous' }, requestId: 'request-1', body });
  const headers = { 'content-type': 'application/json', [ENVELOPE_HEADER]: envelope };
  return fetch(url, { method: 'POST', headers: { ...headers, ...(traceparent && { traceparent }) }, body });
}

describe('a subgraph', () => {
  it('goes on with the trace of its router, through a neighbour to the statement', async () => {
    await using receiver = await openOtlpReceiver();
    await using db = await testDatabase('products');
    const stock = openSubgraph(receiver, 'stock', async () => (await db.pool.query('SELECT 7 AS n')).rows[0].n);
    const client = createSubgraphClient({
      from: 'shop',
      to: 'stock',
      url: await stock.listen(),
      sign: createEnvelopeSigner('shop', (audience) => envelopeKey(TEST_SECRET, audience)),
    });
    const shop = openSubgraph(receiver, 'shop', async () => {
      const { value } = await client.ask<{ value: number }>('{ value }', {});
      return value;
    });
    const url = await shop.listen();
    const answer = await ask('shop', url, `00-${TRACE}-${SPAN}-01`);
    expect(await answer.json()).toEqual({ data: { value: 7 } });
    await shop.close();
    await client.close();
    await stock.close();
    const chain = ['Value__it__0', 'call stock', 'graphql', 'SELECT'].map((name) => {
      const [span, ...others] = receiver.spans.filter((one) => one.name === name);
      expect(others).toEqual([]);
      return span;
    });
    expect(chain.map((span) => span?.traceId)).toEqual([TRACE, TRACE, TRACE, TRACE]);
    expect(chain.map((span) => span?.parentSpanId)).toEqual([SPAN, ...chain.slice(0, 3).map((span) => span?.spanId)]);
    expect(chain.map((span) => span?.service)).toEqual([
      'cartograph-shop',
      'cartograph-shop',
      'cartograph-stock',
      'cartograph-stock',
    ]);
    expect(chain[0]?.attributes).toEqual({
      'http.request.method': 'POST',
      'url.path': '/graphql',
      'http.response.status_code': 200,
      'cartograph.request_id': 'request-1',
      'cartograph.viewer': 'anonymous',
      'graphql.operation.name': 'Value__it__0',
    });
  });

  it('begins no trace of its own, and follows a router that keeps none', async () => {
    await using receiver = await openOtlpReceiver();
    const subgraph = openSubgraph(receiver, 'stock', async () => 1);
    const url = await subgraph.listen();
    for (const traceparent of [undefined, `00-${TRACE}-${SPAN}-00`, 'nonsense'])
      expect((await ask('stock', url, traceparent)).status).toBe(200);
    await subgraph.close();
    expect(receiver.spans).toEqual([]);
  });
});

describe('a collector that is gone', () => {
  it('is said once, and once again when it is back', async () => {
    const lines: { level: number; msg: string }[] = [];
    const told = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });
    await using receiver = await openOtlpReceiver();
    const url = `${receiver.endpoint}/v1/traces`;
    const tracer = await openTracer({ url, service: 'test', sample: 1, logger: told, everyMs: 5 });
    receiver.answer(400);
    await vi.waitFor(() => {
      tracer.begin('lost', {}).end();
      expect(lines).toMatchObject([{ level: 40, msg: 'traces could not be sent' }]);
    }, 15_000);
    receiver.answer(200);
    await vi.waitFor(() => {
      tracer.begin('kept', {}).end();
      expect(lines.slice(1)).toMatchObject([{ level: 30, msg: 'traces are sent again' }]);
    }, 15_000);
    await tracer.close();
    expect(receiver.spans.map(({ name }) => name)).toContain('kept');
  });
});

describe('the environment', () => {
  it.each([
    [{}, null],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }, null],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }, 'http://c:4318/v1/traces'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318/base/' }, 'http://c:4318/base/v1/traces'],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c/t', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://d' }, 'http://c/t'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', OTEL_SDK_DISABLED: 'true' }, null],
  ])('names the collector: %j', (env, url) => {
    expect(readTracesUrl(env)).toBe(url);
  });

  it('is told when it names none', () => {
    expect(() => readTracesUrl({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector' })).toThrow(/OTEL_EXPORTER_OTLP_ENDPOINT/);
  });
});
