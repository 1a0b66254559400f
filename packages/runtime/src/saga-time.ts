import { setTimeout } from 'node:timers/promises';

/** Time and chance as sagas know them; tests put their own in place. */
export interface SagaTime {
  /** In milliseconds, from any beginning. */
  now(): number;
  /** Resolves early when the signal is given. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** From 0 up to 1. */
  random(): number;
}

export const SYSTEM_TIME: SagaTime = {
  now: () => performance.now(),
  sleep: (ms, signal) => setTimeout(ms, undefined, { signal }).catch(() => {}),
  random: Math.random,
};
