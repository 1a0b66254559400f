import { type Money, subtract, zero } from '@cartograph/kernel/money';
import { type DeliveryEstimate, estimate, type Schedule } from './calendar.ts';
import type { Destination } from './destination.ts';
import type { ShippingMethod } from './method.ts';

/** What a price is asked for. */
export interface RateAsk {
  readonly destination: Destination;
  readonly weightGrams: number;
  /** Null asks for every currency: only the time matters. */
  readonly currency: string | null;
  /** Null asks for every method that is offered. */
  readonly methodId: string | null;
}

/** A method that takes the goods there, with its price below the free threshold. */
export interface Offer {
  readonly method: ShippingMethod;
  readonly price: Money;
  readonly freeFrom: Money | null;
  readonly minDays: number;
  readonly maxDays: number;
}

export interface Quote {
  readonly method: ShippingMethod;
  readonly price: Money;
  readonly regularPrice: Money;
  readonly isFree: boolean;
  readonly missingForFree: Money | null;
  readonly estimate: DeliveryEstimate;
}

/** The heaviest weight that an Int can say. */
export const MAX_GRAMS = 2_147_483_647;

export function toQuote({ method, price, freeFrom, minDays, maxDays }: Offer, subtotal: Money, now: Schedule): Quote {
  const reached = freeFrom !== null && subtotal.minor >= freeFrom.minor;
  const isFree = reached || price.minor === 0;
  return {
    method,
    price: isFree ? zero(price.currency) : price,
    regularPrice: price,
    isFree,
    missingForFree: freeFrom === null || isFree ? null : subtract(freeFrom, subtotal),
    estimate: estimate(now, minDays, maxDays),
  };
}

/** Cheapest first; of equals the quicker. */
export const byPrice = (a: Quote, b: Quote): number =>
  a.price.minor - b.price.minor ||
  a.estimate.maxBusinessDays - b.estimate.maxBusinessDays ||
  (a.method.id < b.method.id ? -1 : 1);

/** When goods arrive by the quickest delivery; null when nothing delivers there. */
export function quickest(offers: readonly Offer[], now: Schedule): DeliveryEstimate | null {
  const [first] = offers
    .filter(({ method }) => method.kind === 'DELIVERY')
    .sort((a, b) => a.maxDays - b.maxDays || a.minDays - b.minDays);
  return first ? estimate(now, first.minDays, first.maxDays) : null;
}
