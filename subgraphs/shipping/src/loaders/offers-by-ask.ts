import DataLoader from 'dataloader';
import type { Offer, RateAsk } from '../domain/quote.ts';
import type { RateStore } from '../ports.ts';

/** Prices of many carts, products and methods in one statement. */
export const createOffersByAsk = (rates: RateStore) =>
  new DataLoader<RateAsk, readonly Offer[], string>((asks) => rates.offers(asks), {
    name: 'offersByAsk',
    maxBatchSize: 500,
    cacheKeyFn: ({ destination: { countryCode, region, postalCode }, weightGrams, currency, methodId }) =>
      JSON.stringify([countryCode, region, postalCode, weightGrams, currency, methodId]),
  });
