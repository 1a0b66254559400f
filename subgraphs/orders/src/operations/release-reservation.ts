import { CodedError } from '@cartograph/kernel/errors';
import { money } from '@cartograph/kernel/money';
import type { Viewer } from '@cartograph/kernel/viewer';
import { byOf } from '../domain/order-event.ts';
import { invalidInput, notFound } from '../domain/outcome.ts';
import { readKey } from '../domain/read-place-order.ts';
import type { ReleaseReservationOutcome, ReservationNotReleasable } from '../domain/reservation.ts';
import { createInputReader } from '../domain/text-input.ts';
import { leftOverEvent } from '../domain/timeline-events.ts';
import type { Key, Ports } from '../ports.ts';
import type { CheckoutPolicy } from '../sagas/place-order.ts';
import { fingerprintOf } from './fingerprint.ts';

export interface ReleaseReservationInput {
  readonly orderId: string;
  readonly idempotencyKey: string;
}

type ReleasePorts = Pick<Ports, 'orders' | 'keys' | 'payments' | 'timeline'>;

/**
 * Lets go of what was left over of an order's payment, such as before `releasePayment` did so at the order's end. That nothing
 * will take it is final, so nobody has to be kept away meanwhile; a key that was taken goes on from there.
 */
export const releaseReservation =
  ({ orders, keys, payments, timeline }: ReleasePorts, { capture }: Pick<CheckoutPolicy, 'capture'>) =>
  async (viewer: Viewer, input: ReleaseReservationInput): Promise<ReleaseReservationOutcome> => {
    if (viewer.kind !== 'staff') throw new CodedError('FORBIDDEN');
    const read = createInputReader();
    const name = readKey(read, input.idempotencyKey);
    if (read.issues.length > 0) return invalidInput(read.issues);
    const { orderId } = input;
    const [order] = await orders.findByIds(viewer, [orderId]);
    if (!order) return notFound('There is no such order.');
    const { staffId } = viewer;
    const key: Key = {
      ...{ buyerId: staffId, operation: 'releaseReservation', key: name },
      fingerprint: fingerprintOf([orderId]),
    };
    const isNew = (await keys.find([staffId], key.operation, name)) === null;
    const reason = isNew ? await orders.reservedFor(orderId, capture) : null;
    if (reason) return notReleasable(reason);
    if (!(await keys.claim(key, orderId))) return { kind: 'IdempotencyKeyReused' };
    const releaseKey = `left-over:${fingerprintOf([staffId, name])}`;
    const answer = await payments.release(orderId, releaseKey, null);
    if (!answer) return notReleasable('PAYMENT_OPEN');
    if (answer.released === 0) return notReleasable('NOTHING_RESERVED');
    const released = money(answer.released, order.currency);
    await timeline.tell([leftOverEvent(orderId, releaseKey, released, byOf(viewer))]);
    return { kind: 'ReleaseReservationSuccess', order, released };
  };

const notReleasable = (reason: ReservationNotReleasable['reason']): ReservationNotReleasable => ({
  kind: 'ReservationNotReleasable',
  reason,
});
