import type { Money } from '@cartograph/kernel/money';

/** Whose prices count: those of a currency, and of a country where it has its own. */
export interface Market {
  readonly currency: string;
  readonly country: string | null;
}

export interface PriceList {
  readonly currency: string;
  /** Null: the currency's general prices. */
  readonly country: string | null;
}

export interface Price extends PriceList {
  readonly minor: number;
  readonly compareAtMinor: number | null;
}

export interface PriceRange {
  readonly min: Money;
  readonly max: Money;
}

/** Of the prices of one thing, the one that counts in a market: the country's own, otherwise the general one. */
export function inMarket<T extends PriceList>(prices: readonly T[], { currency, country }: Market): T | null {
  const ofCurrency = prices.filter((price) => price.currency === currency);
  const own = country === null ? undefined : ofCurrency.find((price) => price.country === country);
  return own ?? ofCurrency.find((price) => price.country === null) ?? null;
}
