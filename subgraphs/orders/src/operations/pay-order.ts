import type { Viewer } from '@cartograph/kernel/viewer';
import { invalidInput, notFound } from '../domain/outcome.ts';
import type { PayOrderOutcome } from '../domain/place-order.ts';
import { type PayOrderInput, readPayOrder } from '../domain/read-place-order.ts';
import type { PlaceOrderState } from '../sagas/place-order.ts';
import { answerOrder, waitUntil } from './answer-order.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { PlaceOrderOptions } from './place-order.ts';

/** Pays what an order still costs that follows another. Once per key; after a decline another key tries anew. */
export const payOrder =
  ({ ports, saga, deadlineMs }: PlaceOrderOptions) =>
  async (viewer: Viewer, input: PayOrderInput): Promise<PayOrderOutcome> => {
    const asked = readPayOrder(input);
    if ('kind' in asked) return asked;
    const { key, orderId, payment } = asked;
    const deadline = waitUntil(deadlineMs);
    const [order] = await ports.orders.findByIds(viewer, [orderId]);
    if (!order) return notFound('There is no such order.');
    const fingerprint = fingerprintOf(payment);
    const now = await ports.sagas.settled(saga, orderId, 0);
    if (!now?.state.followUp)
      return order.parentId === null ? invalidInput([NOT_OWED]) : notFound('There is no such order.');
    if (isReused(now.state, key, fingerprint)) return { kind: 'IdempotencyKeyReused' };
    if (now.state.followUp.exchange?.credit === null) return invalidInput([NOT_YET]);
    let isNew = false;
    const ask = (state: PlaceOrderState): PlaceOrderState => {
      if (!state.followUp || !waits(state) || key in state.followUp.declines) return state;
      isNew = true;
      return { ...state, payment, followUp: { ...state.followUp, asked: { key, fingerprint } } };
    };
    const resumed = await ports.sagas.resume(saga, orderId, ask, deadlineMs);
    const outcome =
      resumed?.kind === 'retrying' ? await ports.sagas.settled(saga, orderId, deadline - performance.now()) : resumed;
    if (!resumed || !outcome) return notFound('There is no such order.');
    const { state } = outcome;
    if (isReused(state, key, fingerprint)) return { kind: 'IdempotencyKeyReused' };
    const declined = state.followUp?.declines[key];
    if (declined) return { kind: 'PaymentDeclined', reason: declined.reason, message: declined.message };
    const replayed = !(resumed.woke && isNew);
    return answerOrder(ports, saga)({ viewer, orderId, replayed, deadline }, outcome);
  };

const NOT_OWED = { path: ['orderId'], message: 'This order was paid when it was placed.' };

const NOT_YET = {
  path: ['orderId'],
  message: 'It waits for the goods that it takes the place of. What is to be paid is known when they have arrived.',
};

/** Nobody is paying it at this moment. */
const waits = ({ payment, action, abandoned, followUp }: PlaceOrderState): boolean =>
  payment === null && action === null && abandoned === null && followUp?.exchange?.credit !== null;

function isReused({ followUp }: PlaceOrderState, key: string, fingerprint: string): boolean {
  const earlier = followUp?.declines[key] ?? (followUp?.asked?.key === key ? followUp.asked : null);
  return earlier !== null && earlier !== undefined && earlier.fingerprint !== fingerprint;
}
