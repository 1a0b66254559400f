import { type Waiting, WaitingLine } from './waiting-line.ts';

/** What takes up a place while it is under way. */
export interface Occupant<T> extends Waiting<T> {
  /** Kept by `Places`. */
  place: 'none' | 'waiting' | 'taken';
  begin(): void;
}

/** How much may be under way at once, and how much may wait for it. */
export class Places<T extends Occupant<T>> {
  readonly #limit: number;
  readonly #maxWaiting: number;
  readonly #queued: (length: number) => void;
  readonly #waiting = new WaitingLine<T>();
  #taken = 0;
  #filling = false;

  constructor(limit: number, maxWaiting: number, queued: (length: number) => void) {
    this.#limit = limit;
    this.#maxWaiting = maxWaiting;
    this.#queued = queued;
  }

  get empty(): boolean {
    return this.#taken === 0 && this.#waiting.length === 0;
  }

  /** Begins at once, or waits; false when too many wait already. */
  enter(one: T): boolean {
    if (this.#taken < this.#limit) this.#take(one);
    else if (this.#waiting.length < this.#maxWaiting) {
      one.place = 'waiting';
      this.#waiting.join(one);
      this.#queued(this.#waiting.length);
    } else return false;
    return true;
  }

  leave(one: T): void {
    const { place } = one;
    one.place = 'none';
    if (place === 'taken') {
      this.#taken -= 1;
      if (this.#waiting.length > 0) this.#fill();
    } else if (place === 'waiting') {
      this.#waiting.leave(one);
      this.#queued(this.#waiting.length);
    }
  }

  #take(one: T): void {
    this.#taken += 1;
    one.place = 'taken';
    one.begin();
  }

  /** Whoever begins may end in the same moment: a loop, so that a long line makes no deep stack. */
  #fill(): void {
    if (this.#filling) return;
    this.#filling = true;
    while (this.#taken < this.#limit) {
      const next = this.#waiting.next();
      if (!next) break;
      this.#queued(this.#waiting.length);
      this.#take(next);
    }
    this.#filling = false;
  }
}
