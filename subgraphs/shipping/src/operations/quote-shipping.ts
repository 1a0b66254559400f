import { badInput } from '@cartograph/kernel/errors';
import { isId } from '@cartograph/kernel/id';
import { type Money, parseMoney } from '@cartograph/kernel/money';
import type { DeliveryEstimate } from '../domain/calendar.ts';
import { type DestinationInput, toDestination } from '../domain/destination.ts';
import { byPrice, type Offer, type Quote, quickest, type RateAsk, toQuote } from '../domain/quote.ts';
import type { Ports } from '../ports.ts';

export interface QuoteInput {
  readonly destination: DestinationInput;
  readonly weightGrams: number;
  readonly subtotal: string;
  readonly currencyCode: string;
}

/** Asks for offers, batched with what else the request asks; see loaders/offers-by-ask.ts. */
export type LoadOffers = (ask: RateAsk) => Promise<readonly Offer[]>;

/** Every way to get the goods there, cheapest first. */
export const quoteShipping =
  ({ calendar, clock }: Pick<Ports, 'calendar' | 'clock'>) =>
  async (load: LoadOffers, input: QuoteInput): Promise<readonly Quote[]> => {
    const subtotal = readSubtotal(input.subtotal, input.currencyCode);
    const offers = await load(toAsk(input, null));
    const now = calendar(clock());
    return offers.map((offer) => toQuote(offer, subtotal, now)).sort(byPrice);
  };

/** One method's price, for checkout; null where it is not available. */
export const rateShipment =
  ({ calendar, clock }: Pick<Ports, 'calendar' | 'clock'>) =>
  async (load: LoadOffers, methodId: string, input: QuoteInput): Promise<Quote | null> => {
    const subtotal = readSubtotal(input.subtotal, input.currencyCode);
    const [offer] = isId('ShippingMethod', methodId) ? await load(toAsk(input, methodId)) : [];
    return offer ? toQuote(offer, subtotal, calendar(clock())) : null;
  };

/** When something of this weight arrives at the earliest; null where nothing is delivered. */
export const estimateDelivery =
  ({ calendar, clock }: Pick<Ports, 'calendar' | 'clock'>) =>
  async (load: LoadOffers, destination: DestinationInput, weightGrams: number): Promise<DeliveryEstimate | null> => {
    checkWeight(weightGrams);
    const offers = await load({ destination: toDestination(destination), weightGrams, currency: null, methodId: null });
    return quickest(offers, calendar(clock()));
  };

function toAsk({ destination, weightGrams, currencyCode }: QuoteInput, methodId: string | null): RateAsk {
  checkWeight(weightGrams);
  return { destination: toDestination(destination), weightGrams, currency: currencyCode, methodId };
}

function checkWeight(weightGrams: number): void {
  if (weightGrams < 0) throw badInput('"weightGrams" must be 0 or more.');
}

function readSubtotal(amount: string, currency: string): Money {
  const subtotal = parseMoney(amount, currency);
  if (subtotal.minor < 0) throw badInput('"subtotal" must be 0 or more.');
  return subtotal;
}
