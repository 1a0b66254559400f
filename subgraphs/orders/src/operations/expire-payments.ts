import { abandonOrder } from './abandon-order.ts';
import type { PlaceOrderOptions } from './place-order.ts';

/** Cancels the orders whose buyers never confirmed their payment. */
export const expirePayments =
  ({ ports, saga }: PlaceOrderOptions, paymentSeconds: number) =>
  async (): Promise<void> => {
    const now = ports.clock();
    const since = new Date(now.getTime() - paymentSeconds * 1000);
    const ids = await ports.checkouts.awaitingSince(since, now);
    const reason = 'The payment was not confirmed in time.';
    for (const id of ids) await abandonOrder(ports, saga)(id, { by: 'SYSTEM', reason });
  };
