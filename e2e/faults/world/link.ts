import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Transform } from 'node:stream';

/**
 * `cut` answers every connection with a reset; `blackHole` takes whatever is sent and never answers; `held` keeps it and
 * delivers it when the link is open again.
 */
export type LinkState = 'open' | 'cut' | 'blackHole' | 'held';

/** A piece of network that can break: connections to its port are passed on to one of its targets. */
export interface Link extends AsyncDisposable {
  readonly name: string;
  readonly port: number;
  /** What is under way breaks, unless it was only held: bytes that were swallowed cannot be sent after all. */
  become(state: LinkState): void;
  /** Breaks every connection over which this text is sent, before it arrives; null breaks none. */
  breakAt(text: string | null): void;
  /** How often that happened. */
  broken(): number;
  /** Becomes `held` when this text is sent: it is the first thing that arrives when the link is open again. */
  holdAt(text: string): void;
}

/** Targets take turns; one that refuses a connection is passed over. */
export async function openLink(name: string, targets: readonly number[], port = 0): Promise<Link> {
  const pairs = new Set<Pair>();
  let state: LinkState = 'open';
  let turn = 0;
  let text: string | null = null;
  let broken = 0;
  let heldText: string | null = null;
  const judge = (chunk: Buffer): Verdict => {
    if (heldText !== null && chunk.includes(heldText)) {
      heldText = null;
      become('held');
      return 'keep';
    }
    if (text === null || !chunk.includes(text)) return 'pass';
    broken += 1;
    return 'break';
  };
  const server = createServer({ pauseOnConnect: true }, (client) => {
    client.on('error', () => {});
    if (state === 'cut') return void client.resetAndDestroy();
    const pair = createPair(client, judge, () => pairs.delete(pair));
    pairs.add(pair);
    if (state === 'blackHole') return pair.swallow();
    if (state === 'held') pair.hold();
    turn += 1;
    pair.join(targets.map((_, index) => targets[(turn + index) % targets.length] as number));
  });
  function become(next: LinkState): void {
    const wasHeld = state === 'held';
    state = next;
    for (const pair of [...pairs]) {
      if (next === 'blackHole') pair.swallow();
      else if (next === 'held') pair.hold();
      else if (wasHeld && next === 'open') pair.release();
      else pair.reset();
    }
  }
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    name,
    port: (server.address() as AddressInfo).port,
    become,
    breakAt(next) {
      text = next;
    },
    broken: () => broken,
    holdAt(next) {
      heldText = next;
    },
    async [Symbol.asyncDispose]() {
      for (const pair of [...pairs]) pair.reset();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** What becomes of a piece that is sent. */
type Verdict = 'pass' | 'break' | 'keep';

interface Pair {
  join(targets: readonly number[]): void;
  swallow(): void;
  hold(): void;
  release(): void;
  reset(): void;
}

/** One connection and the other end that it is passed on to. */
function createPair(client: Socket, judge: (chunk: Buffer) => Verdict, ended: () => void): Pair {
  let server: Socket | undefined;
  let swallowing = false;
  let holding = false;
  let keeping = false;
  let sendKept = () => {};
  const reset = () => {
    client.resetAndDestroy();
    server?.resetAndDestroy();
    ended();
  };
  client.setNoDelay(true);
  const check = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const verdict = judge(chunk);
      if (verdict === 'break') reset();
      else if (verdict === 'pass') done(null, chunk);
      else {
        keeping = true;
        sendKept = () => {
          keeping = false;
          done(null, chunk);
        };
      }
    },
  });
  client.on('close', () => {
    // What is on its way arrives, also when its sender has stopped waiting for an answer.
    if (keeping) return;
    // In a black hole, nobody learns that the other end has gone.
    if (!swallowing) server?.destroy();
    ended();
  });

  function join([port, ...others]: readonly number[]): void {
    if (port === undefined || client.destroyed) {
      reset();
      return;
    }
    const target = connect({ port, host: '127.0.0.1', noDelay: true });
    server = target;
    const refused = () => join(others);
    target.once('error', refused);
    target.once('connect', () => {
      target.off('error', refused);
      target.on('error', () => {});
      target.on('close', () => {
        if (!swallowing) client.destroy();
      });
      if (swallowing) return;
      check.pipe(target);
      if (!holding) flow();
    });
  }
  function flow(): void {
    if (!server || server.connecting) return;
    client.pipe(check);
    server.pipe(client);
  }
  return {
    join,
    reset,
    hold() {
      holding = true;
      for (const socket of [client, server]) socket?.unpipe().pause();
    },
    release() {
      holding = false;
      sendKept();
      if (!client.destroyed) return flow();
      check.end();
      ended();
    },
    swallow() {
      swallowing = true;
      for (const socket of [client, server]) {
        socket?.unpipe();
        socket?.on('data', () => {});
        socket?.resume();
      }
    },
  };
}
