import type { Ports } from '../ports.ts';

const DAY_MS = 86_400_000;

/** A cart is abandoned after a week without a change, and deleted after 90 days, as is one that was bought. */
export const sweepCarts =
  ({ carts, clock }: Pick<Ports, 'carts' | 'clock'>) =>
  async (): Promise<void> => {
    const now = clock().getTime();
    const times = {
      abandonBefore: new Date(now - 7 * DAY_MS),
      deleteBefore: new Date(now - 90 * DAY_MS),
      forgetKeysBefore: new Date(now - DAY_MS),
    };
    for (;;) {
      const { abandoned, deleted } = await carts.sweep(times);
      if (abandoned + deleted === 0) return;
    }
  };
