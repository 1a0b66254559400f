import { setTimeout as sleep } from 'node:timers/promises';
import { NoAnswer } from './calls.ts';

/** How often a provider lets itself be asked one thing. */
export interface UsagePlan {
  /** Waits until it may be asked. Throws `NoAnswer` where that takes too long. */
  admit(): Promise<void>;
  /** Told of each answer: of its limit, and of a refusal by it, which says that somebody else uses the plan, too. */
  heard(status: number, headers: Headers): void;
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

export interface UsagePlanOptions {
  /** How many a second in the long run, */
  readonly rate: number;
  /** and how many at once after a rest. */
  readonly burst: number;
  /** The header in which the provider says the rate that it grants by now. */
  readonly rateHeader?: string;
  readonly longestWaitMs?: number;
}

/** A bucket of permissions that fills at the plan's rate; who comes to an empty one waits in line. */
export function createUsagePlan({ rate, burst, rateHeader, longestWaitMs = 30_000 }: UsagePlanOptions): UsagePlan {
  let granted = rate;
  let left = burst;
  let filledAt = performance.now();

  function fill(): void {
    const now = performance.now();
    left = Math.min(burst, left + ((now - filledAt) / 1_000) * granted);
    filledAt = now;
  }

  return {
    async admit() {
      fill();
      const waitMs = Math.max(0, ((1 - left) / granted) * 1_000);
      if (waitMs > longestWaitMs)
        throw new NoAnswer('its usage plan is used up', { retryAfterMs: waitMs, hadNoEffect: true });
      // Below zero: the places of those who wait.
      left -= 1;
      if (waitMs > 0) await sleep(waitMs, undefined, { ref: false });
    },
    heard(status, headers) {
      fill();
      const said = Number(rateHeader && headers[rateHeader]);
      if (said > 0) granted = said;
      if (status === 429) left = Math.min(left, 0);
    },
  };
}
