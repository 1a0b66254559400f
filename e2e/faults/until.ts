import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until something holds; rejects in words when it takes longer than `withinMs`. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  withinMs: number,
  what: string,
  everyMs = 50,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`waited ${withinMs} ms in vain for ${what}`);
    await sleep(everyMs);
  }
}
