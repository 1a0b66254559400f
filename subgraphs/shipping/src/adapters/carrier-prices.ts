import type { PostalAddress } from '@cartograph/kernel/postal-address';
import type { Destination } from '../domain/destination.ts';
import type { Offer, RateAsk } from '../domain/quote.ts';
import type { Carrier, CarrierRate, RateStore } from '../ports.ts';

export interface CarrierPricesOptions {
  readonly carriers: ReadonlyMap<string, Carrier>;
  readonly shipFrom: PostalAddress;
  /** How long a buyer waits for a carrier's price. */
  readonly patienceMs?: number;
  readonly clock?: () => number;
}

/** A quote and the checkout that follows it see one price. */
const KEEP_MS = 10 * 60_000;
/** A carrier that gave no answer is not waited for again at once. */
const KEEP_NOTHING_MS = 30_000;
const MAX_KEPT = 5_000;
/** Weights are asked for in steps, rounded up, so that carts of nearly one weight share an answer. */
const STEP_GRAMS = 100;

interface Kept {
  readonly rates: Promise<readonly CarrierRate[] | null>;
  until: number;
  /** Somebody waited for it in vain: nobody else does, until it is there. */
  isLate: boolean;
}

/**
 * The tables' offers, with the carrier's price where a method has that. A price is only a question: where the carrier gives
 * none in time, or none for the service or in the currency, the table's holds.
 */
export function withCarrierPrices(
  tables: RateStore,
  { carriers, shipFrom, patienceMs = 1_500, clock = Date.now }: CarrierPricesOptions,
): RateStore {
  const kept = new Map<string, Kept>();

  function ratesOf(name: string, { destination, weightGrams }: RateAsk): Kept | null {
    const carrier = carriers.get(name);
    if (!carrier?.rates) return null;
    const grams = Math.max(1, Math.ceil(weightGrams / STEP_GRAMS)) * STEP_GRAMS;
    const { countryCode, region, postalCode } = destination;
    const key = JSON.stringify([name, countryCode, region, postalCode, grams]);
    const earlier = kept.get(key);
    if (earlier && earlier.until > clock()) return earlier;
    const entry: Kept = {
      ...{ until: clock() + KEEP_MS, isLate: false },
      rates: carrier.rates({ from: shipFrom, to: placeOf(destination), weightGrams: grams }).catch(() => {
        entry.until = clock() + KEEP_NOTHING_MS;
        return null;
      }),
    };
    kept.delete(key);
    kept.set(key, entry);
    const [oldest] = kept.keys();
    if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest);
    return entry;
  }

  async function priced(offer: Offer, ask: RateAsk): Promise<Offer> {
    const { carrier, carrierService, carrierPrices } = offer.method;
    if (!carrierPrices || carrier === null) return offer;
    const rates = await inTime(ratesOf(carrier, ask), patienceMs);
    const rate = rates?.find(
      ({ service, price }) => service === carrierService && price.currency === offer.price.currency,
    );
    if (!rate) return offer;
    const { price, businessDays } = rate;
    return { ...offer, price, ...(businessDays !== null && { minDays: businessDays, maxDays: businessDays }) };
  }

  return {
    async offers(asks) {
      const offers = await tables.offers(asks);
      return Promise.all(
        offers.map((found, index) => {
          const ask = asks[index];
          // Where only the time matters, as on a product's page, no carrier is asked.
          if (!ask || ask.currency === null) return found;
          return Promise.all(found.map((offer) => priced(offer, ask)));
        }),
      );
    },
  };
}

/** What is known by then. An answer that comes later is kept for who asks next. */
async function inTime(kept: Kept | null, ms: number): Promise<readonly CarrierRate[] | null> {
  if (!kept) return null;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(
      () => {
        kept.isLate = true;
        resolve(null);
      },
      kept.isLate ? 0 : ms,
    );
  });
  try {
    return await Promise.race([kept.rates, late]);
  } finally {
    clearTimeout(timer);
  }
}

const placeOf = ({ countryCode, region, postalCode }: Destination): PostalAddress => ({
  ...{ name: '', company: null, line1: '', line2: null, city: '', phone: null },
  ...{ countryCode, region, postalCode },
});
