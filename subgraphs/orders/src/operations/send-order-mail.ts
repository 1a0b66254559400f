import { toDecimal } from '@cartograph/kernel/money';
import type { Ports } from '../ports.ts';
import { OURSELVES } from './capture-payment.ts';

/** Tells the buyer by mail how their order is; once per order and template. */
export const sendOrderMail =
  ({ orders, messages }: Pick<Ports, 'orders' | 'messages'>) =>
  async (orderId: string, template: string): Promise<void> => {
    const [[order], lines] = await Promise.all([
      orders.findByIds(OURSELVES, [orderId]),
      orders.linesByOrderIds(OURSELVES, [orderId]),
    ]);
    if (!order) return;
    await messages.send({
      key: `${orderId}:${template}`,
      template,
      to: order.email,
      customerId: order.buyerId.startsWith('Customer:') ? order.buyerId : null,
      locale: order.locale,
      data: {
        orderId,
        number: order.number,
        name: order.shippingAddress?.name ?? order.billingAddress?.name ?? null,
        currencyCode: order.currency,
        lines: lines.map(({ productTitle, title, sku, quantity, unitPrice, total }) => ({
          title: title && title !== productTitle ? `${productTitle} – ${title}` : productTitle,
          sku,
          quantity,
          unitPrice: toDecimal(unitPrice),
          total: toDecimal(total),
        })),
        subtotal: toDecimal(order.subtotal),
        discountTotal: toDecimal(order.discountTotal),
        shippingTotal: toDecimal(order.shippingTotal),
        taxTotal: toDecimal(order.taxTotal),
        total: toDecimal(order.total),
        shippingAddress: order.shippingAddress,
        shippingMethod: order.shippingMethodName,
        reason: order.cancellation?.reason ?? null,
      },
    });
  };
