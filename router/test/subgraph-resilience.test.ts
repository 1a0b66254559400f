import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { DEADLINE_HEADER } from '@cartograph/runtime/deadline';
import { describe, expect, it, vi } from 'vitest';
import { ANSWER, fakeSubgraph, isProbe, type Reaction } from './fake-subgraph.ts';
import { context, MUTATION, openClient, timed } from './open-client.ts';

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));
const tally = (outcomes: readonly string[]) => outcomes.filter((outcome) => outcome === 'ok').length;

describe('a subgraph that does not answer', () => {
  const heads: Reaction = (response) => response.writeHead(200, { 'content-length': 100 }).write('{"data":');
  it.each([
    ['at all', 'hold' as Reaction],
    ['to the end', heads],
  ])('%s costs at most 1.2 times its timeout', async (_case, reaction) => {
    await using books = await fakeSubgraph();
    await using gate = openClient([books.url], { policy: { queryTimeout: 1_500 } });
    await gate.ask();
    books.behave(() => reaction);
    const { result, ms } = await timed(() => Promise.all(times(20, () => gate.outcome())));
    expect(new Set(result)).toEqual(new Set(['DEADLINE_EXCEEDED']));
    expect(ms).toBeGreaterThan(1_490);
    expect(ms).toBeLessThan(1.2 * 1_500);
  });

  it('to the handshake is given up after the connect timeout, which leaves time for another replica', async () => {
    // TLS to someone who only listens: the connection is accepted and nothing ever comes.
    await using mute = await listenMutely();
    await using books = await fakeSubgraph();
    await using gate = openClient([`https://127.0.0.1:${mute.port}/graphql`, books.url], {
      policy: { connectTimeout: 100 },
    });
    const outcomes = await Promise.all([gate.outcome(), gate.outcome()]);
    expect(outcomes).toEqual(['ok', 'ok']);
    expect(gate.retried).toEqual(['unreachable']);
  });

  it('waits no longer than the mutation may, whatever a query may', async () => {
    await using books = await fakeSubgraph(() => 'hold');
    await using gate = openClient([books.url], { policy: { queryTimeout: 20_000, mutationTimeout: 150 } });
    const { result, ms } = await timed(() => gate.outcome(MUTATION));
    expect(result).toBe('DEADLINE_EXCEEDED');
    expect(ms).toBeLessThan(2_000);
  });
});

async function listenMutely() {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket.on('error', () => {}).resume())).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await once(server.close(), 'close');
    },
  };
}

describe('the deadline', () => {
  it('is passed on, and is never longer than the subgraph may take', async () => {
    await using books = await fakeSubgraph();
    await using gate = openClient([books.url], { policy: { queryTimeout: 5_000 } });
    await gate.ask();
    await gate.ask({}, context({ deadline: performance.now() + 700 }));
    const [own = 0, callers = 0] = books.calls.map(({ headers }) => Number(headers[DEADLINE_HEADER]));
    expect(own).toBeGreaterThan(4_000);
    expect(own).toBeLessThanOrEqual(5_000);
    expect(callers).toBeGreaterThan(0);
    expect(callers).toBeLessThanOrEqual(700);
  });

  it('is kept, also when the subgraph may take longer', async () => {
    await using books = await fakeSubgraph(() => 'hold');
    await using gate = openClient([books.url], { policy: { queryTimeout: 20_000 } });
    const { result, ms } = await timed(() => gate.outcome({}, context({ deadline: performance.now() + 200 })));
    expect(result).toBe('DEADLINE_EXCEEDED');
    expect(ms).toBeLessThan(2_000);
  });

  it('that has passed already sends nothing', async () => {
    await using books = await fakeSubgraph();
    await using gate = openClient([books.url]);
    expect(await gate.outcome({}, context({ deadline: performance.now() - 1 }))).toBe('DEADLINE_EXCEEDED');
    expect(books.connections).toBe(0);
  });

  it('of impatient callers says nothing about the subgraph', async () => {
    await using books = await fakeSubgraph(() => 'hold');
    await using gate = openClient([books.url], { policy: { queryTimeout: 20_000 } });
    const impatient = () => gate.outcome({}, context({ deadline: performance.now() + 20 }));
    for (let round = 0; round < 7; round += 1) await impatient();
    expect(gate.turns).toEqual([]);
  });
});

