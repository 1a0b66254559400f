import { describe, expect, it, vi } from 'vitest';
import { ANSWER, type FakeRequest, fakeSubgraph, isProbe, type Reaction } from './fake-subgraph.ts';
import { context, MUTATION, openClient, timed } from './open-client.ts';

const KEYED = { ...MUTATION, repeatable: true };
const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));
const tally = (outcomes: readonly string[]) => outcomes.filter((outcome) => outcome === 'ok').length;

/** The same coin for every run: half of the time heads, in no order. */
function coin(seed: number): () => boolean {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >= 2 ** 31;
  };
}

describe('when half of the connections are reset', () => {
  const worlds: [string, (seed: number) => (request: FakeRequest) => Reaction][] = [
    [
      'every other connection',
      () =>
        ({ connection }) =>
          connection % 2 === 0 ? 'reset' : ANSWER,
    ],
    ['at random, on any request', (seed) => half(coin(seed))],
    ['and none is kept', (seed) => half(coin(seed), { connection: 'close' })],
  ];
  const half =
    (heads: () => boolean, headers: Record<string, string> = {}) =>
    () =>
      heads() ? 'reset' : ({ ...(ANSWER as { text: string }), headers } as Reaction);

  for (const [world, make] of worlds) {
    it.each([1, 2, 3])(`(${world}) at least 39 of 40 queries succeed one after the other, run %d`, async (seed) => {
      await using books = await fakeSubgraph(make(seed));
      await using gate = openClient([books.url]);
      const outcomes: string[] = [];
      for (let query = 0; query < 40; query += 1) outcomes.push(await gate.outcome());
      expect(tally(outcomes)).toBeGreaterThanOrEqual(39);
    });

    it.each([4, 5, 6])(`(${world}) at least 39 of 40 queries succeed all at once, run %d`, async (seed) => {
      await using books = await fakeSubgraph(make(seed));
      await using gate = openClient([books.url]);
      expect(tally(await Promise.all(times(40, () => gate.outcome())))).toBeGreaterThanOrEqual(39);
    });
  }
});

describe('a mutation', () => {
  it.each(['reset', 'close'] as const)(
    'is sent once when the answer is a %s, unless it may be repeated',
    async (how) => {
      await using books = await fakeSubgraph(({ index }) => (index === 0 ? how : ANSWER));
      await using gate = openClient([books.url]);
      expect(await gate.outcome(MUTATION)).toBe('SERVICE_UNAVAILABLE');
      expect(books.calls).toHaveLength(1);
      await using again = await fakeSubgraph(({ index }) => (index === 0 ? how : ANSWER));
      await using keyed = openClient([again.url]);
      expect(await keyed.outcome(KEYED)).toBe('ok');
      expect(again.calls.map(({ body }) => body)).toEqual([KEYED.body, KEYED.body]);
    },
  );

  it('is sent once also on a connection that was kept', async () => {
    await using books = await fakeSubgraph(({ index }) => (index === 1 ? 'reset' : ANSWER));
    await using gate = openClient([books.url]);
    expect(await gate.outcome(MUTATION)).toBe('ok');
    expect(await gate.outcome(MUTATION)).toBe('SERVICE_UNAVAILABLE');
    expect(books.calls).toHaveLength(2);
  });

  it('goes to another connection when its own was closed before it was sent', async () => {
    await using books = await fakeSubgraph();
    await using gate = openClient([books.url]);
    expect(await gate.outcome(MUTATION)).toBe('ok');
    // Closed and asked between two looks at the network: the end of the connection is seen before anything is written.
    const outcome = new Promise<string>((resolve, reject) =>
      setImmediate(() => {
        books.calls[0]?.socket.destroy();
        gate.outcome(MUTATION).then(resolve, reject);
      }),
    );
    expect(await outcome).toBe('ok');
    expect(gate.retried).toEqual(['stale']);
    expect(books.calls).toHaveLength(2);
  });

  it('that was not sent at all goes to another replica', async () => {
    await using gone = await fakeSubgraph();
    await using books = await fakeSubgraph();
    await using gate = openClient([gone.url, books.url]);
    await gone.kill();
    const outcomes = await Promise.all(times(10, () => gate.outcome(MUTATION)));
    expect(tally(outcomes)).toBe(10);
    expect(books.calls).toHaveLength(10);
  });

  it('of many, under resets, never reaches a subgraph twice', async () => {
    const heads = coin(7);
    await using books = await fakeSubgraph(() => (heads() ? 'reset' : ANSWER));
    await using gate = openClient([books.url]);
    const bodies = times(60, (at) => `{"query":"mutation { go(${at}) }"}`);
    await Promise.all(bodies.map((body) => gate.outcome({ ...MUTATION, body })));
    const sent = books.calls.map(({ body }) => body);
    expect(new Set(sent).size).toBe(sent.length);
  });
});

