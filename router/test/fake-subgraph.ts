import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface FakeRequest {
  readonly headers: IncomingHttpHeaders;
  readonly method: string;
  readonly path: string;
  readonly body: string;
  /** How many requests came before it, in all and on its connection. */
  readonly index: number;
  readonly indexOnConnection: number;
  /** How many connections came before its own. */
  readonly connection: number;
  readonly socket: Socket;
}

/** What the fake does with one request. `hold` never answers, `reset` breaks the connection, `close` ends it politely. */
export type Reaction =
  | 'hold'
  | 'reset'
  | 'close'
  | { readonly status?: number; readonly headers?: Record<string, string>; readonly text: string }
  | ((response: ServerResponse) => void);

export const DATA = { data: { hello: 'world' } };
export const ANSWER: Reaction = { text: JSON.stringify(DATA) };

/** Whether it is the client asking if a replica is back, rather than a call. */
export const isProbe = ({ body }: FakeRequest): boolean => body === '{"query":"{__typename}"}';

/** A server on loopback that does what the test says, and remembers what it was asked. */
export async function fakeSubgraph(react: (request: FakeRequest) => Reaction | Promise<Reaction> = () => ANSWER) {
  const calls: FakeRequest[] = [];
  const sockets = new Map<Socket, { readonly number: number; requests: number }>();
  let port = 0;
  let connections = 0;
  let requests = 0;
  let now = 0;
  let most = 0;
  let behaviour = react;

  async function handle(message: IncomingMessage, response: ServerResponse) {
    const socket = message.socket;
    const of = sockets.get(socket) ?? { number: -1, requests: 0 };
    const chunks: Buffer[] = [];
    message.on('error', () => {});
    for await (const chunk of message) chunks.push(chunk as Buffer);
    const request: FakeRequest = {
      headers: message.headers,
      method: message.method ?? '',
      path: message.url ?? '',
      body: Buffer.concat(chunks).toString(),
      index: requests,
      indexOnConnection: of.requests,
      connection: of.number,
      socket,
    };
    requests += 1;
    of.requests += 1;
    calls.push(request);
    now += 1;
    most = Math.max(most, now);
    const reaction = await behaviour(request);
    now -= 1;
    if (reaction === 'reset') socket.resetAndDestroy();
    else if (reaction === 'close') socket.end();
    else if (typeof reaction === 'function') reaction(response);
    else if (reaction !== 'hold') {
      const length = Buffer.byteLength(reaction.text);
      response.writeHead(reaction.status ?? 200, { 'content-length': length, ...reaction.headers });
      response.end(reaction.text);
    }
  }

  function serve() {
    const server = createServer((message, response) => {
      // A client that is gone takes nothing down.
      void handle(message, response).catch(() => {});
    });
    server.on('connection', (socket) => {
      sockets.set(socket, { number: connections, requests: 0 });
      connections += 1;
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
    });
    return server;
  }
  let server = serve();
  async function listen() {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  }
  /** Gone at once, as a process that is killed: every connection is reset and none is taken any more. */
  async function kill() {
    if (!server.listening) return;
    const ended = once(server, 'close');
    server.close();
    for (const socket of sockets.keys()) socket.resetAndDestroy();
    await ended;
  }
  await listen();

  return {
    get url() {
      return `http://127.0.0.1:${port}/graphql`;
    },
    /** Everything that was asked, without probes. */
    get calls() {
      return calls.filter((call) => !isProbe(call));
    },
    get connections() {
      return connections;
    },
    /** Connections that are open now. */
    get open() {
      return sockets.size;
    },
    /** The most requests that were being answered at one time. */
    get most() {
      return most;
    },
    behave(next: typeof react) {
      behaviour = next;
    },
    kill,
    /** Back at the same address. */
    async revive() {
      server = serve();
      await listen();
    },
    [Symbol.asyncDispose]: kill,
  };
}
