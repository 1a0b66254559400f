import type { Viewer } from '@cartograph/kernel/viewer';
import type { Order } from '../domain/order.ts';
import { invalidInput, notFound } from '../domain/outcome.ts';
import type { CompletePaymentOutcome } from '../domain/place-order.ts';
import { readKey } from '../domain/read-place-order.ts';
import { createInputReader } from '../domain/text-input.ts';
import type { Key } from '../ports.ts';
import { answerOrder, waitUntil } from './answer-order.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { PlaceOrderOptions } from './place-order.ts';

export interface CompletePaymentInput {
  readonly orderId: string;
  readonly idempotencyKey?: string | null | undefined;
}

/** The buyer has been to their bank: asks how the payment stands, and goes on with the order. */
export const completePayment =
  ({ ports, saga, deadlineMs }: PlaceOrderOptions) =>
  async (viewer: Viewer, { orderId, idempotencyKey }: CompletePaymentInput): Promise<CompletePaymentOutcome> => {
    const deadline = waitUntil(deadlineMs);
    const read = createInputReader();
    const key = idempotencyKey == null ? null : readKey(read, idempotencyKey);
    if (read.issues.length > 0) return invalidInput(read.issues);
    const [order] = await ports.orders.findByIds(viewer, [orderId]);
    if (!order) return notFound('There is no such order.');
    // The order is completed once, whatever is sent; the key only makes sure that it is not meant for another one.
    if (key !== null && !(await ports.keys.claim(toKey(viewer, order, key), orderId)))
      return { kind: 'IdempotencyKeyReused' };
    const outcome = await ports.sagas.resume(saga, orderId, (state) => state, deadline - performance.now());
    if (!outcome) return notFound('There is no such order.');
    return answerOrder(ports, saga)({ viewer, orderId, replayed: !outcome.woke, deadline }, outcome);
  };

const toKey = (viewer: Viewer, { id, buyerId }: Order, key: string): Key => ({
  buyerId: viewer.kind === 'staff' ? viewer.staffId : buyerId,
  operation: 'completePayment',
  key,
  fingerprint: fingerprintOf([id]),
});
