import type { Money } from '@cartograph/kernel/money';
import type { DiscountInvalid, ShippingUnavailable, VariantUnavailable } from './checkout.ts';
import type { Order, OrderActor, OrderWithLines } from './order.ts';
import type { By } from './order-event.ts';
import type { OrderStatus } from './order-status.ts';
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

export interface OutOfStock {
  readonly kind: 'OutOfStock';
  readonly lines: readonly OutOfStockLine[];
}

export interface PaymentDeclined {
  readonly kind: 'PaymentDeclined';
  readonly reason: string;
  readonly message: string;
  readonly abandoned?: Abandonment;
}

export interface CheckoutFailed {
  readonly kind: 'CheckoutFailed';
}

/** A refusal that is remembered: the same key gets it again. `kind` names the GraphQL type. */
export type RememberedRefusal = OutOfStock | PaymentDeclined | CheckoutFailed;

export interface PriceChanged {
  readonly kind: 'PriceChanged';
  readonly expected: Money;
  readonly actual: Money;
}

export interface InvalidAddress {
  readonly kind: 'InvalidAddress';
  readonly message: string;
  readonly issues: readonly InputIssue[];
}

/** A refusal without a trace: the same key may be sent again with what was wrong put right. */
export type ForgottenRefusal =
  | VariantUnavailable
  | DiscountInvalid
  | PriceChanged
  | InvalidAddress
  | ShippingUnavailable
  | InvalidInput
  | NotFound;

export interface IdempotencyKeyReused {
  readonly kind: 'IdempotencyKeyReused';
}

export interface StillWorking {
  readonly kind: 'StillWorking';
  readonly retryAfterMilliseconds: number;
}

export interface PlaceOrderSuccess extends OrderWithLines {
  readonly kind: 'PlaceOrderSuccess';
  readonly replayed: boolean;
}

export interface PaymentActionRequired extends OrderWithLines {
  readonly kind: 'PaymentActionRequired';
  readonly clientSecret: string;
  readonly redirectUrl: string;
}

export type PlacedOrder = PlaceOrderSuccess | PaymentActionRequired;

export type PlaceOrderOutcome =
  | PlacedOrder
  | RememberedRefusal
  | ForgottenRefusal
  | IdempotencyKeyReused
  | StillWorking;

export type CompletePaymentOutcome =
  | PlacedOrder
  | RememberedRefusal
  | IdempotencyKeyReused
  | StillWorking
  | InvalidInput
  | NotFound;

export type PayOrderOutcome =
  | PlacedOrder
  | RememberedRefusal
  | IdempotencyKeyReused
  | StillWorking
  | InvalidInput
  | NotFound;

export interface CancelOrderSuccess {
  readonly kind: 'CancelOrderSuccess';
  readonly order: Order;
  readonly replayed: boolean;
}

export interface OrderNotCancellable {
  readonly kind: 'OrderNotCancellable';
  readonly status: OrderStatus;
}

export type CancelOrderOutcome =
  | CancelOrderSuccess
  | OrderNotCancellable
  | IdempotencyKeyReused
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
export interface CancelRequest extends By {
  readonly orderId: string;
  readonly reason: string;
}
