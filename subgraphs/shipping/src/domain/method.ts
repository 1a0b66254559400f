import type { Money } from '@cartograph/kernel/money';
import type { PostalAddress } from '@cartograph/kernel/postal-address';

export type MethodKind = 'DELIVERY' | 'PICKUP';

/** A way to get an order. */
export interface ShippingMethod {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly kind: MethodKind;
  readonly active: boolean;
  readonly taxClass: string;
  /** Null for PICKUP, like the service. */
  readonly carrier: string | null;
  readonly carrierService: string | null;
  /** Whether the carrier's own price goes before that of the tables. */
  readonly carrierPrices: boolean;
}

/** What a method costs into a zone in one currency. */
export interface RateTable {
  readonly methodId: string;
  readonly zoneId: string;
  readonly currency: string;
  readonly freeFrom: Money | null;
  readonly minDays: number;
  readonly maxDays: number;
  /** Lightest first. */
  readonly tiers: readonly RateTier[];
}

export interface RateTier {
  readonly upToGrams: number;
  readonly price: Money;
}

export interface Zone {
  readonly id: string;
  readonly name: string;
}

/** Null stands for "any"; a null country for every country that no other area names. */
export interface Area {
  readonly countryCode: string | null;
  readonly region: string | null;
  readonly postalPrefix: string | null;
}

export interface PickupLocation {
  readonly id: string;
  readonly name: string;
  readonly address: PostalAddress;
  readonly openingHours: string;
  readonly active: boolean;
}