describe('a connection that the subgraph has just closed', () => {
  it('costs a repeatable call nothing, not even a retry from the budget', async () => {
    await using books = await fakeSubgraph(({ indexOnConnection }) => (indexOnConnection > 0 ? 'close' : ANSWER));
    await using gate = openClient([books.url], { policy: { retry: { budget: 0, busyBudget: 0 } } });
    for (let round = 0; round < 10; round += 1) expect(await gate.outcome()).toBe('ok');
    expect(gate.retried).toEqual(times(9, () => 'stale'));
    expect(gate.turns).toEqual([]);
  });

  it('is no longer used once the subgraph has said goodbye', async () => {
    let goodbye = () => {};
    await using books = await fakeSubgraph((request) => {
      goodbye = () => request.socket.end();
      return ANSWER;
    });
    await using gate = openClient([books.url], { policy: { retry: { attempts: 1 } } });
    expect(await gate.outcome()).toBe('ok');
    goodbye();
    await vi.waitFor(() => expect(books.open).toBe(0), 15_000);
    expect(await gate.outcome()).toBe('ok');
    expect(gate.retried).toEqual([]);
  });

  it('but answered a part of the call is no such case', async () => {
    const torn: Reaction = (response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('{"data":', () => response.socket?.resetAndDestroy());
    };
    await using books = await fakeSubgraph(({ index }) => (index === 1 ? torn : ANSWER));
    await using gate = openClient([books.url], { policy: { retry: { budget: 0 } } });
    expect(await gate.outcome()).toBe('ok');
    expect(await gate.outcome()).toBe('SERVICE_UNAVAILABLE');
    expect(gate.finished.at(-1)?.outcome).toBe('broken');
  });
});

describe('retries', () => {
  it.each([502, 503, 504])('follow an HTTP %d', async (status) => {
    await using books = await fakeSubgraph(({ index }) => (index < 2 ? { status, text: '' } : ANSWER));
    await using gate = openClient([books.url]);
    expect(await gate.outcome()).toBe('ok');
    expect(gate.retried).toEqual(['busy', 'busy']);
  });

  it('end when the budget is spent, and grow back with traffic', async () => {
    let broken = false;
    await using books = await fakeSubgraph(() => (broken ? 'reset' : { text: '{}', headers: { connection: 'close' } }));
    await using gate = openClient([books.url], {
      policy: { retry: { budget: 0.5, burst: 8, attempts: 20, backoff: 1, maxBackoff: 1 } },
    });
    broken = true;
    expect(await gate.outcome()).toBe('SERVICE_UNAVAILABLE');
    // Full: half a retry for each of 8 calls.
    expect(gate.retried).toHaveLength(4);
    expect(await gate.outcome()).toBe('SERVICE_UNAVAILABLE');
    expect(gate.retried).toHaveLength(4);
    broken = false;
    expect(await gate.outcome()).toBe('ok');
    broken = true;
    expect(await gate.outcome()).toBe('SERVICE_UNAVAILABLE');
    expect(gate.retried).toHaveLength(5);
  });

  it('of an overloaded subgraph are fewer', async () => {
    await using books = await fakeSubgraph((request) => (isProbe(request) ? 'hold' : { status: 503, text: '' }));
    await using gate = openClient([books.url], {
      policy: { retry: { busyBudget: 0.1, burst: 20, backoff: 1, maxBackoff: 1 } },
    });
    expect(await gate.outcome()).toBe('SERVICE_UNAVAILABLE');
    expect(gate.retried).toEqual(['busy', 'busy']);
  });

  it('end with the time there is', async () => {
    await using books = await fakeSubgraph(() => 'reset');
    await using gate = openClient([books.url], {
      policy: { queryTimeout: 300, retry: { attempts: 20, backoff: 200, maxBackoff: 200 } },
    });
    const { ms } = await timed(() => gate.outcome());
    expect(ms).toBeLessThan(600);
  });

  it('are none when attempts is 1', async () => {
    await using books = await fakeSubgraph(() => 'reset');
    await using gate = openClient([books.url], { policy: { retry: { attempts: 1 } } });
    expect(await gate.outcome()).toBe('SERVICE_UNAVAILABLE');
    expect(books.calls).toHaveLength(1);
  });

  it('are signed anew, since an envelope opens once', async () => {
    let signed = 0;
    const sign = () => {
      signed += 1;
      return `envelope-${signed}`;
    };
    await using books = await fakeSubgraph(({ index }) => (index === 0 ? 'reset' : ANSWER));
    await using gate = openClient([books.url], { sign });
    expect(await gate.outcome()).toBe('ok');
    expect(books.calls.map(({ headers }) => headers['x-cartograph-envelope'])).toEqual(['envelope-1', 'envelope-2']);
  });
});

