/** Bounds grow by the fourth root of 2: a quantile is read at most 9 % off. */
const STEPS_PER_OCTAVE = 4;
/** The first bucket ends at 2^-4 ms (63 µs), the last but one at 2^15 ms (33 s). */
const FIRST_OCTAVE = -4;
const LAST_OCTAVE = 15;
const LAST = (LAST_OCTAVE - FIRST_OCTAVE) * STEPS_PER_OCTAVE + 1;

/** Where the buckets end that are told to Prometheus, in milliseconds: 0.5 ms to 16 s, doubled each time. */
const TOLD_OCTAVES = Array.from({ length: 16 }, (_, index) => index - 1);
export const TOLD_BOUNDS: readonly number[] = TOLD_OCTAVES.map((octave) => 2 ** octave);
const TOLD_BUCKETS = TOLD_OCTAVES.map((octave) => (octave - FIRST_OCTAVE) * STEPS_PER_OCTAVE);

/** What happened in the last one or two windows. */
export interface Recent {
  readonly count: number;
  /** All durations added up, in milliseconds. */
  readonly sum: number;
}

/**
 * How long something took, over all time and lately. `observe` is one logarithm and three additions: prom-client's own
 * histogram hashes its labels each time, which costs twenty times as much.
 */
export class Durations {
  readonly #total = new Float64Array(LAST + 1);
  #before = new Uint32Array(LAST + 1);
  #now = new Uint32Array(LAST + 1);
  #sumTotal = 0;
  #sumBefore = 0;
  #sumNow = 0;

  observe(ms: number): void {
    const bucket = Math.ceil((Math.log2(ms) - FIRST_OCTAVE) * STEPS_PER_OCTAVE);
    // A duration of 0 has the logarithm -∞.
    const index = bucket > 0 ? (bucket < LAST ? bucket : LAST) : 0;
    this.#now[index] = (this.#now[index] as number) + 1;
    this.#sumNow += ms;
  }

  /** Begins a new window. */
  rotate(): void {
    const spent = this.#before;
    for (let index = 0; index <= LAST; index++) {
      const count = this.#now[index] as number;
      if (count > 0) this.#total[index] = (this.#total[index] as number) + count;
    }
    this.#sumTotal += this.#sumNow;
    this.#sumBefore = this.#sumNow;
    this.#sumNow = 0;
    this.#before = this.#now;
    this.#now = spent.fill(0);
  }

  /** What several have seen lately, together. */
  static recentOf(all: Iterable<Durations>): Durations {
    const together = new Durations();
    for (const one of all) {
      together.#sumNow += one.#sumBefore + one.#sumNow;
      for (let index = 0; index <= LAST; index++)
        together.#now[index] = (together.#now[index] as number) + one.#recentAt(index);
    }
    return together;
  }

  get empty(): boolean {
    return this.#sumTotal === 0 && this.#sumNow === 0;
  }

  /** Takes over everything that `other` has seen. */
  absorb(other: Durations): void {
    other.rotate();
    for (let index = 0; index <= LAST; index++)
      this.#total[index] = (this.#total[index] as number) + (other.#total[index] as number);
    this.#sumTotal += other.#sumTotal;
  }

  /** How many took at most as long as each of `TOLD_BOUNDS`, and how many there were in all. */
  cumulative(): { readonly upTo: readonly number[]; readonly count: number; readonly sum: number } {
    const upTo: number[] = [];
    let count = 0;
    for (let index = 0; index <= LAST; index++) {
      count += (this.#total[index] as number) + (this.#now[index] as number);
      if (index === TOLD_BUCKETS[upTo.length]) upTo.push(count);
    }
    return { upTo, count, sum: this.#sumTotal + this.#sumNow };
  }

  recent(): Recent {
    let count = 0;
    for (let index = 0; index <= LAST; index++) count += this.#recentAt(index);
    return { count, sum: this.#sumBefore + this.#sumNow };
  }

  /** The duration below which this share of the recent ones lies, in milliseconds; null where there were none. */
  recentQuantile(share: number): number | null {
    const { count } = this.recent();
    if (count === 0) return null;
    let left = Math.max(1, Math.ceil(count * share));
    for (let index = 0; index <= LAST; index++) {
      const here = this.#recentAt(index);
      if (here >= left) return between(index, left / here);
      left -= here;
    }
    return 2 ** LAST_OCTAVE;
  }

  #recentAt(index: number): number {
    return (this.#before[index] as number) + (this.#now[index] as number);
  }
}

/** Inside a bucket durations are taken to lie evenly. */
function between(index: number, share: number): number {
  const upper = 2 ** (index / STEPS_PER_OCTAVE + FIRST_OCTAVE);
  const lower = index === 0 ? 0 : 2 ** ((index - 1) / STEPS_PER_OCTAVE + FIRST_OCTAVE);
  return index === LAST ? lower : lower + (upper - lower) * share;
}
