import type { Cart } from './cart.ts';
import type { CartPricing, UnavailableLine } from './checkout.ts';

export type CartIssueCode =
  | 'EMPTY'
  | 'VARIANT_UNAVAILABLE'
  | 'DISCOUNT_INVALID'
  | 'DESTINATION_MISSING'
  | 'SHIPPING_METHOD_MISSING'
  | 'SHIPPING_UNAVAILABLE';

export interface CartIssue {
  readonly code: CartIssueCode;
  readonly message: string;
  readonly lineId: string | null;
}

const cartIssue = (code: CartIssueCode, message: string, lineId: string | null = null): CartIssue => ({
  code,
  message,
  lineId,
});

/** What stands between a cart and an order. */
export function cartIssues(cart: Cart, pricing: CartPricing): readonly CartIssue[] {
  return [
    ...(cart.lines.length === 0 ? [cartIssue('EMPTY', 'The cart is empty.')] : []),
    ...pricing.unavailable.map((line) =>
      cartIssue('VARIANT_UNAVAILABLE', unavailableInWords(line), lineIdOf(cart, line.variantId)),
    ),
    ...pricing.refusedCodes.map(({ message }) => cartIssue('DISCOUNT_INVALID', message)),
    ...shippingIssues(cart, pricing),
  ];
}

function shippingIssues(cart: Cart, { checkout, shippingUnavailable }: CartPricing): readonly CartIssue[] {
  if (!checkout.requiresShipping) return [];
  if (!cart.destination) return [cartIssue('DESTINATION_MISSING', 'Say where the goods go.')];
  if (!cart.shippingMethodId) return [cartIssue('SHIPPING_METHOD_MISSING', 'Choose a shipping method.')];
  return shippingUnavailable
    ? [
        cartIssue(
          'SHIPPING_UNAVAILABLE',
          'The chosen shipping method does not deliver these goods there. Choose another.',
        ),
      ]
    : [];
}

const lineIdOf = (cart: Cart, variantId: string): string | null =>
  cart.lines.find((line) => line.variantId === variantId)?.id ?? null;

/** One unavailable variant, in words for its buyer. */
export function unavailableInWords({ reason, requested, available }: UnavailableLine): string {
  switch (reason) {
    case 'NOT_FOUND':
      return 'This item does not exist any more.';
    case 'NOT_FOR_SALE':
      return 'This item is not for sale.';
    case 'NOT_SOLD_IN_CURRENCY':
      return 'This item has no price in this currency.';
    case 'SOLD_OUT':
      return 'This item is sold out.';
    case 'INSUFFICIENT_STOCK':
      return `Only ${available} of ${requested} can be bought now.`;
  }
}
