import type { Money } from '@cartograph/kernel/money';

/** Where goods go, as exactly as tax and shipping need it. */
export interface Destination {
  readonly countryCode: string;
  readonly postalCode: string | null;
  /** Subdivision code in capitals without its country: "CA", not "US-CA". */
  readonly region: string | null;
}

/** A variant as products sells it at this moment. */
export interface CheckoutVariant {
  readonly id: string;
  readonly productId: string;
  readonly sku: string;
  readonly productTitle: string;
  readonly title: string;
  readonly imageUrl: string | null;
  /** Null: not sold in this currency. */
  readonly unitPrice: Money | null;
  readonly compareAtPrice: Money | null;
  readonly taxClass: string;
  readonly weightGrams: number;
  readonly requiresShipping: boolean;
  readonly collectionIds: readonly string[];
  readonly availableQuantity: number;
  /** True: sold beyond what is in stock. */
  readonly backorder: boolean;
  readonly purchasable: boolean;
}

/** A signed-in customer as checkout needs to know them. */
export interface CheckoutCustomer {
  readonly id: string;
  readonly email: string;
  readonly name: string | null;
  readonly locale: string;
  readonly taxExempt: boolean;
  readonly groups: readonly string[];
}

/** The price of one shipping method to one place. */
export interface ShippingRate {
  readonly methodId: string;
  readonly name: string;
  readonly price: Money;
  readonly taxClass: string;
}

/** What is to be priced. The same for a cart that is looked at and for an order that is placed. */
export interface CheckoutRequest {
  /** Each variant at most once. */
  readonly lines: readonly { readonly variantId: string; readonly quantity: number }[];
  readonly currency: string;
  readonly destination: Destination | null;
  readonly shippingMethodId: string | null;
  readonly codes: readonly string[];
  /** `Customer:…` or `Guest:…`. */
  readonly buyerId: string;
}

export interface TaxLine {
  readonly title: string;
  readonly rateBasisPoints: number;
  readonly amount: Money;
}

/** What one discount took off one line, or off shipping. */
export interface DiscountShare {
  readonly discountId: string;
  readonly title: string;
  /** Null for an automatic promotion. */
  readonly code: string | null;
  readonly amount: Money;
}

export type DiscountKind = 'PERCENTAGE' | 'FIXED_AMOUNT' | 'FREE_SHIPPING' | 'BUY_X_GET_Y';

/** A discount that counts, with all it took off. Becomes a row of `discount_redemption` when the order is placed. */
export interface AppliedDiscount extends DiscountShare {
  readonly kind: DiscountKind;
}

export interface PricedLine {
  readonly variantId: string;
  readonly quantity: number;
  readonly variant: CheckoutVariant;
  readonly unitPrice: Money;
  /** unitPrice × quantity. */
  readonly subtotal: Money;
  readonly discounts: readonly DiscountShare[];
  readonly discountTotal: Money;
  readonly taxLines: readonly TaxLine[];
  readonly taxTotal: Money;
  /** What the buyer pays for the line: subtotal − discountTotal, plus tax where prices do not include it. */
  readonly total: Money;
}

export interface PricedShipping {
  readonly methodId: string;
  readonly name: string;
  readonly price: Money;
  readonly discounts: readonly DiscountShare[];
  readonly discountTotal: Money;
  readonly taxLines: readonly TaxLine[];
  readonly taxTotal: Money;
  /** What the buyer pays for shipping: price − discountTotal, plus tax where prices do not include it. */
  readonly total: Money;
}

/** Every amount that a cart shows or an order keeps; all sums are exact. */
export interface PricedCheckout {
  readonly currency: string;
  readonly pricesIncludeTax: boolean;
  /** In the order of the request; lines that cannot be sold are left out. */
  readonly lines: readonly PricedLine[];
  readonly shipping: PricedShipping | null;
  readonly discounts: readonly AppliedDiscount[];
  /** Sum of the lines' subtotals. */
  readonly subtotal: Money;
  /** Off lines and shipping. */
  readonly discountTotal: Money;
  /** Shipping's price before discounts; null while no method is chosen. */
  readonly shippingTotal: Money | null;
  /** Tax of lines and shipping, one per title and rate. */
  readonly taxLines: readonly TaxLine[];
  readonly taxTotal: Money;
  /** subtotal − discountTotal + shippingTotal, plus taxTotal where prices do not include it. */
  readonly total: Money;
  readonly weightGrams: number;
  readonly requiresShipping: boolean;
  readonly customer: CheckoutCustomer | null;
}

export type VariantProblem = 'NOT_FOUND' | 'NOT_FOR_SALE' | 'NOT_SOLD_IN_CURRENCY' | 'SOLD_OUT' | 'INSUFFICIENT_STOCK';

export interface UnavailableLine {
  readonly variantId: string;
  readonly requested: number;
  /** How many could be bought now. */
  readonly available: number;
  readonly reason: VariantProblem;
}

export type CodeProblem =
  | 'UNKNOWN'
  | 'NOT_STARTED'
  | 'EXPIRED'
  | 'USED_UP'
  | 'ALREADY_USED'
  | 'NOT_ELIGIBLE'
  | 'WRONG_CURRENCY'
  | 'MINIMUM_NOT_MET'
  | 'NO_MATCHING_ITEMS';

export interface RefusedCode {
  readonly code: string;
  readonly reason: CodeProblem;
  /** The reason in words for people. */
  readonly message: string;
}

/** Some variants cannot be bought as asked. */
export interface VariantUnavailable {
  readonly kind: 'VariantUnavailable';
  readonly variants: readonly UnavailableLine[];
}

/** Some codes do not count. */
export interface DiscountInvalid {
  readonly kind: 'DiscountInvalid';
  readonly codes: readonly RefusedCode[];
}

/** No method is chosen, or the chosen one does not deliver there. */
export interface ShippingUnavailable {
  readonly kind: 'ShippingUnavailable';
  readonly message: string;
}

/** The four ways in which a checkout cannot be priced. `kind` names the GraphQL type. */
export type CheckoutRefusal =
  | VariantUnavailable
  | DiscountInvalid
  | ShippingUnavailable
  | { readonly kind: 'InvalidAddress'; readonly message: string };

/** How `priceCheckout` answers an order: whole or not at all. */
export type CheckoutOutcome = { readonly kind: 'Priced'; readonly checkout: PricedCheckout } | CheckoutRefusal;

/** How a cart is shown: priced as far as it goes, with everything that stands in the way of an order. */
export interface CartPricing {
  readonly checkout: PricedCheckout;
  readonly unavailable: readonly UnavailableLine[];
  readonly refusedCodes: readonly RefusedCode[];
  /** Codes that are right, but lost to a better discount they cannot be combined with. */
  readonly uncombinedCodes: readonly string[];
  /** True: the chosen method does not deliver there. */
  readonly shippingUnavailable: boolean;
}
