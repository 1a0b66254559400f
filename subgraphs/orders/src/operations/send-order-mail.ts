import { toMoneyOutput } from '@cartograph/kernel/money';
import type { Order, OrderLine } from '../domain/order.ts';
import type { NewOrderEvent } from '../domain/order-event.ts';
import { mailedEvent } from '../domain/timeline-events.ts';
import type { Ports } from '../ports.ts';
import type { OrderReader } from './read-together.ts';
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

type MailPorts = Pick<Ports, 'messages' | 'shopLink' | 'channelMessages'>;

/** Tells the buyer by mail how their order is, or the channel that writes to them; once per order and template. `givenBack`: minor units. */
export const sendOrderMail =
  (ports: MailPorts, reader: OrderReader) =>
  async (orderId: string, template: string, givenBack: number): Promise<readonly NewOrderEvent[]> => {
    const { messages, shopLink } = ports;
    const found = await reader.find(orderId);
    if (!found) return [];
    const { order, lines } = found;
    if (order.channel) {
      const news = newsOfOrder(order, order.channel, template);
      if (news) await ports.channelMessages.queue(news);
      return [];
    }
    // Paid, or given up, before the mail went.
    if (template === 'payment-due' && order.status !== 'AWAITING_PAYMENT') return [];
    const due = { ...order.total, minor: order.total.minor - order.credit.minor };
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
        refund: givenBack > 0 ? toMoneyOutput({ ...order.total, minor: givenBack }) : null,
        ...(template === 'payment-due' && {
          due: toMoneyOutput(due),
          payBy: order.payBy?.toISOString() ?? null,
          url: shopLink('pay', orderId),
        }),
      },
    });
    return [mailedEvent(orderId, `mail:${template}`, template)];
  };
