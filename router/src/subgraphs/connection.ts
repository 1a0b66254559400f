import { isIP, type NetConnectOpts, connect as netConnect, type Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { atTurnEnd, type Pending } from '../turn-end.ts';
import { TooLarge } from './gathered-bytes.ts';
import { ResponseReader } from './response-reader.ts';

export type ConnectionFailure = 'unreachable' | 'broken' | 'stale' | 'malformed' | 'tooLarge';

/** One request and its response, seen from the connection that carries it. */
export interface Exchange {
  /** The connection is there: write the request now, with `connection.write`. */
  connected(connection: Connection): void;
  /** The request is on its way. Until then the peer cannot have seen anything of it. */
  sent(): void;
  answered(status: number, text: string): void;
  failed(kind: ConnectionFailure, cause: unknown): void;
}

export interface ConnectionOptions {
  readonly url: URL;
  readonly connectTimeoutMs: number;
  readonly maxAnswerBytes: number;
  /** Where bytes are read to before they are decoded; all connections share it, for each read is over before the next. */
  readonly readBuffer: Buffer;
  /** The connection can carry another request. */
  readonly idle: (connection: Connection) => void;
  /** The connection is gone; told once. */
  readonly gone: (connection: Connection) => void;
}

/** Without a word from the peer: below what load balancers and servers commonly keep, so that theirs do not run first. */
const IDLE_MS = 50_000;
/** A request that leaves this long before the peer's own limit still finds it listening. */
const IDLE_MARGIN_MS = 1_000;

/**
 * One kept HTTP/1.1 connection that carries one request at a time. Ours and not a library's, because a third of what a
 * light query costs was spent in there: here a call is one write, one read and no stream, and we know for certain
 * whether a byte of a request was sent and whether the connection was a kept one.
 */
export class Connection implements Pending {
  readonly #options: ConnectionOptions;
  readonly #reader: ResponseReader;
  readonly #socket: Socket;
  #exchange: Exchange | null;
  /** The request that waits for the end of the turn. */
  #unsent: string | null = null;
  #connectTimer: NodeJS.Timeout | null;
  #answers = 0;
  #gone = false;
  /** `performance.now()` after which the peer may close the idle connection at any moment. */
  freshUntil = 0;

  /** Connects for its first exchange. */
  constructor(options: ConnectionOptions, exchange: Exchange) {
    this.#options = options;
    this.#exchange = exchange;
    this.#reader = new ResponseReader(options.maxAnswerBytes);
    this.#connectTimer = setTimeout(connectTimedOut, options.connectTimeoutMs, this);
    this.#socket = open(options, (bytes, length) => this.#received(bytes, length));
    this.#socket.once(options.url.protocol === 'https:' ? 'secureConnect' : 'connect', () => this.#connected());
    this.#socket.on('error', (error) => this.#lost(error));
    this.#socket.on('end', () => this.#lost(null));
    this.#socket.on('close', () => this.#lost(null));
  }

  /** Carries another exchange; only when idle. */
  carry(exchange: Exchange): void {
    this.#exchange = exchange;
    exchange.connected(this);
  }

  write(request: string): void {
    this.#unsent = request;
    atTurnEnd(this);
  }

  flush(): void {
    const request = this.#unsent;
    if (request === null || this.#gone) return;
    this.#unsent = null;
    this.#exchange?.sent();
    this.#socket.write(request);
  }

  /** Gives up, and tells nobody but the pool. A response that still comes would be mistaken for the next one's. */
  destroy(): void {
    this.#exchange = null;
    this.#lost(null);
  }

  connectTimedOut(): void {
    this.#lost(new Error('the connection was not accepted in time'));
  }

  #connected(): void {
    if (this.#connectTimer) clearTimeout(this.#connectTimer);
    this.#connectTimer = null;
    this.#exchange?.connected(this);
  }

  #received(bytes: Buffer, length: number): void {
    const exchange = this.#exchange;
    // Bytes that nobody asked for could be taken for the next answer.
    if (!exchange || this.#unsent !== null) {
      this.#lost(null);
      return;
    }
    const reader = this.#reader;
    let end: number;
    try {
      end = reader.take(bytes, 0, length);
    } catch (error) {
      this.#exchange = null;
      this.#lost(null);
      exchange.failed(error instanceof TooLarge ? 'tooLarge' : 'malformed', error);
      return;
    }
    if (end < 0) return;
    const { head, text } = reader;
    reader.reset();
    this.#exchange = null;
    this.#answers += 1;
    // Bytes after the answer, or a request that was answered before it was sent: neither leaves a clean connection.
    if (!head.keepAlive || end < length || this.#socket.writableLength > 0) this.#lost(null);
    else {
      this.freshUntil = performance.now() + idleMs(head.idleSeconds);
      this.#options.idle(this);
    }
    exchange.answered(head.status, text);
  }

  #lost(error: Error | null): void {
    if (this.#gone) return;
    this.#gone = true;
    if (this.#connectTimer) clearTimeout(this.#connectTimer);
    const neverConnected = this.#connectTimer !== null;
    this.#socket.destroy();
    this.#options.gone(this);
    const exchange = this.#exchange;
    if (!exchange) return;
    this.#exchange = null;
    const reader = this.#reader;
    if (!error && reader.ended()) exchange.answered(reader.head.status, reader.text);
    else exchange.failed(this.#failure(neverConnected, error), error ?? new Error('the peer closed the connection'));
  }

  #failure(neverConnected: boolean, error: Error | null): ConnectionFailure {
    // A peer that takes a connection and drops it at once is there, unlike one that refuses it.
    if (neverConnected)
      return (error as NodeJS.ErrnoException | null)?.code === 'ECONNRESET' ? 'broken' : 'unreachable';
    return this.#answers > 0 && !this.#reader.begun ? 'stale' : 'broken';
  }
}

const connectTimedOut = (connection: Connection) => connection.connectTimedOut();

const idleMs = (seconds: number | null): number =>
  seconds === null ? IDLE_MS : Math.max(0, seconds * 1_000 - IDLE_MARGIN_MS);

function open({ url, readBuffer }: ConnectionOptions, received: (bytes: Buffer, length: number) => void): Socket {
  const secure = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const to = { host, port: Number(url.port || (secure ? 443 : 80)), noDelay: true, keepAlive: true };
  if (secure) {
    const socket = tlsConnect({ ...to, servername: isIP(host) ? '' : host, ALPNProtocols: ['http/1.1'] });
    return socket.on('data', (bytes: Buffer) => received(bytes, bytes.length));
  }
  // Reads into one buffer instead of a new one of 64 kB each time.
  const onread = {
    buffer: readBuffer,
    callback(length: number) {
      received(readBuffer, length);
      return true;
    },
  };
  return netConnect({ ...to, onread } as NetConnectOpts);
}
