import type { Money } from '@cartograph/kernel/money';
import type { OrderChannel } from './channel-order.ts';
import type { AppliedDiscount, DiscountShare, TaxLine } from './checkout.ts';
import type { OrderStatus } from './order-status.ts';
import type { PostalAddress } from './postal-address.ts';

export type OrderActor = 'BUYER' | 'STAFF' | 'SYSTEM';

/** When money is taken: as soon as an order is confirmed, or with each of its shipments. */
export type CapturePolicy = 'immediate' | 'on_shipment';

export interface OrderLine {
  readonly id: string;
  readonly orderId: string;
  readonly variantId: string;
  readonly productId: string;
  readonly productTitle: string;
  readonly title: string;
  readonly sku: string;
  readonly imageUrl: string | null;
  readonly quantity: number;
  readonly unitPrice: Money;
  readonly subtotal: Money;
  readonly discounts: readonly DiscountShare[];
  readonly discountTotal: Money;
  readonly taxLines: readonly TaxLine[];
  readonly taxTotal: Money;
  readonly total: Money;
  readonly requiresShipping: boolean;
}

/** An order and what is in it. */
export interface OrderWithLines {
  readonly order: Order;
  readonly lines: readonly OrderLine[];
}

/** What was bought, as it was called and priced then. */
export interface Order {
  readonly id: string;
  readonly number: string;
  readonly buyerId: string;
  readonly cartId: string | null;
  readonly status: OrderStatus;
  readonly placedAt: Date;
  /** Since when it has its status. */
  readonly statusAt: Date;
  readonly confirmedAt: Date | null;
  /** When its money is taken, as the shop's setting was when it was confirmed. */
  readonly capture?: CapturePolicy;
  readonly currency: string;
  readonly pricesIncludeTax: boolean;
  readonly subtotal: Money;
  readonly discountTotal: Money;
  readonly shippingTotal: Money;
  readonly taxTotal: Money;
  readonly total: Money;
  readonly discounts: readonly AppliedDiscount[];
  readonly taxLines: readonly TaxLine[];
  readonly email: string;
  readonly locale: string;
  readonly note: string | null;
  readonly shippingAddress: PostalAddress | null;
  readonly billingAddress: PostalAddress | null;
  readonly shippingMethodId: string | null;
  readonly shippingMethodName: string | null;
  /** The order that it follows. */
  readonly parentId: string | null;
  /** What of that order's payment pays for this one. */
  readonly credit: Money;
  /** Where it was placed; null when that was here. */
  readonly channel: OrderChannel | null;
  /** Until when the buyer may pay it; null when it is paid as it is placed. */
  readonly payBy: Date | null;
  readonly cancellation: { readonly cancelledAt: Date; readonly by: OrderActor; readonly reason: string } | null;
}

/** An order with its lines, before it is stored. */
export interface NewOrder extends Omit<Order, 'status' | 'placedAt' | 'statusAt' | 'confirmedAt' | 'cancellation'> {
  readonly lines: readonly OrderLine[];
  readonly weightGrams: number;
}

/** What the confirmation has written, as plain JSON; times are ISO 8601. */
export interface Confirmation {
  readonly placedAt: string;
  readonly confirmedAt: string;
  readonly capture: CapturePolicy;
}

/** A new order as it is stored when it has just been confirmed. */
export function toConfirmed(
  { lines, weightGrams: _, ...placed }: NewOrder,
  { placedAt, confirmedAt, capture }: Confirmation,
): OrderWithLines {
  const at = new Date(confirmedAt);
  const times = { placedAt: new Date(placedAt), statusAt: at, confirmedAt: at };
  return { order: { ...placed, ...times, status: 'CONFIRMED', capture, cancellation: null }, lines };
}

export interface OrderFilter {
  readonly status: readonly OrderStatus[] | null;
  readonly placedFrom: Date | null;
  readonly placedBefore: Date | null;
  readonly buyerId: string | null;
  readonly email: string | null;
  /** A sales channel's. */
  readonly channel: string | null;
}
