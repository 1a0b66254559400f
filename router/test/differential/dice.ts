import type { Random } from 'fast-check';

/** Random choices in words; everything generated is drawn from one, so that a seed tells the whole case. */
export class Dice {
  readonly #random: Random;
  constructor(random: Random) {
    this.#random = random;
  }

  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number {
    return this.#random.nextInt(from, to);
  }

  /** True in `percent` of all cases. */
  chance(percent: number): boolean {
    return this.#random.nextInt(0, 99) < percent;
  }

  pick<T>(of: readonly T[]): T {
    if (of.length === 0) throw new Error('nothing to pick from');
    return of[this.#random.nextInt(0, of.length - 1)] as T;
  }

  /** Each of them with this chance, and at least `least` of them. */
  some<T>(of: readonly T[], percent: number, least = 0): T[] {
    const taken = of.filter(() => this.chance(percent));
    const rest = of.filter((one) => !taken.includes(one));
    while (taken.length < least && rest.length > 0) taken.push(...rest.splice(this.between(0, rest.length - 1), 1));
    return taken;
  }

  shuffle<T>(of: readonly T[]): T[] {
    const left = [...of];
    const out: T[] = [];
    while (left.length > 0) out.push(...left.splice(this.between(0, left.length - 1), 1));
    return out;
  }
}
