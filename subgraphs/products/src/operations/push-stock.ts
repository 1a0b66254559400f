import { createHash } from 'node:crypto';
import { reasonOf } from '@cartograph/kernel/errors';
import { isSurprising } from '../domain/stock-conflict.ts';
import type { StockPush, StockPushes, WarehouseSystem } from '../ports/warehouse-system.ts';
import { REFUSED_MS, retryPause } from './push-pauses.ts';

interface Used {
  readonly pushes: StockPushes;
  readonly systems: readonly WarehouseSystem[];
}

const BATCH = 20;
/** What nobody told us of is found by looking. */
const CHECK_MS = 6 * 3_600_000;
/** How often somebody else's change is met in one push. */
const ATTEMPTS = 3;

/** Tells other systems what can be sold, and finds what they count otherwise. Safe on several processes at once. */
export const pushStock =
  ({ pushes, systems }: Used) =>
  async (): Promise<void> => {
    for (const system of systems) {
      let taken: readonly StockPush[];
      do {
        taken = await pushes.claim(system.name, BATCH);
        const ended = await Promise.allSettled(taken.map((push) => pushOne(pushes, system, push)));
        // A system that is down is not asked about all the rest as well.
        if (taken.length > 0 && ended.every(({ status }) => status === 'rejected')) break;
      } while (taken.length === BATCH);
    }
  };

async function pushOne(pushes: StockPushes, system: WarehouseSystem, push: StockPush): Promise<void> {
  try {
    await bring(pushes, system, push);
  } catch (error) {
    await pushes.failed(push, reasonOf(error), retryPause(push.failures));
    throw error;
  }
}

async function bring(pushes: StockPushes, system: WarehouseSystem, push: StockPush): Promise<void> {
  const { location, wanted } = push;
  const item = push.item ?? (await system.findItem(push.sku));
  if (item === null)
    return giveUp({ kind: 'UNKNOWN_ITEM', found: null, message: `It has no one item with the SKU ${push.sku}.` });
  let there = push.isCheck || push.known === null ? await look(push.known) : push.known;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (there === wanted) return pushes.done(push, item, CHECK_MS);
    await pushes.attempt(push, item, there);
    const outcome = await system.set({ key: keyOf(push, there), item, location, from: there, to: wanted });
    if (outcome.kind === 'set') return pushes.done(push, item, CHECK_MS);
    if (outcome.kind === 'refused') return giveUp({ kind: 'REFUSED', found: there, message: outcome.reason });
    there = await look(there);
  }
  throw new Error(`${push.variantId} is changed at ${system.name} faster than it can be set`);

  /** What it counts, which is listed when it is not our doing. */
  async function look(known: number | null): Promise<number | null> {
    const found = await system.count(item as string, location);
    if (isSurprising(found, { known, attempted: push.attempted, wanted }))
      await pushes.found(push, {
        ...{ kind: 'COUNT_CHANGED', expected: known, found },
        message: `It was ${found === null ? 'no longer stocked there' : `changed to ${found}`}, and is ours again.`,
      });
    return found;
  }

  async function giveUp(conflict: Pick<Parameters<StockPushes['found']>[1], 'kind' | 'found' | 'message'>) {
    await pushes.found(push, { ...conflict, expected: push.known });
    await pushes.failed(push, conflict.message, REFUSED_MS, true);
  }
}

/**
 * One try has one key, however often it is sent. The next try has another: in between somebody may have set the count
 * back, and an answer from memory would hide that.
 */
function keyOf({ variantId, warehouseId, version, hints, failures, wanted }: StockPush, from: number | null): string {
  const said = [variantId, warehouseId, version, hints, failures, from, wanted];
  const hex = createHash('sha256').update(JSON.stringify(said)).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
