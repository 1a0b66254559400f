import type { LeavesOut } from '@cartograph/kernel/saga';
import type { NewOrderEvent } from '../domain/order-event.ts';

/** The end of a step that insists until it is done; once staff have left it out, what still fails is left for people. */
export async function insist(
  { leftOut }: LeavesOut,
  step: string,
  left: NewOrderEvent,
  work: () => Promise<readonly NewOrderEvent[]>,
): Promise<readonly NewOrderEvent[]> {
  try {
    return await work();
  } catch (error) {
    if (leftOut?.includes(step)) return [left];
    throw error;
  }
}

/** The same for what undoes a step: the timeline has told already that it was given up. */
export async function insistOnUndoing({ leftOut }: LeavesOut, step: string, work: () => Promise<void>): Promise<void> {
  if (!leftOut?.includes(step)) return work();
  await work().catch(() => {});
}
