import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { limits as schema } from '../settings/limits.ts';
import { notReading, protectServer, serverOptions, type Written } from './slow-clients.ts';

const FAST = {
  headers: '200ms',
  request: '400ms',
  reading: '200ms',
  keepAlive: '100ms',
  checkEvery: '20ms',
  headerBytes: '2kB',
  headerCount: 10,
};

async function open(answer: RequestListener, changes: object = {}) {
  const { connections } = schema.parse({ connections: { ...FAST, ...changes } });
  const server = createServer(serverOptions(connections), answer);
  protectServer(server, connections);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    server,
    port,
    url: `http://127.0.0.1:${port}/`,
    /** A client that does just what the test says. */
    async dial(): Promise<Socket> {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => {}); // A reset is one way of being closed.
      await once(socket, 'connect');
      return socket;
    },
    connections: () => new Promise<number>((resolve) => server.getConnections((_error, count) => resolve(count))),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** All that the server says until it closes the connection, and how long that took. */
async function untilClosed(socket: Socket) {
  const started = performance.now();
  let said = '';
  socket.on('data', (chunk) => {
    said += chunk;
  });
  await once(socket, 'close');
  return { said, took: performance.now() - started };
}

/** Sends `text` a letter at a time, as slowly as the server takes it, until the connection is closed. */
function trickle(socket: Socket, text: string) {
  let at = 0;
  const timer = setInterval(() => {
    if (socket.writable && at < text.length) socket.write(text[at] ?? '');
    at += 1;
  }, 10);
  socket.once('close', () => clearInterval(timer));
}

const ok: RequestListener = (request, response) => {
  request.resume();
  request.on('end', () => response.end('ok'));
};
/** More than the kernel keeps of an answer for a client that does not read. */
const LARGE = Buffer.alloc(32 * 1024 * 1024, 'x');

describe('a client that', () => {
  it('connects and says nothing is closed', async () => {
    await using server = await open(ok);
    const { took } = await untilClosed(await server.dial());
    expect(took).toBeGreaterThan(50);
    expect(took).toBeLessThan(2_000);
  });

  it('sends its headers a letter at a time is answered with 408 and closed', async () => {
    await using server = await open(ok);
    const socket = await server.dial();
    trickle(socket, `GET / HTTP/1.1\r\nhost: a\r\n${'x-a: b\r\n'.repeat(1_000)}`);
    const { said, took } = await untilClosed(socket);
    expect(said).toMatch(/^HTTP\/1\.1 408 /);
    expect(took).toBeLessThan(2_000);
  });

  it('sends its body a letter at a time is answered with 408 and closed', async () => {
    await using server = await open(ok);
    const socket = await server.dial();
    socket.write('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 100000\r\n\r\n');
    trickle(socket, 'x'.repeat(100_000));
    const { said, took } = await untilClosed(socket);
    expect(said).toMatch(/^HTTP\/1\.1 408 /);
    expect(took).toBeGreaterThan(300);
    expect(took).toBeLessThan(2_000);
  });

  it('announces a body and never sends it is closed', async () => {
    await using server = await open(ok);
    const socket = await server.dial();
    socket.write('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\n');
    expect((await untilClosed(socket)).took).toBeLessThan(2_000);
  });

  it('asks and does not read the answer is closed', async () => {
    await using server = await open((_request, response) => response.end(LARGE));
    const socket = await server.dial();
    socket.pause();
    socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    const started = performance.now();
    await vi.waitFor(async () => expect(await server.connections()).toBe(0), 5_000);
    expect(performance.now() - started).toBeLessThan(2_000);
    socket.destroy();
  });

  it('asks for many answers at once and reads none is closed', async () => {
    await using server = await open((_request, response) => response.end(LARGE));
    const socket = await server.dial();
    socket.pause();
    socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(5));
    await vi.waitFor(async () => expect(await server.connections()).toBe(0), 5_000);
    socket.destroy();
  });

  it('has its answer and says nothing more is closed', async () => {
    await using server = await open(ok);
    const socket = await server.dial();
    socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    const { said, took } = await untilClosed(socket);
    expect(said).toMatch(/^HTTP\/1\.1 200 /);
    expect(took).toBeLessThan(2_000);
  });

  it('waits for an answer that takes longer than all of these times gets it', async () => {
    await using server = await open((_request, response) => setTimeout(() => response.end('late'), 800));
    const answer = await fetch(server.url);
    expect(await answer.text()).toBe('late');
  });

  it('reads a large answer gets all of it', async () => {
    await using server = await open((_request, response) => response.end(LARGE), { reading: '1s' });
    expect((await (await fetch(server.url)).arrayBuffer()).byteLength).toBe(LARGE.length);
  });

  it('sends too many bytes of headers is answered with 431', async () => {
    await using server = await open(ok);
    const socket = await server.dial();
    socket.write(`GET / HTTP/1.1\r\nhost: a\r\nx-a: ${'b'.repeat(3_000)}\r\n\r\n`);
    expect((await untilClosed(socket)).said).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('sends many headers is heard, and the rest of them are not', async () => {
    await using server = await open((request, response) => response.end(String(Object.keys(request.headers).length)));
    const headers = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`x-${i}`, 'b']));
    expect(Number(await (await fetch(server.url, { headers })).text())).toBeLessThanOrEqual(10);
  });

  it.each([
    '\0\0\0',
    'GET\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: x\r\n\r\n',
  ])('sends no HTTP is answered with 400: %j', async (text) => {
    await using server = await open(ok);
    const socket = await server.dial();
    socket.write(text);
    expect((await untilClosed(socket)).said).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('is one too many is turned away, and the others are served', async () => {
    await using server = await open(ok, { max: 3, headers: '5s', request: '5s' });
    const held = await Promise.all([server.dial(), server.dial(), server.dial()]);
    expect((await untilClosed(await server.dial())).said).toBe('');
    held[0]?.destroy();
    await vi.waitFor(async () => expect(await server.connections()).toBe(2), 15_000);
    expect((await fetch(server.url)).status).toBe(200);
    for (const socket of held) socket.destroy();
  });
});

