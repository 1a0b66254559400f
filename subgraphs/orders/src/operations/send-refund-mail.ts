import { toMoneyOutput } from '@cartograph/kernel/money';
import type { NewOrderEvent } from '../domain/order-event.ts';
import { OURSELVES } from '../domain/ourselves.ts';
import { mailedEvent } from '../domain/timeline-events.ts';
import type { IssuedRefund } from '../ports/order-news.ts';
import type { Ports } from '../ports.ts';
import { headOf, recipientOf } from './send-order-mail.ts';

/** Tells the buyer by mail that money was sent back to them; once per refund. */
export const sendRefundMail =
  ({ orders, messages }: Pick<Ports, 'orders' | 'messages'>) =>
  async ({ orderId, refundId, amount, reason }: IssuedRefund): Promise<readonly NewOrderEvent[]> => {
    const [order] = await orders.findByIds(OURSELVES, [orderId]);
    // A channel writes to its buyers itself, and has heard of the return or the cancellation.
    if (!order || order.channel) return [];
    await messages.send({
      key: `${refundId}:refund-issued`,
      template: 'refund-issued',
      ...recipientOf(order),
      data: { ...headOf(order), refund: toMoneyOutput(amount), reason },
    });
    return [mailedEvent(orderId, `mail:${refundId}`, 'refund-issued')];
  };