describe('the circuit breaker', () => {
  const failing: [string, Reaction, number][] = [
    ['HTTP 500', { status: 500, text: '' }, 5],
    ['HTTP 503', { status: 503, text: '' }, 5],
    ['no JSON', { text: 'oops' }, 5],
    ['a black hole', 'hold', 5],
    // Each of these may be mended by another try, so a call makes several before it counts as one failure.
    ['every connection reset', 'reset', 20],
  ];
  it.each(failing)('opens after at most 5 failures, with %s', async (_case, reaction, mostRequests) => {
    await using books = await fakeSubgraph(() => reaction);
    await using gate = openClient([books.url], {
      policy: { queryTimeout: reaction === 'hold' ? 500 : 20_000, retry: { backoff: 1, maxBackoff: 1 } },
    });
    let failures = 0;
    while (gate.turns.length === 0) {
      expect(await gate.outcome()).not.toBe('ok');
      failures += 1;
    }
    expect(gate.turns).toEqual(['0 open']);
    expect(failures).toBeLessThanOrEqual(5);
    expect(books.calls.length).toBeLessThanOrEqual(mostRequests);
    const asked = books.calls.length;
    const { result, ms } = await timed(() => gate.outcome());
    expect(result).toBe('SERVICE_UNAVAILABLE');
    expect(ms).toBeLessThan(300);
    expect(books.calls).toHaveLength(asked);
    expect(gate.finished.at(-1)?.outcome).toBe('breakerOpen');
  });

  it('opens when nobody listens', async () => {
    await using books = await fakeSubgraph();
    await books.kill();
    await using gate = openClient([books.url]);
    for (let failures = 0; gate.turns.length === 0; failures += 1) {
      expect(failures).toBeLessThan(5);
      expect(await gate.outcome()).toBe('SERVICE_UNAVAILABLE');
    }
    expect(gate.turns).toEqual(['0 open']);
  });

  it.each(failing)('closes within a second of recovery from %s', async (_case, reaction) => {
    await using books = await fakeSubgraph(() => reaction);
    await using gate = openClient([books.url], { policy: { queryTimeout: reaction === 'hold' ? 300 : 20_000 } });
    while (!gate.turns.includes('0 open')) await Promise.all(times(5, () => gate.outcome()));
    books.behave(() => ANSWER);
    const { ms } = await timed(() =>
      vi.waitFor(async () => expect(await gate.outcome()).toBe('ok'), { timeout: 5_000, interval: 10 }),
    );
    expect(ms).toBeLessThan(1_000);
    expect(gate.turns).toEqual(['0 open', '0 half-open', '0 closed']);
  });

  it('closes within a second when a killed subgraph is back', async () => {
    await using books = await fakeSubgraph();
    await using gate = openClient([books.url]);
    expect(await gate.outcome()).toBe('ok');
    await books.kill();
    while (!gate.turns.includes('0 open')) await gate.outcome();
    await books.revive();
    const { ms } = await timed(() =>
      vi.waitFor(async () => expect(await gate.outcome()).toBe('ok'), { timeout: 5_000, interval: 10 }),
    );
    expect(ms).toBeLessThan(1_000);
  });

  it('is not opened again by the last timeouts of a black hole that is back', async () => {
    await using books = await fakeSubgraph(() => 'hold');
    await using gate = openClient([books.url], {
      policy: { mutationTimeout: 200, queryTimeout: 800, breaker: { probeEvery: 10 } },
    });
    const last = times(5, () => gate.outcome());
    await Promise.all(times(5, () => gate.outcome(MUTATION)));
    expect(gate.turns).toEqual(['0 open']);
    books.behave(() => ANSWER);
    await vi.waitFor(async () => expect(await gate.outcome()).toBe('ok'), { timeout: 2_000, interval: 5 });
    expect(new Set(await Promise.all(last))).toEqual(new Set(['DEADLINE_EXCEEDED']));
    expect(gate.turns).toEqual(['0 open', '0 half-open', '0 closed']);
  });

  it('lets only a few try a replica that answers probes and nothing else', async () => {
    await using books = await fakeSubgraph((request) => (isProbe(request) ? ANSWER : 'hold'));
    await using gate = openClient([books.url], { policy: { queryTimeout: 500, breaker: { probeEvery: 10 } } });
    await Promise.all(times(5, () => gate.outcome()));
    await vi.waitFor(() => expect(gate.turns).toEqual(['0 open', '0 half-open']), 15_000);
    const asked = books.calls.length;
    const outcomes = await Promise.all(times(30, () => gate.outcome()));
    expect(books.calls.length - asked).toBe(5);
    expect(outcomes.filter((outcome) => outcome === 'SERVICE_UNAVAILABLE')).toHaveLength(25);
    expect(gate.turns.slice(0, 3)).toEqual(['0 open', '0 half-open', '0 open']);
  });
});

describe('concurrency', () => {
  it('has a limit, a line behind it, and refuses at once what does not fit', async () => {
    const release: (() => void)[] = [];
    await using books = await fakeSubgraph(() => new Promise((resolve) => release.push(() => resolve(ANSWER))));
    await using gate = openClient([books.url], { policy: { concurrency: 2, queue: 3 } });
    const calls = times(5, () => gate.outcome());
    const { result, ms } = await timed(() => gate.outcome());
    expect(result).toBe('SERVICE_UNAVAILABLE');
    expect(ms).toBeLessThan(300);
    expect(gate.finished.map(({ outcome }) => outcome)).toEqual(['queueFull']);
    for (let answered = 0; answered < 5; answered += 1) {
      await vi.waitFor(() => expect(release.length).toBeGreaterThan(answered), 15_000);
      release[answered]?.();
    }
    expect(await Promise.all(calls)).toEqual(times(5, () => 'ok'));
    expect(books.most).toBe(2);
    expect(gate.queued).toEqual([1, 2, 3, 2, 1, 0]);
  });

  it('gives up waiting when the time is up, and the place goes to the next', async () => {
    const release: (() => void)[] = [];
    await using books = await fakeSubgraph(() => new Promise((resolve) => release.push(() => resolve(ANSWER))));
    await using gate = openClient([books.url], { policy: { concurrency: 1 } });
    const first = gate.outcome();
    const impatient = gate.outcome({}, context({ deadline: performance.now() + 50 }));
    const patient = gate.outcome();
    expect(await impatient).toBe('DEADLINE_EXCEEDED');
    release[0]?.();
    expect(await first).toBe('ok');
    await vi.waitFor(() => expect(release).toHaveLength(2), 15_000);
    release[1]?.();
    expect(await patient).toBe('ok');
    expect(gate.queued).toEqual([1, 2, 1, 0]);
    expect(tally(await Promise.all([first, patient]))).toBe(2);
  });
});
