import { toMoneyOutput } from '@cartograph/kernel/money';
import type { NewOrderEvent } from '../domain/order-event.ts';
import { OURSELVES } from '../domain/ourselves.ts';
import { mailedEvent } from '../domain/timeline-events.ts';
import type { Ports } from '../ports.ts';
import { headOf, recipientOf, titleOf } from './send-order-mail.ts';
import { newsOfReturn } from './tell-channel.ts';

type Used = Pick<Ports, 'orders' | 'returns' | 'messages' | 'channelMessages'>;

/** Tells the buyer by mail, or their channel, that the goods have arrived and what they get back; once per return. */
export const sendReturnMail =
  ({ orders, returns, messages, channelMessages }: Used) =>
  async (returnId: string, owed: number): Promise<readonly NewOrderEvent[]> => {
    const [found] = await returns.findByIds(OURSELVES, [returnId]);
    if (!found) return [];
    const [[order], lines] = await Promise.all([
      orders.findByIds(OURSELVES, [found.orderId]),
      orders.linesByOrderIds(OURSELVES, [found.orderId]),
    ]);
    if (!order) return [];
    if (order.channel) {
      const all = await returns.listByOrderIds(OURSELVES, [order.id]);
      const news = newsOfReturn(order, order.channel, found, { lines, returns: all });
      if (news) await channelMessages.queue(news);
      return [];
    }
    // What pays for something else is not given back.
    const given = found.refundAmount && {
      ...found.refundAmount,
      minor: found.refundAmount.minor - found.creditAmount.minor - owed,
    };
    await messages.send({
      key: `${returnId}:return-received`,
      template: 'return-received',
      ...recipientOf(order),
      data: {
        ...headOf(order),
        returnNumber: found.number,
        lines: found.lines.flatMap(({ orderLineId, received }) => {
          const line = lines.find(({ id }) => id === orderLineId);
          const quantity = received ? received.resaleable + received.damaged : 0;
          return line && quantity > 0 ? [{ title: titleOf(line), sku: line.sku, quantity }] : [];
        }),
        refund: given && given.minor > 0 ? toMoneyOutput(given) : null,
      },
    });
    return [mailedEvent(order.id, `mail:${returnId}`, 'return-received')];
  };
