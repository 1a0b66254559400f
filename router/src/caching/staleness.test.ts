import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Announcement, createChangeFeeds, type Dated, LATE_MS, stampOf } from './change-feeds.ts';

// A shop over half a minute: a database, somebody who announces its changes, two routers that share what they keep, and a
// network between them that loses, delays, holds up, repeats and reorders. Whoever announces may die with what it was about to say.

const TICK_MS = 200;
const BOUND_MS = 1_000;
const END_MS = 30_000;
const ENTITIES = ['1', '2'] as const;

const at = fc.integer({ min: 0, max: END_MS });
const fate = fc.record({
  /** Per router: how long it takes, and whether it arrives. */
  delays: fc.tuple(delay(), delay()),
  lost: fc.tuple(rarely(), rarely()),
  repeatedAfter: fc.option(fc.integer({ min: 1, max: 3_000 }), { freq: 4, nil: null }),
  dies: rarely(),
});
function delay() {
  return fc.oneof({ arbitrary: fc.nat(LATE_MS), weight: 6 }, fc.integer({ min: LATE_MS, max: 4_000 }));
}
function rarely() {
  return fc.integer({ min: 0, max: 11 }).map((drawn) => drawn === 0);
}
const world = fc.record({
  writes: fc.array(fc.record({ at, entity: fc.constantFrom(...ENTITIES) }), { maxLength: 30 }),
  reads: fc.array(
    fc.record({
      at,
      router: fc.constantFrom(0, 1),
      entity: fc.constantFrom(...ENTITIES),
      takes: fc.tuple(fc.nat(500), fc.nat(500)),
    }),
    { minLength: 40, maxLength: 120 },
  ),
  fates: fc.array(fate, { minLength: 20, maxLength: 60 }),
  silentFor: fc.nat(3_000),
});

interface Kept extends Dated {
  readonly version: number;
}

/** Plays the world through, and gives what was answered from what was kept: how often, and how often it was too old. */
function play({ writes, reads, fates, silentFor }: ReturnType<typeof world.generate>['value']) {
  const clock = { now: 0 };
  const events: { readonly at: number; readonly run: () => void }[] = [];
  const later = (time: number, run: () => void) => {
    const index = events.findLastIndex((event) => event.at <= time);
    events.splice(index + 1, 0, { at: time, run });
  };
  const routers = [0, 1].map(() => createChangeFeeds({ keepMs: 60_000, now: () => clock.now }));
  const commits = new Map<string, number[]>(ENTITIES.map((entity) => [entity, []]));
  const kept = new Map<string, Kept>();
  let pending: string[] = [];
  let hits = 0;
  let wrong = 0;

  for (const { at: time, entity } of writes)
    later(time, () => {
      commits.get(entity)?.push(clock.now);
      pending.push(entity);
    });

  /** What routers share is text: each makes an object of its own of it, and remembers there what it has checked. */
  const copies = [new WeakMap<Kept, Kept>(), new WeakMap<Kept, Kept>()];
  function copyFor(router: number, shared: Kept): Kept {
    const copy = copies[router]?.get(shared) ?? { ...shared };
    copies[router]?.set(shared, copy);
    return copy;
  }
  /** The first word of a speaker is the only one of which a router cannot tell whether it was held up. */
  function hear(index: 0 | 1, said: Announcement) {
    if (epochs[index] !== said.epoch && clock.now - said.saidAt > LATE_MS) return;
    epochs[index] = said.epoch;
    routers[index]?.receive(said);
  }
  const epochs = [0, 0];
  const speaker = { epoch: 1, sequence: 0, tick: 0 };
  function announce() {
    const { delays, lost, repeatedAfter, dies } = fates[speaker.tick % fates.length] as (typeof fates)[number];
    speaker.tick += 1;
    const ids = pending;
    pending = [];
    if (dies) {
      speaker.epoch += 1;
      speaker.sequence = 0;
      later(clock.now + silentFor, announce);
      return;
    }
    speaker.sequence += 1;
    const changed = ids.length > 0 ? [{ typename: 'Product', ids }] : [];
    const said: Announcement = {
      feed: 'products',
      epoch: speaker.epoch,
      sequence: speaker.sequence,
      saidAt: clock.now,
      changed,
    };
    for (const index of [0, 1] as const) {
      if (lost[index]) continue;
      later(clock.now + delays[index], () => hear(index, said));
      if (repeatedAfter !== null) later(clock.now + delays[index] + repeatedAfter, () => hear(index, said));
    }
    later(clock.now + TICK_MS, announce);
  }
  later(0, announce);

  for (const { at: time, router, entity, takes } of reads)
    later(time, () => {
      const feeds = routers[router] as (typeof routers)[number];
      const found = kept.get(entity);
      if (found && feeds.judge(copyFor(router, found)) === 'current') {
        hits += 1;
        const due = commits.get(entity)?.filter((commit) => commit <= clock.now - BOUND_MS).length ?? 0;
        if (found.version < due) wrong += 1;
        return;
      }
      const stamp = stampOf(feeds.stamp(), new Set(['products']));
      later(clock.now + takes[0], () => {
        const version = commits.get(entity)?.length ?? 0;
        if (stamp) later(clock.now + takes[1], () => kept.set(entity, { version, stamp, tags: [`Product:${entity}`] }));
      });
    });

  for (let next = events.shift(); next && next.at <= END_MS; next = events.shift()) {
    clock.now = next.at;
    next.run();
  }
  return { hits, wrong };
}

it('nothing is ever given out that was changed more than a second ago, whatever gets lost on the way', () => {
  let hits = 0;
  fc.assert(
    fc.property(world, (given) => {
      const played = play(given);
      hits += played.hits;
      expect(played.wrong).toBe(0);
    }),
    { numRuns: 300 },
  );
  // And it is worth keeping something.
  expect(hits).toBeGreaterThan(1_000);
});
