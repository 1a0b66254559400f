import { type Money, money } from '@cartograph/kernel/money';
import type { Order as OrderRecord } from '../../generated/prisma/client.ts';
import type { PlacedLine } from '../domain/channel-order.ts';
import type { AppliedDiscount, DiscountShare, TaxLine } from '../domain/checkout.ts';
import type { CapturePolicy, NewOrder, Order, OrderLine } from '../domain/order.ts';
import type { PostalAddress } from '../domain/postal-address.ts';

/** Inside JSON columns an amount is its minor units; the currency is the order's. */
const store = <T extends { readonly amount: Money }>(list: readonly T[]) =>
  list.map(({ amount, ...rest }) => ({ ...rest, amount: amount.minor }));

/** JSON columns hold what `store` wrote: nothing else writes them. */
const read = <T extends { readonly amount: Money }>(json: unknown, currency: string): readonly T[] =>
  (json as readonly { readonly amount: number }[]).map(
    (stored) => ({ ...stored, amount: money(stored.amount, currency) }) as T,
  );

/** For statements by hand, which give what Prisma gives but for BIGINT. */
export const ORDER_COLUMNS = `o.id, o.number, o.buyer_id AS "buyerId", o.cart_id AS "cartId", o.status, o.currency,
  o.prices_include_tax AS "pricesIncludeTax", o.subtotal_minor AS "subtotalMinor", o.discount_minor AS "discountMinor",
  o.shipping_minor AS "shippingMinor", o.tax_minor AS "taxMinor", o.total_minor AS "totalMinor", o.discounts,
  o.tax_lines AS "taxLines", o.email, o.locale, o.note, o.shipping_address AS "shippingAddress",
  o.billing_address AS "billingAddress", o.shipping_method_id AS "shippingMethodId",
  o.shipping_method_name AS "shippingMethodName", o.placed_at AS "placedAt", o.status_at AS "statusAt",
  o.confirmed_at AS "confirmedAt", o.capture_policy AS "capturePolicy", o.cancelled_at AS "cancelledAt",
  o.cancelled_by AS "cancelledBy", o.cancel_reason AS "cancelReason", o.parent_id AS "parentId",
  o.credit_minor AS "creditMinor", o.pay_by AS "payBy", o.channel, o.external_id AS "externalId",
  o.channel_lines AS "channelLines"`;

export type OrderRow = {
  readonly [Column in Exclude<keyof OrderRecord, 'weightGrams'>]: OrderRecord[Column] extends bigint
    ? bigint | number
    : OrderRecord[Column];
};

export function toOrder(row: OrderRow): Order {
  const { currency } = row;
  const amount = (minor: bigint | number): Money => money(Number(minor), currency);
  return {
    id: row.id,
    number: row.number,
    buyerId: row.buyerId,
    cartId: row.cartId,
    status: row.status,
    placedAt: row.placedAt,
    statusAt: row.statusAt,
    confirmedAt: row.confirmedAt,
    ...(row.capturePolicy !== null && { capture: row.capturePolicy as CapturePolicy }),
    currency,
    pricesIncludeTax: row.pricesIncludeTax,
    subtotal: amount(row.subtotalMinor),
    discountTotal: amount(row.discountMinor),
    shippingTotal: amount(row.shippingMinor),
    taxTotal: amount(row.taxMinor),
    total: amount(row.totalMinor),
    discounts: read<AppliedDiscount>(row.discounts, currency),
    taxLines: read<TaxLine>(row.taxLines, currency),
    email: row.email,
    locale: row.locale,
    note: row.note,
    shippingAddress: row.shippingAddress as PostalAddress | null,
    billingAddress: row.billingAddress as PostalAddress | null,
    shippingMethodId: row.shippingMethodId,
    shippingMethodName: row.shippingMethodName,
    parentId: row.parentId,
    credit: amount(row.creditMinor),
    channel:
      row.channel !== null && row.externalId !== null
        ? { name: row.channel, externalId: row.externalId, lines: row.channelLines as unknown as readonly PlacedLine[] }
        : null,
    payBy: row.payBy,
    cancellation:
      row.cancelledAt && row.cancelledBy
        ? { cancelledAt: row.cancelledAt, by: row.cancelledBy, reason: row.cancelReason ?? '' }
        : null,
  };
}

