import { toMoneyOutput } from '@cartograph/kernel/money';
import type { Order, OrderLine } from '../domain/order.ts';
import { OURSELVES } from '../domain/ourselves.ts';
import { mailedEvent } from '../domain/timeline-events.ts';
import type { Ports } from '../ports.ts';
import { newsOfOrder } from './tell-channel.ts';

/** What was bought, as the buyer knows it. */
export const titleOf = ({ productTitle, title }: Pick<OrderLine, 'productTitle' | 'title'>): string =>
  title && title !== productTitle ? `${productTitle}, ${title}` : productTitle;

/** To whom a mail about the order goes. */
export const recipientOf = ({ email, buyerId, locale }: Order) => ({
  to: email,
  customerId: buyerId.startsWith('Customer:') ? buyerId : null,
  locale,
});

/** What every mail about the order says of it. */
export const headOf = ({ id, number, shippingAddress, billingAddress }: Order) => ({
  orderId: id,
  orderNumber: number,
  name: shippingAddress?.name ?? billingAddress?.name ?? null,
});

/** Tells the buyer by mail how their order is, or the channel that writes to them; once per order and template. */
export const sendOrderMail =
  ({
    orders,
    messages,
    timeline,
    channelMessages,
  }: Pick<Ports, 'orders' | 'messages' | 'timeline' | 'channelMessages'>) =>
  async (orderId: string, template: string): Promise<void> => {
    const [[order], lines] = await Promise.all([
      orders.findByIds(OURSELVES, [orderId]),
      orders.linesByOrderIds(OURSELVES, [orderId]),
    ]);
    if (!order) return;
    if (order.channel) {
      const news = newsOfOrder(order, order.channel, template);
      return news ? channelMessages.queue(news) : undefined;
    }
    await messages.send({
      key: `${orderId}:${template}`,
      template,
      ...recipientOf(order),
      data: {
        ...headOf(order),
        lines: lines.map(({ sku, quantity, unitPrice, total, ...line }) => ({
          title: titleOf(line),
          sku,
          quantity,
          unitPrice: toMoneyOutput(unitPrice),
          total: toMoneyOutput(total),
        })),
        subtotal: toMoneyOutput(order.subtotal),
        discount: order.discountTotal.minor > 0 ? toMoneyOutput(order.discountTotal) : null,
        shipping: toMoneyOutput(order.shippingTotal),
        tax: toMoneyOutput(order.taxTotal),
        total: toMoneyOutput(order.total),
        shippingAddress: order.shippingAddress,
        shippingMethod: order.shippingMethodName,
        reason: order.cancellation?.reason ?? null,
        // Nothing was taken of an order that was never confirmed.
        refund: order.cancellation && order.confirmedAt ? toMoneyOutput(order.total) : null,
      },
    });
    await timeline.tell([mailedEvent(orderId, `mail:${template}`, template)]);
  };
