/** What can stand in a line; the links are the line's own. */
export interface Waiting<T> {
  before: T | null;
  behind: T | null;
}

/** First come, first served, and whoever gives up leaves from the middle at no cost. */
export class WaitingLine<T extends Waiting<T>> {
  #first: T | null = null;
  #last: T | null = null;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  join(one: T): void {
    one.before = this.#last;
    one.behind = null;
    if (this.#last) this.#last.behind = one;
    else this.#first = one;
    this.#last = one;
    this.#length += 1;
  }

  next(): T | null {
    const first = this.#first;
    if (first) this.leave(first);
    return first;
  }

  leave(one: T): void {
    if (one.before) one.before.behind = one.behind;
    else this.#first = one.behind;
    if (one.behind) one.behind.before = one.before;
    else this.#last = one.before;
    one.before = null;
    one.behind = null;
    this.#length -= 1;
  }
}
