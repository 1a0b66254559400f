import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { underWay } from './check.ts';
import type { World } from './world/world.ts';

/** Waits until nothing is under way; gives how long that took, or null when it took longer than `withinMs`. */
export async function rest(db: pg.Client, { couriers, history }: World, withinMs: number): Promise<number | null> {
  const began = performance.now();
  let seen: string | undefined;
  do {
    await Promise.all(couriers.map((courier) => courier.idle()));
    const rules = await underWay(db);
    if (rules.length === 0) return Math.round(performance.now() - began);
    if (rules.join() !== seen) history.note('under way', { rules });
    seen = rules.join();
    await sleep(200);
  } while (performance.now() - began < withinMs);
  return null;
}
