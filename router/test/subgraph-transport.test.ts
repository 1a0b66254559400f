import { createEnvelopeOpener, createEnvelopeSigner, ENVELOPE_HEADER, envelopeKey } from '@cartograph/runtime/envelope';
import { TEST_SECRET } from '@cartograph/runtime/testing/ask';
import { describe, expect, it } from 'vitest';
import { DATA, fakeSubgraph } from './fake-subgraph.ts';
import { context, MUTATION, openClient } from './open-client.ts';

const json = (value: unknown) => ({ text: JSON.stringify(value) });

describe('a call to a subgraph', () => {
  it('posts the body as it is and gives the answer', async () => {
    await using books = await fakeSubgraph();
    await using gate = openClient([`${books.url}?tenant=7`]);
    const body = JSON.stringify({ query: '{ hello }', variables: { name: 'Ågot “Ü” 🚢' } });
    expect(await gate.ask({ body })).toEqual(DATA);
    expect(books.calls[0]).toMatchObject({ method: 'POST', path: '/graphql?tenant=7', body });
    expect(books.calls[0]?.headers).toMatchObject({ 'content-type': 'application/json', accept: 'application/json' });
    expect(gate.finished).toEqual([{ outcome: 'ok', ms: expect.any(Number) }]);
  });

  it('carries the request id, and the trace when there is one', async () => {
    await using books = await fakeSubgraph();
    await using gate = openClient([books.url]);
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await gate.ask({}, context({ requestId: 'shop-1', traceparent }));
    await gate.ask({}, context({ requestId: 'shop-2' }));
    expect(books.calls.map(({ headers }) => [headers['x-request-id'], headers.traceparent])).toEqual([
      ['shop-1', traceparent],
      ['shop-2', undefined],
    ]);
  });

  it('leaves out what would write a header of its own', async () => {
    await using books = await fakeSubgraph();
    await using gate = openClient([books.url]);
    await gate.ask({}, context({ requestId: 'a\r\nx-admin: yes', traceparent: '00-1\nx-admin: yes' }));
    expect(books.calls[0]?.headers).not.toHaveProperty('x-admin');
    expect(books.calls[0]?.headers).not.toHaveProperty('x-request-id');
  });

  it('is signed for its subgraph, over the very bytes that are sent', async () => {
    await using books = await fakeSubgraph();
    const sign = createEnvelopeSigner('router', (audience) => envelopeKey(TEST_SECRET, audience));
    await using gate = openClient([books.url], { sign });
    const viewer = { kind: 'customer', customerId: 'Customer:ada' } as const;
    const body = '{"query":"{ hello(name: \\"Ågot\\") }"}';
    await gate.ask({ body }, context({ viewer, requestId: 'shop-1' }));
    const open = createEnvelopeOpener('books', envelopeKey(TEST_SECRET, 'books'));
    const [call] = books.calls;
    expect(open(call?.headers[ENVELOPE_HEADER] as string, Buffer.from(call?.body ?? ''))).toMatchObject({
      issuer: 'router',
      viewer,
      requestId: 'shop-1',
    });
  });

  it('to a foreign subgraph carries no identity', async () => {
    await using books = await fakeSubgraph();
    await using gate = openClient([books.url]);
    await gate.ask();
    expect(books.calls[0]?.headers).not.toHaveProperty(ENVELOPE_HEADER);
  });

  it('finds a subgraph by its name', async () => {
    await using books = await fakeSubgraph();
    await using gate = openClient([books.url.replace('127.0.0.1', 'localhost')]);
    expect(await gate.ask()).toEqual(DATA);
    expect(books.calls[0]?.headers.host).toMatch(/^localhost:\d+$/);
  });

  it('keeps its connection for the next, and opens no more than there are calls at once', async () => {
    await using books = await fakeSubgraph();
    await using gate = openClient([books.url]);
    for (let round = 0; round < 3; round += 1) await Promise.all([gate.ask(), gate.ask()]);
    expect(books.calls).toHaveLength(6);
    expect(books.connections).toBe(2);
  });

  it('uses no connection again that the subgraph says it will not keep', async () => {
    await using books = await fakeSubgraph(() => ({ ...json(DATA), headers: { connection: 'close' } }));
    await using gate = openClient([books.url]);
    for (let round = 0; round < 3; round += 1) expect(await gate.ask()).toEqual(DATA);
    expect(books.connections).toBe(3);
    books.behave(() => ({ ...json(DATA), headers: { 'keep-alive': 'timeout=1' } }));
    for (let round = 0; round < 3; round += 1) expect(await gate.ask()).toEqual(DATA);
    expect(books.connections).toBe(6);
  });

  it('reads an answer of many pieces, with its length or without', async () => {
    const text = JSON.stringify({ data: { text: 'Ågot 🚢'.repeat(50_000) } });
    const bytes = Buffer.from(text);
    await using books = await fakeSubgraph(() => ({ text }));
    await using gate = openClient([books.url]);
    // Compared as a truth, because a difference of half a megabyte is no message.
    const same = async () => JSON.stringify(await gate.ask()) === text;
    expect(await same()).toBe(true);
    books.behave(() => (response) => {
      response.writeHead(200, { 'transfer-encoding': 'chunked' });
      for (let at = 0; at < bytes.length; at += 9_999) response.write(bytes.subarray(at, at + 9_999));
      response.end();
    });
    expect(await same()).toBe(true);
    books.behave(() => (response) => {
      response.socket?.write('HTTP/1.0 200 OK\r\n\r\n');
      response.socket?.end(bytes);
    });
    expect(await same()).toBe(true);
  });

  it('is never answered with bytes that came before it was asked', async () => {
    const other = 'HTTP/1.1 200 OK\r\ncontent-length: 17\r\n\r\n{"data":"other"}\n';
    const own = 'HTTP/1.1 200 OK\r\ncontent-length: 15\r\n\r\n{"data":"own"}\n';
    await using books = await fakeSubgraph();
    await using gate = openClient([books.url]);
    books.behave(() => (response) => response.socket?.write(own + other));
    for (let round = 0; round < 3; round += 1) expect(await gate.ask()).toEqual({ data: 'own' });
    let more = () => {};
    books.behave(() => (response) => {
      more = () => response.socket?.write(other);
      response.socket?.write(own);
    });
    expect(await gate.ask()).toEqual({ data: 'own' });
    more();
    await expect.poll(() => books.open).toBe(0);
    expect(await gate.ask()).toEqual({ data: 'own' });
  });

  it('takes a refused request for an answer when it says so in GraphQL', async () => {
    const refusal = { errors: [{ message: 'Syntax Error' }] };
    await using books = await fakeSubgraph(() => ({ ...json(refusal), status: 400 }));
    await using gate = openClient([books.url]);
    expect(await gate.ask()).toEqual(refusal);
  });
});