describe('whoever reads slowly', () => {
  /** A socket to which a megabyte was written, of which the client has taken so much. */
  const socket = (taken: number) => ({
    bytesWritten: 1_000_000,
    writableLength: 1_000_000 - taken,
    _handle: { bytesWritten: 1_000_000, writeQueueSize: 1_000_000 - taken },
    take(bytes: number) {
      this.writableLength -= bytes;
      this._handle.writeQueueSize -= bytes;
    },
  });

  it('but steadily is served; who stops, or takes next to nothing, is found', () => {
    const [steady, stopped, trickling, done] = [socket(0), socket(0), socket(0), socket(1_000_000)];
    const waiting = new Map();
    const look = () => notReading([steady, stopped, trickling, done], waiting, 10);
    for (let looks = 0; looks < 10; looks += 1) {
      expect(look()).toEqual([]);
      steady.take(3_000);
      trickling.take(5);
    }
    expect(look()).toEqual([stopped, trickling]);
    steady.take(1_000_000 - 30_000);
    expect(look()).toEqual([stopped, trickling]);
    expect(waiting.has(steady)).toBe(false);
  });

  it.each([
    ['there is no handle', {}],
    ['the handle is gone', { _handle: null }],
    ['the handle says something else than today', { _handle: { bytesWritten: 300_000 } }],
  ])('is judged by whole pieces where %s', (_where, handle) => {
    const written = { bytesWritten: 300_000, writableLength: 200_000, ...handle };
    const waiting = new Map();
    const look = () => notReading([written], waiting, 2);
    expect([look(), look()]).toEqual([[], []]);
    written.writableLength = 100_000;
    expect([look(), look()]).toEqual([[], []]);
    // What is added to the answer is not taken by the client.
    Object.assign(written, { bytesWritten: 400_000, writableLength: 200_000 });
    expect(look()).toEqual([written]);
  });

  it('can be told from who does not by the Node that runs this', async () => {
    await using server = await open((_request, response) => response.end(LARGE), { reading: '5s' });
    const socket = await server.dial();
    socket.pause();
    let seen: Written | undefined;
    server.server.once('request', (request) => {
      seen = request.socket as Written;
    });
    socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    const queue = () => seen?._handle?.writeQueueSize ?? 0;
    await vi.waitFor(() => expect(queue()).toBeGreaterThan(1_000_000), 5_000);
    const before = queue();
    socket.resume();
    await vi.waitFor(() => expect(queue()).toBeLessThan(before), 5_000);
    socket.destroy();
  });
});

describe('the times for connections', () => {
  it('close everybody who sends or reads slowly within ten seconds by default', () => {
    const { headers, request, reading, checkEvery } = schema.parse({}).connections;
    for (const time of [headers, request, reading + checkEvery]) expect(time + checkEvery).toBeLessThan(10_000);
  });

  it('let a connection at rest outlive the minute that load balancers keep theirs', () => {
    const { keepAlive } = schema.parse({}).connections;
    expect(keepAlive).toBeGreaterThan(60_000);
  });

  it('never give headers more time than the whole request, which Node does not allow', () => {
    const { connections } = schema.parse({ connections: { headers: '9s', request: '2s' } });
    expect(serverOptions(connections)).toMatchObject({ headersTimeout: 2_000, requestTimeout: 2_000 });
  });
});
