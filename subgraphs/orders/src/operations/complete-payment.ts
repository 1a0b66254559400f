import type { Viewer } from '@cartograph/kernel/viewer';
import { notFound } from '../domain/outcome.ts';
import type { CompletePaymentOutcome } from '../domain/place-order.ts';
import { answerOrder, waitUntil } from './answer-order.ts';
import type { PlaceOrderOptions } from './place-order.ts';

/** The buyer has been to their bank: asks how the payment stands, and goes on with the order. */
export const completePayment =
  ({ ports, saga, deadlineMs }: PlaceOrderOptions) =>
  async (viewer: Viewer, orderId: string): Promise<CompletePaymentOutcome> => {
    const deadline = waitUntil(deadlineMs);
    const [order] = await ports.orders.findByIds(viewer, [orderId]);
    const outcome = order && (await ports.sagas.resume(saga, orderId, (state) => state, deadline - performance.now()));
    if (!order || !outcome) return notFound('There is no such order.');
    const replayed = order.status !== 'PENDING' && order.status !== 'AWAITING_PAYMENT';
    return answerOrder(ports, saga)({ viewer, orderId, replayed, deadline }, outcome);
  };
