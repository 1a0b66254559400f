import { codeOf } from '@cartograph/kernel/errors';
import type { Ports } from '../ports.ts';

/**
 * Holds the goods of orders whose buyers are at their bank for another while. What is gone already is left to the
 * order's confirmation, which refuses it; and an order that was let go of meanwhile holds nothing again.
 */
export const renewHolds =
  ({ checkouts, stock }: Pick<Ports, 'checkouts' | 'stock'>, holdSeconds: number) =>
  async (): Promise<void> => {
    const failures: unknown[] = [];
    for (let after = ''; ; ) {
      const orders = await checkouts.awaitingLines(after);
      for (const { orderId, lines } of orders) {
        // One order that gets no answer must not keep the others from being renewed.
        await stock.hold(orderId, lines, holdSeconds).catch((error: unknown) => {
          if (codeOf(error) !== 'CONFLICT') failures.push(error);
        });
        after = orderId;
      }
      if (orders.length === 0) break;
    }
    if (failures.length > 0) throw new AggregateError(failures, 'some holds were not renewed');
  };