/** A row of `order_line` as PostgreSQL gives it, with the currency of its order. */
export interface LineRow {
  readonly id: string;
  readonly order_id: string;
  readonly variant_id: string;
  readonly product_id: string;
  readonly product_title: string;
  readonly title: string;
  readonly sku: string;
  readonly image_url: string | null;
  readonly quantity: number;
  readonly unit_price_minor: number;
  readonly subtotal_minor: number;
  readonly discount_minor: number;
  readonly tax_minor: number;
  readonly total_minor: number;
  readonly discounts: unknown;
  readonly tax_lines: unknown;
  readonly requires_shipping: boolean;
  readonly currency: string;
}

export function toOrderLine(row: LineRow): OrderLine {
  const { currency } = row;
  const amount = (minor: number): Money => money(minor, currency);
  return {
    id: row.id,
    orderId: row.order_id,
    variantId: row.variant_id,
    productId: row.product_id,
    productTitle: row.product_title,
    title: row.title,
    sku: row.sku,
    imageUrl: row.image_url,
    quantity: row.quantity,
    unitPrice: amount(row.unit_price_minor),
    subtotal: amount(row.subtotal_minor),
    discounts: read<DiscountShare>(row.discounts, currency),
    discountTotal: amount(row.discount_minor),
    taxLines: read<TaxLine>(row.tax_lines, currency),
    taxTotal: amount(row.tax_minor),
    total: amount(row.total_minor),
    requiresShipping: row.requires_shipping,
  };
}

/** Column by column, for `jsonb_populate_record(NULL::orders, …)`. */
export const orderColumns = (order: NewOrder, placedAt: Date): object => ({
  id: order.id,
  number: order.number,
  buyer_id: order.buyerId,
  cart_id: order.cartId,
  status: 'PENDING',
  currency: order.currency,
  prices_include_tax: order.pricesIncludeTax,
  subtotal_minor: order.subtotal.minor,
  discount_minor: order.discountTotal.minor,
  shipping_minor: order.shippingTotal.minor,
  tax_minor: order.taxTotal.minor,
  total_minor: order.total.minor,
  discounts: store(order.discounts),
  tax_lines: store(order.taxLines),
  email: order.email,
  locale: order.locale,
  note: order.note,
  shipping_address: order.shippingAddress,
  billing_address: order.billingAddress,
  shipping_method_id: order.shippingMethodId,
  shipping_method_name: order.shippingMethodName,
  weight_grams: order.weightGrams,
  parent_id: order.parentId,
  credit_minor: order.credit.minor,
  pay_by: order.payBy,
  channel: order.channel?.name,
  external_id: order.channel?.externalId,
  channel_lines: order.channel?.lines,
  placed_at: placedAt,
  status_at: placedAt,
});

/** Column by column, for `jsonb_populate_recordset(NULL::order_line, …)`. */
export const lineColumns = (line: OrderLine, position: number): object => ({
  id: line.id,
  order_id: line.orderId,
  position,
  variant_id: line.variantId,
  product_id: line.productId,
  sku: line.sku,
  product_title: line.productTitle,
  title: line.title,
  image_url: line.imageUrl,
  quantity: line.quantity,
  unit_price_minor: line.unitPrice.minor,
  subtotal_minor: line.subtotal.minor,
  discount_minor: line.discountTotal.minor,
  tax_minor: line.taxTotal.minor,
  total_minor: line.total.minor,
  discounts: store(line.discounts),
  tax_lines: store(line.taxLines),
  requires_shipping: line.requiresShipping,
});
