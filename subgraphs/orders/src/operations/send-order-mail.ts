import { add, type Money, subtract, toMoneyOutput, zero } from '@cartograph/kernel/money';
import type { Order, OrderLine } from '../domain/order.ts';
import { appliedOf, leftAfter } from '../domain/order-edit.ts';
import { OURSELVES } from '../domain/ourselves.ts';
import type { PayingOrder } from '../domain/payment.ts';
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

type MailPorts = Pick<Ports, 'edits' | 'messages' | 'timeline' | 'shopLink' | 'channelMessages'>;

/**
 * What has gone back when the order is cancelled: what its edits have left of it. Nothing was taken of an order that was never
 * confirmed; of one whose money is taken when it is sent, only what the order before it has paid.
 */
async function givenBack(
  { edits }: MailPorts,
  { id, total, credit, confirmedAt }: Order,
  capture: 'immediate' | 'on_shipment',
  owedBy: readonly PayingOrder[],
): Promise<Money> {
  if (!confirmedAt) return zero(total.currency);
  const parent = owedBy.includes('parent') ? zero(total.currency) : credit;
  if (capture === 'on_shipment' || owedBy.includes('own')) return parent;
  const left = leftAfter(total, appliedOf(await edits.listByOrderIds(OURSELVES, [id])));
  return add(subtract(left, credit), parent);
}

/** Tells the buyer by mail how their order is, or the channel that writes to them; once per order and template. */
export const sendOrderMail =
  (ports: MailPorts, reader: OrderReader, { capture }: { readonly capture: 'immediate' | 'on_shipment' }) =>
  async (orderId: string, template: string, owedBy: readonly PayingOrder[]): Promise<void> => {
    const { messages, timeline, shopLink } = ports;
    const [order, lines] = await Promise.all([reader.find(orderId), reader.linesOf(orderId)]);
    if (!order) return;
    if (order.channel) {
      const news = newsOfOrder(order, order.channel, template);
      return news ? ports.channelMessages.queue(news) : undefined;
    }
    // Paid, or given up, before the mail went.
    if (template === 'payment-due' && order.status !== 'AWAITING_PAYMENT') return;
    const refund = order.cancellation && (await givenBack(ports, order, capture, owedBy));
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
        refund: refund && refund.minor > 0 ? toMoneyOutput(refund) : null,
        ...(template === 'payment-due' && {
          due: toMoneyOutput(due),
          payBy: order.payBy?.toISOString() ?? null,
          url: shopLink('pay', orderId),
        }),
      },
    });
    await timeline.tell([mailedEvent(orderId, `mail:${template}`, template)]);
  };
