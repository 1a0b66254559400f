/** Retries as a share of traffic: each call pays in a little, each retry takes one out. */
export class RetryBudget {
  readonly #perCall: number;
  readonly #most: number;
  #tokens: number;

  /** `saved` is how many calls' worth may be there at once; it starts full. */
  constructor(perCall: number, saved: number) {
    this.#perCall = perCall;
    this.#most = perCall * saved;
    this.#tokens = this.#most;
  }

  deposit(): void {
    if (this.#tokens < this.#most) this.#tokens = Math.min(this.#most, this.#tokens + this.#perCall);
  }

  take(): boolean {
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
