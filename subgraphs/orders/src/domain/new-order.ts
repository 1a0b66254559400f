import type { Cart } from './cart.ts';
import type { CheckoutRequest, PricedCheckout } from './checkout.ts';
import { toDestination } from './destination.ts';
import type { NewOrder, OrderLine } from './order.ts';
import { type InvalidInput, invalidInput, issue } from './outcome.ts';
import type { PlaceOrderRequest, PriceChanged } from './place-order.ts';

/** What the buyer wants, whether it comes from a cart or stands in the request. What is in the request wins. */
export function toCheckoutRequest(request: PlaceOrderRequest, cart: Cart | null, buyerId: string): CheckoutRequest {
  const address = request.shippingAddress ?? cart?.shippingAddress ?? null;
  return {
    lines: cart?.lines ?? request.lines ?? [],
    currency: cart?.currency ?? request.currency ?? '',
    destination: address ? toDestination(address) : null,
    shippingMethodId: request.shippingMethodId ?? cart?.shippingMethodId ?? null,
    codes: [...new Set([...(cart?.codes ?? []), ...request.discountCodes])],
    buyerId,
  };
}

interface Made {
  readonly request: PlaceOrderRequest;
  readonly cart: Cart | null;
  readonly checkout: PricedCheckout;
  readonly buyerId: string;
  readonly id: string;
  readonly number: string;
  readonly newLineId: () => string;
}

/** The order as it will be kept, or what it still lacks. */
export function toNewOrder(made: Made): NewOrder | InvalidInput | PriceChanged {
  const { request, cart, checkout, buyerId, id, number } = made;
  const { currency, customer, shipping, total } = checkout;
  const email = request.email ?? cart?.email ?? customer?.email ?? null;
  if (email === null) return invalidInput([issue(['email'], 'Say where the confirmation goes.')]);
  const { expectedTotal } = request;
  if (expectedTotal && (expectedTotal.minor !== total.minor || expectedTotal.currency !== currency))
    return { kind: 'PriceChanged', expected: expectedTotal, actual: total };
  if (total.minor > 0 && !pays(request)) return invalidInput([issue(['payment'], 'Say how the order is paid.')]);
  const address = request.shippingAddress ?? cart?.shippingAddress ?? null;
  return {
    id,
    number,
    buyerId,
    cartId: cart?.id ?? null,
    currency,
    pricesIncludeTax: checkout.pricesIncludeTax,
    subtotal: checkout.subtotal,
    discountTotal: checkout.discountTotal,
    shippingTotal: checkout.shippingTotal ?? { minor: 0, currency },
    taxTotal: checkout.taxTotal,
    total,
    discounts: checkout.discounts,
    taxLines: checkout.taxLines,
    email,
    locale: customer?.locale ?? 'en',
    note: request.note ?? cart?.note ?? null,
    shippingAddress: checkout.requiresShipping ? address : null,
    billingAddress: request.billingAddress ?? address,
    shippingMethodId: shipping?.methodId ?? null,
    shippingMethodName: shipping?.name ?? null,
    weightGrams: checkout.weightGrams,
    lines: checkout.lines.map((line) => toOrderLine(id, made.newLineId(), line)),
    parentId: null,
    channel: null,
    credit: { minor: 0, currency },
    payBy: null,
  };
}

const pays = ({ payment }: PlaceOrderRequest): boolean =>
  payment !== null &&
  (payment.token !== null ||
    payment.savedMethodId !== null ||
    payment.giftCardCodes.length > 0 ||
    payment.useStoreCredit);

export const toOrderLine = (orderId: string, id: string, line: PricedCheckout['lines'][number]): OrderLine => ({
  ...{ id, orderId },
  variantId: line.variantId,
  productId: line.variant.productId,
  productTitle: line.variant.productTitle,
  title: line.variant.title,
  sku: line.variant.sku,
  imageUrl: line.variant.imageUrl,
  quantity: line.quantity,
  unitPrice: line.unitPrice,
  subtotal: line.subtotal,
  discounts: line.discounts,
  discountTotal: line.discountTotal,
  taxLines: line.taxLines,
  taxTotal: line.taxTotal,
  total: line.total,
  requiresShipping: line.variant.requiresShipping,
});
