import type { Money } from '@cartograph/kernel/money';
import type { CheckoutCustomer, CheckoutVariant, Destination, ShippingRate } from './domain/checkout.ts';

/** The products subgraph. */
export interface Products {
  /** One call; variants that do not exist are left out. */
  checkoutVariants(ids: readonly string[], currency: string): Promise<readonly CheckoutVariant[]>;
}

export interface ShippingRateRequest {
  readonly methodId: string;
  readonly destination: Destination;
  readonly weightGrams: number;
  readonly subtotal: Money;
}

/** The shipping subgraph. */
export interface Shipping {
  /** One call, one answer per request in its order; null where the method does not deliver. */
  shippingRates(requests: readonly ShippingRateRequest[]): Promise<readonly (ShippingRate | null)[]>;
}

/** The customers subgraph. */
export interface Customers {
  /** One call; customers that do not exist are left out. */
  checkoutCustomers(ids: readonly string[]): Promise<readonly CheckoutCustomer[]>;
}

/** Everything orders needs from outside. */
export interface Ports {
  readonly products: Products;
  readonly shipping: Shipping;
  readonly customers: Customers;
  readonly clock: () => Date;
}
