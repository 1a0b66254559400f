import type { Server, ServerOptions } from 'node:http';
import type { Socket } from 'node:net';
import type { LimitsSettings } from '../settings/limits.ts';

type Limits = LimitsSettings['connections'];

/** What `createServer` must know: Node closes whoever sends headers or a body too slowly, with 408, 431 or 400. */
export const serverOptions = ({ headers, request, keepAlive, checkEvery, headerBytes }: Limits): ServerOptions => ({
  headersTimeout: Math.min(headers, request),
  requestTimeout: request,
  keepAliveTimeout: keepAlive,
  connectionsCheckingInterval: checkEvery,
  maxHeaderSize: headerBytes,
});

/**
 * Does what options cannot: bounds the number of connections, and closes those whose client does not read its answer.
 * Node's own timeout for sockets would also end requests that wait for a subgraph. Ends with the server.
 */
export function protectServer(server: Server, { max, headerCount, reading, checkEvery }: Limits): void {
  server.maxConnections = max;
  server.maxHeadersCount = headerCount;
  const open = new Set<Socket & Written>();
  const waiting: Waiting<Socket & Written> = new Map();
  const looks = Math.ceil(reading / checkEvery);
  server.on('connection', (socket: Socket & Written) => {
    open.add(socket);
    socket.once('close', () => {
      open.delete(socket);
      waiting.delete(socket);
    });
  });
  const timer = setInterval(() => {
    for (const socket of notReading(open, waiting, looks)) socket.destroy();
  }, checkEvery);
  timer.unref();
  server.once('close', () => clearInterval(timer));
}

/** What a client must take in that time, unless less is left: 2 kB a second, which is a telephone at its worst. */
const LEAST_TAKEN = 16 * 1024;

/** What a look at a socket needs of it. */
export interface Written {
  readonly writableLength: number;
  readonly bytesWritten: number;
  /**
   * Only the handle tells how much of the piece under way has gone, and it is Node's own: `bytesWritten` counts a piece as soon
   * as it is handed over, `writableLength` until all of it is gone. Where it tells nothing, only whole pieces count.
   */
  readonly _handle?: { readonly bytesWritten?: number; readonly writeQueueSize?: number } | null;
}
type Waiting<T extends Written> = Map<T, { readonly taken: number; readonly looks: number }>;

/**
 * The sockets whose client has taken too little of what waits for it, `looks` times in a row. Counted in looks, not in
 * time: while this process is busy nobody could take anything. Costs nothing per request, as at any moment hardly any
 * socket has something left to write. `waiting` is what the looks before have seen.
 */
export function notReading<T extends Written>(sockets: Iterable<T>, waiting: Waiting<T>, looks: number): readonly T[] {
  const found: T[] = [];
  for (const socket of sockets) {
    if (socket.writableLength === 0) {
      waiting.delete(socket);
      continue;
    }
    const taken = takenOf(socket);
    const before = waiting.get(socket);
    if (!before || taken - before.taken >= LEAST_TAKEN) waiting.set(socket, { taken, looks: 0 });
    else if (before.looks + 1 >= looks) found.push(socket);
    else waiting.set(socket, { taken: before.taken, looks: before.looks + 1 });
  }
  return found;
}

function takenOf({ _handle, bytesWritten, writableLength }: Written): number {
  const { bytesWritten: handed, writeQueueSize: queued } = _handle ?? {};
  return typeof handed === 'number' && typeof queued === 'number' ? handed - queued : bytesWritten - writableLength;
}
