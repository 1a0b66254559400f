import { OURSELVES } from '../domain/ourselves.ts';
import type { Ports } from '../ports.ts';

/** Takes the money of an order that was confirmed. */
export const capturePayment =
  ({ orders, payments }: Pick<Ports, 'orders' | 'payments'>) =>
  async (orderId: string): Promise<void> => {
    const [order] = await orders.findByIds(OURSELVES, [orderId]);
    // Cancelled meanwhile: nothing is left to take. An order of nothing was never charged.
    if (!order || order.status === 'CANCELLING' || order.status === 'CANCELLED' || order.total.minor === 0) return;
    if (await payments.capture(orderId, `${orderId}:capture`)) return;
    throw new Error(`the payment of ${orderId} was not captured`);
  };
