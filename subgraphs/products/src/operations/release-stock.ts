import { badInput } from '@cartograph/kernel/errors';
import type { Ports } from '../ports.ts';
import { MAX_ID } from './hold-stock.ts';

/** Gives back what an order holds, for good: a hold of it that arrives later is refused. False once it is sold. */
export const releaseStock =
  ({ holds }: Ports) =>
  async (orderId: string): Promise<boolean> => {
    // An id is remembered even when nothing was held for it, so it has to look like one.
    if (orderId.length < 1 || orderId.length > MAX_ID) throw badInput('"orderId" is not the id of an order.');
    return holds.release(orderId);
  };