describe('what is no answer', () => {
  const HTML = '<html>nginx at 10.0.0.7</html>';
  it.each([
    ['HTTP 500', { status: 500, text: '{"data":null}' }, 'refused'],
    ['a refused envelope', { status: 401, text: '{"errors":[{"message":"router only"}]}' }, 'refused'],
    ['a redirect', { status: 302, headers: { location: 'http://elsewhere' }, text: '' }, 'refused'],
    ["a proxy's page", { status: 404, text: HTML }, 'refused'],
    ['a 4xx without errors', { status: 400, text: '{"message":"no"}' }, 'refused'],
    ['broken JSON', { text: '{"data":{"a":' }, 'malformed'],
    ['JSON that is no object', { text: '"data"' }, 'malformed'],
    ['a list', { text: '[{"data":null}]' }, 'malformed'],
    ['null', { text: 'null' }, 'malformed'],
    ['nothing', { status: 200, text: '' }, 'malformed'],
    ['HTML with HTTP 200', { text: HTML }, 'malformed'],
  ] as const)('%s is SERVICE_UNAVAILABLE, told to the log and not to the caller', async (_case, answer, failure) => {
    await using books = await fakeSubgraph(() => answer);
    await using gate = openClient([books.url]);
    const error = await gate.ask({}, context({ requestId: 'shop-1' })).catch((reason) => reason);
    expect(error.code).toBe('SERVICE_UNAVAILABLE');
    expect(error.message).toBe('A part of the shop does not answer now. Safe to retry with the same idempotency key.');
    expect(JSON.stringify({ ...error })).not.toMatch(/books|127\.0\.0\.1|nginx|HTTP|router only/);
    expect(gate.logged).toEqual([
      { level: 'warn', fields: expect.objectContaining({ subgraph: 'books', requestId: 'shop-1', failure }) },
    ]);
    expect(books.calls).toHaveLength(1);
  });

  it('is also an answer larger than allowed, and no more of it is read than that', async () => {
    await using books = await fakeSubgraph(() => json({ data: { text: 'x'.repeat(5_000) } }));
    await using gate = openClient([books.url], { policy: { maxAnswer: 4_000 } });
    expect(await gate.outcome()).toBe('SERVICE_UNAVAILABLE');
    let written = 0;
    let stopped = false;
    books.behave(() => (response) => {
      response.on('close', () => {
        stopped = true;
      });
      const more = () => {
        while (!stopped && written < 100_000_000) {
          written += 1_000;
          if (!response.write('x'.repeat(1_000))) return response.once('drain', more);
        }
        return response.end();
      };
      more();
    });
    expect(await gate.outcome()).toBe('SERVICE_UNAVAILABLE');
    expect(gate.finished.map(({ outcome }) => outcome)).toEqual(['tooLarge', 'tooLarge']);
    expect(written).toBeLessThan(50_000_000);
    // The replica is fine: it was the question that asked for too much.
    books.behave(() => json(DATA));
    for (let round = 0; round < 5; round += 1) expect(await gate.outcome()).toBe('ok');
    expect(gate.turns).toEqual([]);
  });

  it('is not asked for twice when it was a mutation', async () => {
    await using books = await fakeSubgraph(() => ({ status: 503, text: '' }));
    await using gate = openClient([books.url]);
    expect(await gate.outcome(MUTATION)).toBe('SERVICE_UNAVAILABLE');
    expect(books.calls).toHaveLength(1);
  });
});