describe('several replicas', () => {
  it('share the calls, and who is slow gets fewer', async () => {
    await using first = await fakeSubgraph();
    await using second = await fakeSubgraph();
    await using gate = openClient([first.url, second.url]);
    for (let round = 0; round < 20; round += 1) await gate.ask();
    expect(first.calls).toHaveLength(10);
    const release: (() => void)[] = [];
    first.behave(() => new Promise((resolve) => release.push(() => resolve(ANSWER))));
    const calls = times(4, () => gate.outcome());
    await vi.waitFor(() => expect(release).toHaveLength(2), 15_000);
    for (let round = 0; round < 20; round += 1) await gate.ask();
    expect(first.calls).toHaveLength(12);
    for (const answer of release) answer();
    expect(tally(await Promise.all(calls))).toBe(4);
  });

  it.each([
    ['as it answers', (): Reaction => ANSWER],
    ['with every request still open', (): Reaction => 'hold'],
  ])('lose no query when one is killed under load (%s)', async (_case, react) => {
    await using first = await fakeSubgraph();
    await using second = await fakeSubgraph();
    await using victim = await fakeSubgraph(react);
    await using gate = openClient([first.url, second.url, victim.url]);
    let killed: Promise<void> | undefined;
    let left = 600;
    const caller = async () => {
      const outcomes: string[] = [];
      while (left > 0) {
        left -= 1;
        outcomes.push(await gate.outcome());
        if (left < 400) killed ??= victim.kill();
      }
      return outcomes;
    };
    const outcomes = (await Promise.all(times(40, caller))).flat();
    await killed;
    expect(outcomes).toHaveLength(600);
    expect(tally(outcomes)).toBe(600);
    expect(victim.calls.length).toBeGreaterThan(10);
  });

  it('eject a bad one, and take it back when it works again', async () => {
    await using bad = await fakeSubgraph(() => ({ status: 500, text: '' }));
    await using good = await fakeSubgraph();
    await using gate = openClient([bad.url, good.url]);
    const outcomes: string[] = [];
    for (let round = 0; round < 60; round += 1) outcomes.push(await gate.outcome());
    expect(tally(outcomes)).toBe(55);
    expect(bad.calls).toHaveLength(5);
    expect(gate.turns).toEqual(['0 open']);
    bad.behave(() => ANSWER);
    await vi.waitFor(() => expect(gate.turns).toContain('0 half-open'), { timeout: 2_000 });
    for (let round = 0; round < 10; round += 1) expect(await gate.outcome()).toBe('ok');
    expect(bad.calls.length).toBeGreaterThan(5);
    expect(gate.turns).toEqual(['0 open', '0 half-open', '0 closed']);
  });

  it('eject one that resets every connection, at no query', async () => {
    await using bad = await fakeSubgraph(() => 'reset');
    await using good = await fakeSubgraph();
    await using gate = openClient([bad.url, good.url]);
    for (let round = 0; round < 100; round += 1) expect(await gate.outcome()).toBe('ok');
    expect(gate.turns).toEqual(['0 open']);
    expect(bad.calls.length).toBeLessThanOrEqual(20);
  });

  it('try the next one without waiting', async () => {
    await using gone = await fakeSubgraph();
    await using good = await fakeSubgraph();
    await using gate = openClient([gone.url, good.url], { policy: { retry: { backoff: 5_000, maxBackoff: 5_000 } } });
    await gone.kill();
    const { result, ms } = await timed(() => Promise.all(times(4, () => gate.outcome({}, context()))));
    expect(tally(result)).toBe(4);
    expect(ms).toBeLessThan(1_000);
  });
});
