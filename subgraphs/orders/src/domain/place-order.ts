import type { Money } from '@cartograph/kernel/money';
import type { RefusedCode, UnavailableLine } from './checkout.ts';
import type { Order, OrderActor } from './order.ts';
import type { InputIssue, InvalidInput, NotFound } from './outcome.ts';
import type { PostalAddress } from './postal-address.ts';

export interface OutOfStockLine {
  readonly variantId: string;
  readonly requested: number;
  readonly available: number;
}

/** Who ended an order that waited for its payment, and why. */
export interface Abandonment {
  readonly by: OrderActor;
  readonly reason: string;
}

/** A refusal that is remembered: the same key gets it again. `kind` names the GraphQL type. */
export type RememberedRefusal =
  | { readonly kind: 'OutOfStock'; readonly lines: readonly OutOfStockLine[] }
  | {
      readonly kind: 'PaymentDeclined';
      readonly reason: string;
      readonly message: string;
      readonly abandoned?: Abandonment;
    }
  | { readonly kind: 'DiscountInvalid'; readonly codes: readonly RefusedCode[] }
  | { readonly kind: 'CheckoutFailed' };

/** A refusal without a trace: the same key may be sent again with what was wrong put right. */
export type ForgottenRefusal =
  | { readonly kind: 'VariantUnavailable'; readonly variants: readonly UnavailableLine[] }
  | { readonly kind: 'PriceChanged'; readonly expected: Money; readonly actual: Money }
  | { readonly kind: 'InvalidAddress'; readonly message: string; readonly issues: readonly InputIssue[] }
  | { readonly kind: 'ShippingUnavailable'; readonly message: string }
  | InvalidInput
  | NotFound;

export type KeyReused = { readonly kind: 'IdempotencyKeyReused' };
export type StillWorking = { readonly kind: 'StillWorking'; readonly retryAfterMilliseconds: number };

export type PlacedOrder =
  | { readonly kind: 'PlaceOrderSuccess'; readonly order: Order; readonly replayed: boolean }
  | {
      readonly kind: 'PaymentActionRequired';
      readonly order: Order;
      readonly clientSecret: string;
      readonly redirectUrl: string;
    };

export type PlaceOrderOutcome = PlacedOrder | RememberedRefusal | ForgottenRefusal | KeyReused | StillWorking;

export type CompletePaymentOutcome = PlacedOrder | RememberedRefusal | StillWorking | NotFound;

export type CancelOrderOutcome =
  | { readonly kind: 'CancelOrderSuccess'; readonly order: Order; readonly replayed: boolean }
  | { readonly kind: 'OrderNotCancellable'; readonly status: Order['status'] }
  | KeyReused
  | StillWorking
  | InvalidInput
  | NotFound;

/** How the buyer pays. */
export interface PaymentChoice {
  readonly token: string | null;
  readonly savedMethodId: string | null;
  readonly giftCardCodes: readonly string[];
  readonly useStoreCredit: boolean;
}

/** What a client sends: `placeOrder`'s input after GraphQL has checked its types. */
export interface PlaceOrderRequest {
  readonly idempotencyKey: string;
  readonly cartId: string | null;
  readonly lines: readonly { readonly variantId: string; readonly quantity: number }[] | null;
  readonly currency: string | null;
  readonly email: string | null;
  readonly shippingAddress: PostalAddress | null;
  readonly billingAddress: PostalAddress | null;
  readonly shippingMethodId: string | null;
  readonly payment: PaymentChoice | null;
  readonly discountCodes: readonly string[];
  readonly expectedTotal: Money | null;
  readonly note: string | null;
}

/** Which order to cancel, and for whom. */
export interface CancelRequest {
  readonly orderId: string;
  readonly by: OrderActor;
  readonly reason: string;
}
