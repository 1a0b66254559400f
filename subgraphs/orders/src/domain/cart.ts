import type { CheckoutRequest, Destination } from './checkout.ts';
import type { PostalAddress } from './postal-address.ts';

export const MAX_LINES = 100;
export const MAX_QUANTITY = 9999;
export const MAX_CODES = 10;

export type CartStatus = 'ACTIVE' | 'ABANDONED' | 'MERGED' | 'ORDERED';

export interface CartLine {
  readonly id: string;
  readonly variantId: string;
  readonly quantity: number;
}

export interface Cart {
  readonly id: string;
  readonly buyerId: string;
  readonly status: CartStatus;
  readonly currency: string;
  readonly version: number;
  /** In the order they were added. */
  readonly lines: readonly CartLine[];
  readonly codes: readonly string[];
  readonly destination: Destination | null;
  readonly shippingAddress: PostalAddress | null;
  readonly shippingMethodId: string | null;
  readonly email: string | null;
  readonly note: string | null;
  readonly mergedInto: string | null;
  readonly orderId: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A line together with its cart, whose prices it shares. */
export interface CartLineView extends CartLine {
  readonly cart: Cart;
}

/** The cart as it is after a change. */
export interface CartUpdated {
  readonly kind: 'CartUpdated';
  readonly cart: Cart;
}

/** Somebody changed the cart since the caller looked at it. */
export interface CartConflict {
  readonly kind: 'CartConflict';
  readonly cart: Cart;
}

/** A cart that can still be changed; a change also revives an abandoned one. */
export const isOpen = ({ status }: Cart): boolean => status === 'ACTIVE' || status === 'ABANDONED';

/** Why a closed cart cannot be changed, in words for its buyer. */
export const closedMessage = ({ status }: Cart): string =>
  status === 'ORDERED'
    ? 'This cart has become an order. Make a new cart with "createCart".'
    : 'This cart was merged into another one. Ask for "activeCart" to go on.';

/** A cart as it is priced. */
export const checkoutRequest = (cart: Cart): CheckoutRequest => ({
  lines: cart.lines,
  currency: cart.currency,
  destination: cart.destination,
  shippingMethodId: cart.shippingMethodId,
  codes: cart.codes,
  buyerId: cart.buyerId,
});
