import type { PlaceOrderOptions } from './place-order.ts';
import { abandonOrder } from './abandon-order.ts';

/** Cancels the orders whose buyers never confirmed their payment. Returns how many were waiting too long. */
export const expirePayments =
  ({ ports, saga }: PlaceOrderOptions, paymentSeconds: number) =>
  async (): Promise<number> => {
    const since = new Date(ports.clock().getTime() - paymentSeconds * 1000);
    const ids = await ports.checkouts.awaitingSince(since);
    const reason = 'The payment was not confirmed in time.';
    for (const id of ids) await abandonOrder(ports, saga)(id, { by: 'SYSTEM', reason });
    return ids.length;
  };
