/** How often something happened, over all time and in the last one or two windows. */
export class WindowedCount {
  #total = 0;
  #before = 0;
  #now = 0;

  add(times = 1): void {
    this.#now += times;
  }

  /** Begins a new window. */
  rotate(): void {
    this.#total += this.#now;
    this.#before = this.#now;
    this.#now = 0;
  }

  get total(): number {
    return this.#total + this.#now;
  }

  get recent(): number {
    return this.#before + this.#now;
  }
}
