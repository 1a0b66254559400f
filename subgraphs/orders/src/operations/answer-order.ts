import type { SagaOutcome } from '@cartograph/kernel/saga';
import type { Viewer } from '@cartograph/kernel/viewer';
import { timeLeft } from '@cartograph/runtime/current-request';
import type { OrderWithLines } from '../domain/order.ts';
import type { PlacedOrder, RememberedRefusal, StillWorking } from '../domain/place-order.ts';
import type { Ports } from '../ports.ts';
import type { PlaceOrderSaga, PlaceOrderState } from '../sagas/place-order.ts';

/** What is left of the caller's time must do for sending the answer: "still working" is better than no answer. */
const ANSWER_MS = 250;

/** Until when a request waits for a saga, by `performance.now()`. */
export const waitUntil = (deadlineMs: number): number =>
  performance.now() + Math.min(deadlineMs, Math.max(0, timeLeft() - ANSWER_MS));

export type CheckoutOutcome = SagaOutcome<PlaceOrderState, RememberedRefusal>;

/** After this long a waiting request looks whether its order has become the buyer's, though its saga still works. */
const LOOK_AGAIN_MS = 1_000;

export const stillWorking: StillWorking = { kind: 'StillWorking', retryAfterMilliseconds: 1_000 };

interface Asked {
  readonly viewer: Viewer;
  readonly orderId: string;
  readonly replayed: boolean;
  /** By `performance.now()`. */
  readonly deadline: number;
}

/** How a checkout stands, for whoever waits for it: its end, or "still working" when that takes too long. */
export const answerOrder =
  ({ orders, sagas }: Pick<Ports, 'orders' | 'sagas'>, saga: PlaceOrderSaga) =>
  async (asked: Asked, first: CheckoutOutcome): Promise<PlacedOrder | RememberedRefusal | StillWorking> => {
    const { viewer, orderId, replayed, deadline } = asked;
    for (let outcome = first; ; ) {
      if (outcome.kind === 'refused') return outcome.refusal;
      const [found] = await orders.findWithLines(viewer, [orderId]);
      if (!found) throw new Error(`order ${orderId} is not its buyer's`);
      // It waits for its buyer, who has not paid it with this request.
      if (outcome.kind === 'paused' && !outcome.state.action) return stillWorking;
      const placed = toPlaced(found, outcome, replayed);
      if (placed) return placed;
      const left = deadline - performance.now();
      if (left <= 0) return stillWorking;
      outcome = (await sagas.settled(saga, orderId, Math.min(left, LOOK_AGAIN_MS))) ?? outcome;
    }
  };

function toPlaced({ order, lines }: OrderWithLines, outcome: CheckoutOutcome, replayed: boolean): PlacedOrder | null {
  const { kind, state } = outcome;
  // Cancelled while it waited for its payment, it has never been the buyer's.
  if (kind === 'done' || order.confirmedAt !== null) return { kind: 'PlaceOrderSuccess', order, lines, replayed };
  if (kind === 'paused' && state.action) return { kind: 'PaymentActionRequired', order, lines, ...state.action };
  return null;
}
