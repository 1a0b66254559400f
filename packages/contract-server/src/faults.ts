import type { Answer } from './check.ts';

/** What a test makes go wrong: before the effect, which then does not happen, or after it, when only its answer is lost. */
export interface Fault {
  /** The contract's name of the operation; any of them without it. */
  readonly operation?: string;
  readonly at: 'before' | 'after';
  /** The connection is cut, no answer ever comes, it comes late, or another one comes, such as a 429. */
  readonly does: 'cut' | 'hang' | { readonly delayMs: number } | Answer;
  /** How often; once without it. */
  readonly times?: number;
}

/** The faults that are planned; each is used up in its turn. */
export function createFaults() {
  const planned: { fault: Fault; left: number }[] = [];
  return {
    add(...faults: readonly Fault[]): void {
      for (const fault of faults) planned.push({ fault, left: fault.times ?? 1 });
    },
    clear(): void {
      planned.length = 0;
    },
    take(operation: string, at: Fault['at']): Fault['does'] | null {
      const index = planned.findIndex(
        ({ fault }) => fault.at === at && (fault.operation === undefined || fault.operation === operation),
      );
      const found = planned[index];
      if (!found) return null;
      found.left -= 1;
      if (found.left === 0) planned.splice(index, 1);
      return found.fault.does;
    },
  };
}

export type Faults = ReturnType<typeof createFaults>;
