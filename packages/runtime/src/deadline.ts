/** How many milliseconds a caller still waits for its answer: work that takes longer is for nobody. */
export const DEADLINE_HEADER = 'x-deadline-ms';

/**
 * When a caller that says how long it waits, beginning at `since`, will wait no more. Without end where it says nothing that
 * can be read: nothing is refused for that.
 */
export function deadlineOf(header: unknown, since: number): number {
  return typeof header === 'string' && /^\d{1,9}$/.test(header) ? since + Number(header) : Number.POSITIVE_INFINITY;
}

/** What `AbortSignal.timeout` aborts with. */
export const timeoutError = (): Error => new DOMException('The operation was aborted due to timeout', 'TimeoutError');

/**
 * Gives `work` a signal that aborts after `ms` with a `TimeoutError`. `AbortSignal.timeout` does that too, but its timer
 * goes on after the work is done, and then makes an error with a stack for nobody: a seventh of an order's CPU.
 */
export async function withDeadline<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(timeoutError()), ms);
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
  }
}