describe('ready', () => {
  it.each([
    ['is true when /readyz answers 200', 200, true],
    ['is false when /readyz answers 503', 503, false],
    ['asks GraphQL itself where there is no /readyz', 404, true],
  ])('%s', async (_case, status, ready) => {
    await using books = await fakeSubgraph(({ path }) => (path === '/readyz' ? { status, text: '{}' } : json(DATA)));
    await using gate = openClient([books.url]);
    expect(await gate.client.ready()).toBe(ready);
  });

  it('is true while one replica is, and false when all are gone', async () => {
    await using first = await fakeSubgraph();
    await using second = await fakeSubgraph();
    await using gate = openClient([first.url, second.url]);
    await first.kill();
    expect(await gate.client.ready()).toBe(true);
    await second.kill();
    expect(await gate.client.ready()).toBe(false);
  });
});

describe('closing', () => {
  it('lets the calls under way end, and takes no more', async () => {
    let answer = () => {};
    await using books = await fakeSubgraph(
      () =>
        new Promise((resolve) => {
          answer = () => resolve(json(DATA));
        }),
    );
    const gate = openClient([books.url]);
    const call = gate.outcome();
    await expect.poll(() => books.calls.length).toBe(1);
    let closed = false;
    const closing = gate.client.close().then(() => {
      closed = true;
    });
    expect(await gate.outcome()).toBe('SERVICE_UNAVAILABLE');
    expect(closed).toBe(false);
    answer();
    expect(await call).toBe('ok');
    await closing;
  });
});
