import type { Abandonment } from '../domain/place-order.ts';
import type { Ports } from '../ports.ts';
import type { PlaceOrderSaga } from '../sagas/place-order.ts';

/** How long to wait for a checkout that is just about to pause, or to end. */
const WAIT_MS = 5_000;

/**
 * Ends an order that waits for its buyer to confirm the payment. One that was confirmed at the last moment goes through
 * instead: its outcome is `done`.
 */
export const abandonOrder =
  ({ sagas }: Pick<Ports, 'sagas'>, saga: PlaceOrderSaga) =>
  async (orderId: string, abandoned: Abandonment) => {
    const outcome = await sagas.resume(saga, orderId, (state) => ({ ...state, abandoned }), WAIT_MS);
    return outcome?.kind === 'retrying' ? sagas.settled(saga, orderId, WAIT_MS) : outcome;
  };
