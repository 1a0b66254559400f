import type { Random } from '../random.ts';

/** One thing that goes wrong. All of them heal by themselves. */
export type Fault =
  | { readonly kind: 'kill'; readonly part: string; readonly ms: number }
  | { readonly kind: 'stop the database'; readonly ms: number }
  | { readonly kind: 'pause'; readonly part: string; readonly ms: number }
  | { readonly kind: 'cut'; readonly link: string; readonly ms: number }
  | { readonly kind: 'black hole'; readonly link: string; readonly ms: number }
  | { readonly kind: 'bad provider'; readonly share: number; readonly ms: number };

export interface PlannedFault {
  /** Share of the run's buyers that have been served when it happens. */
  readonly at: number;
  readonly fault: Fault;
}

export interface Victims {
  readonly parts: readonly string[];
  readonly links: readonly string[];
}

/** Nothing happens after this share of the run, so that the end of the last fault is inside it. */
const LAST = 0.93;

/** `kills` kills, the database's among them, and beside them about as many faults of every other kind. */
export function planFaults(random: Random, { parts, links }: Victims, kills: number): readonly PlannedFault[] {
  const faults = [
    ...planKills(random, parts, kills),
    ...times(kills / 4, () => pause(random, parts)),
    ...times(kills / 2, () => cut(random, links)),
    ...times(kills / 4, () => blackHole(random, links)),
    ...times(kills / 4, () => badProvider(random)),
  ];
  return random.shuffle(faults).map((fault, index, { length }) => ({
    at: ((index + random.next()) / length) * LAST,
    fault,
  }));
}

const times = <T>(count: number, make: () => T): T[] => Array.from({ length: Math.ceil(count) }, make);

/** Every part in turn, so that no run leaves one out; every sixth kill is the database's. */
function planKills(random: Random, parts: readonly string[], kills: number): Fault[] {
  let turn = random.shuffle(parts);
  return times(kills, () => random.next()).map((_, index) => {
    if (index % 6 === 5) return { kind: 'stop the database', ms: random.between(0, 1_500) };
    if (turn.length === 0) turn = random.shuffle(parts);
    return { kind: 'kill', part: turn.pop() ?? '', ms: random.between(0, 1_000) };
  });
}

/** Mostly shorter than a lease, sometimes longer: then somebody else has taken over when the process wakes up. */
const pause = (random: Random, parts: readonly string[]): Fault => ({
  kind: 'pause',
  part: random.pick(parts),
  ms: random.chance(0.7) ? 5_000 : 13_000,
});

/** A single moment, or a while in which no connection comes about. */
const cut = (random: Random, links: readonly string[]): Fault => ({
  kind: 'cut',
  link: random.pick(links),
  ms: random.chance(0.5) ? 0 : random.between(200, 2_500),
});

const blackHole = (random: Random, links: readonly string[]): Fault => ({
  kind: 'black hole',
  link: random.pick(links),
  ms: random.between(1_000, 7_000),
});

const badProvider = (random: Random): Fault => ({
  kind: 'bad provider',
  share: random.pick([0.2, 0.5, 1]),
  ms: random.between(2_000, 5_000),
});
