export type BreakerState = 'closed' | 'half-open' | 'open';

/** Answered by `admit` when no call may go. */
export const REFUSED = -1;

/**
 * Keeps calls away from a replica after too many failures in a row. What it was told about calls from before its last
 * turn is ignored: the last timeouts of a black hole must not close the door on a replica that is back.
 */
export class Breaker {
  readonly #limit: number;
  readonly #turned: (state: BreakerState) => void;
  #state: BreakerState = 'closed';
  #epoch = 0;
  #failures = 0;
  #trials = 0;

  constructor(limit: number, turned: (state: BreakerState) => void) {
    this.#limit = limit;
    this.#turned = turned;
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** Whether a call could go now. */
  get admits(): boolean {
    return this.#state === 'closed' || (this.#state === 'half-open' && this.#trials < this.#limit);
  }

  /** Lets a call go and gives the number to report it under, or `REFUSED`. */
  admit(): number {
    if (!this.admits) return REFUSED;
    if (this.#state === 'half-open') this.#trials += 1;
    return this.#epoch;
  }

  succeeded(epoch: number): void {
    if (epoch !== this.#epoch) return;
    this.#failures = 0;
    if (this.#state === 'half-open') this.#turn('closed');
  }

  failed(epoch: number, weight: number): void {
    if (epoch !== this.#epoch) return;
    this.#failures += weight;
    if (this.#failures >= this.#limit) this.#turn('open');
    else this.left(epoch);
  }

  /** A call ended without saying anything about the replica. */
  left(epoch: number): void {
    if (epoch === this.#epoch && this.#state === 'half-open') this.#trials -= 1;
  }

  /** A probe was answered: a few calls may try, and the first of them decides. */
  probed(): void {
    if (this.#state !== 'open') return;
    this.#turn('half-open');
    this.#failures = this.#limit - 1;
    this.#trials = 0;
  }

  #turn(state: BreakerState): void {
    this.#state = state;
    this.#epoch += 1;
    this.#failures = 0;
    this.#turned(state);
  }
}
