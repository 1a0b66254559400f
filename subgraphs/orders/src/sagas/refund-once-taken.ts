import type { RefundAnswer, RefundRequest } from '../domain/payment.ts';
import type { Ports } from '../ports.ts';

/** A refusal is final, so nothing is asked back that is only being taken: in a moment it can be given back. */
export async function refundOnceTaken(
  { orders, payments }: Pick<Ports, 'orders' | 'payments'>,
  request: RefundRequest,
): Promise<RefundAnswer> {
  if (await orders.awaitsCapture(request.orderId))
    throw new Error(`the payment of ${request.orderId} is still being taken`);
  return payments.refund(request);
}
