import { Unavailable } from '@cartograph/kernel/errors';
import { paymentNews } from '../domain/news.ts';
import { type AdoptedPayment, adoptedEvents } from '../domain/timeline-events.ts';
import type { PlaceOrderOptions } from './place-order.ts';

export interface PaymentNews {
  readonly orderId: string;
  readonly paymentId: string;
  readonly status: string;
  readonly eventId: string;
  /** What staff adopted from the provider's books; null when it has changed otherwise. */
  readonly adopted: AdoptedPayment | null;
}

/** How long a webhook waits for the checkout that it overtook: the payment's answer may still be on its way. */
const WAIT_MS = 4_000;

/** Payments tells that a payment has changed: an order that waits for it goes on. False when the event was known. */
export const paymentChanged =
  ({ ports, saga }: PlaceOrderOptions) =>
  async (news: PaymentNews): Promise<boolean> => {
    const { orderId, status, eventId } = news;
    let outcome = await ports.sagas.settled(saga, orderId, WAIT_MS);
    if (!outcome) return false;
    if (outcome.kind === 'paused') outcome = await ports.sagas.resume(saga, orderId, (state) => state, WAIT_MS);
    // Not yet at rest, it could still pause without knowing of this: payments tells it again later.
    else if (outcome.kind === 'retrying') throw new Unavailable('orders');
    return ports.orderNews.paymentChanged(eventId, orderId, paymentNews(status), adoptedEvents(news));
  };
