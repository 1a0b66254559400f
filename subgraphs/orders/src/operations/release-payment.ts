import type { Ports } from '../ports.ts';

/** All of an order has left and was taken: what is still reserved for it, whatever has left it over, is let go. */
export const releasePayment =
  ({ payments }: Pick<Ports, 'payments'>) =>
  async (orderId: string): Promise<void> => {
    if (!(await payments.release(orderId, `${orderId}:release`, null)))
      throw new Error(`what is left of the payment of ${orderId} was not let go`);
  };
