import { type Money, money } from '@cartograph/kernel/money';
import type { CheckoutRequest, PricedCheckout } from './checkout.ts';
import { toDestination } from './destination.ts';
import { toOrderLine } from './new-order.ts';
import type { NewOrder, Order } from './order.ts';

/** What is added to an order is priced as of today, with the promotions of today and without codes. */
export const toFollowUpRequest = (order: Order, lines: CheckoutRequest['lines']): CheckoutRequest => ({
  lines,
  currency: order.currency,
  destination: order.shippingAddress && toDestination(order.shippingAddress),
  shippingMethodId: null,
  codes: [],
  buyerId: order.buyerId,
});

interface Made {
  readonly order: Order;
  readonly checkout: PricedCheckout;
  /** What of the order before pays for this one. */
  readonly credit: Money;
  readonly id: string;
  readonly number: string;
  readonly newLineId: () => string;
  /** When the buyer has to have paid what is left to pay. */
  readonly payBy: Date;
}

/** An order that goes the way of the one before it, to the same buyer, and is sent for nothing. */
export const toFollowUp = ({ order, checkout, credit, id, number, newLineId, payBy }: Made): NewOrder => ({
  ...{ id, number, payBy, credit },
  parentId: order.id,
  channel: null,
  buyerId: order.buyerId,
  cartId: null,
  currency: order.currency,
  pricesIncludeTax: checkout.pricesIncludeTax,
  subtotal: checkout.subtotal,
  discountTotal: checkout.discountTotal,
  shippingTotal: money(0, order.currency),
  taxTotal: checkout.taxTotal,
  total: checkout.total,
  discounts: checkout.discounts,
  taxLines: checkout.taxLines,
  email: order.email,
  locale: order.locale,
  note: null,
  shippingAddress: checkout.requiresShipping ? order.shippingAddress : null,
  billingAddress: order.billingAddress,
  shippingMethodId: checkout.requiresShipping ? order.shippingMethodId : null,
  shippingMethodName: checkout.requiresShipping ? order.shippingMethodName : null,
  weightGrams: checkout.weightGrams,
  lines: checkout.lines.map((line) => toOrderLine(id, newLineId(), line)),
});
