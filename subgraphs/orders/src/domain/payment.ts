import type { Money } from '@cartograph/kernel/money';
import type { PaymentChoice } from './place-order.ts';

export type PaymentAnswer =
  | { readonly kind: 'authorized' }
  | { readonly kind: 'refused'; readonly reason: string; readonly message: string }
  | { readonly kind: 'needs-action'; readonly clientSecret: string; readonly redirectUrl: string };

export interface AuthorizeRequest extends PaymentChoice {
  readonly orderId: string;
  readonly buyerId: string;
  /** The same key gives the same payment. */
  readonly key: string;
  readonly amount: Money;
  readonly email: string;
  /** Where the goods go; null when nothing is shipped. */
  readonly country: string | null;
  /** The sales channel that has collected the money. */
  readonly channel?: string;
}

/** `refused`: nothing was given back, and never will be under this key. */
export type RefundAnswer =
  | { readonly kind: 'refunded' }
  | { readonly kind: 'refused'; readonly reason: string; readonly message: string };

/** What is reserved no more. */
export interface Released {
  /** What this key let go, in minor units; 0 when nothing was left of the payment. */
  readonly released: number;
}

/** Nothing of a payment is left with the shop. */
export interface Voided {
  /** What was given back of what was taken, in minor units; nothing when it was only reserved. */
  readonly givenBack: number;
}

export interface RefundRequest {
  readonly orderId: string;
  /** The same key gives back once. */
  readonly key: string;
  readonly amount: Money;
  readonly reason: string;
}
