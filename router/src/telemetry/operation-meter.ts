import { Durations } from './durations.ts';
import { WindowedCount } from './windowed-count.ts';

/** `failed`: there is no data at all, or nobody knows why. */
export type Outcome = 'ok' | 'partial' | 'failed' | 'refused';

/** What became of requests that did not go well, by outcome and code. */
export interface OutcomeCount {
  readonly outcome: Outcome;
  readonly code: string;
  times: number;
}

/** The requests for one operation. Its fields are counted up directly: it is looked up once and then stays. */
export class OperationMeter {
  readonly name: string;
  readonly kind: string;
  readonly durations = new Durations();
  /** Without any error; all others are in `others`. */
  readonly ok = new WindowedCount();
  readonly others = new Map<string, OutcomeCount>();
  readonly errors = new WindowedCount();
  /** `performance.now()` of the last request. */
  usedAt = 0;
  /** Its name has been given to another operation. */
  retired = false;

  constructor(name: string, kind: string) {
    this.name = name;
    this.kind = kind;
  }

  count(outcome: Outcome, code: string, times = 1): void {
    if (outcome === 'ok') {
      this.ok.add(times);
      return;
    }
    this.errors.add(times);
    const key = `${outcome} ${code}`;
    const known = this.others.get(key);
    if (known) known.times += times;
    else this.others.set(key, { outcome, code, times });
  }

  rotate(): void {
    this.durations.rotate();
    this.ok.rotate();
    this.errors.rotate();
  }

  absorb(other: OperationMeter): void {
    this.durations.absorb(other.durations);
    this.count('ok', '', other.ok.total);
    for (const { outcome, code, times } of other.others.values()) this.count(outcome, code, times);
  }
}
