import { Refused, type ShipmentRequest } from './requests.ts';

export interface CarrierRate {
  readonly service: string;
  /** Minor units. */
  readonly amount: number;
  readonly currency: string;
  readonly business_days: number;
}

const EU = new Set('AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' '));

/** Cents for the parcel and for each kilogram begun, and days, by service. */
const PRICES = {
  domestic: { ground: [290, 45, 2], express: [690, 90, 1] },
  europe: { ground: [690, 110, 4], express: [1_490, 240, 2] },
  world: { ground: [1_190, 380, 9], express: [2_290, 620, 4] },
} as const;

const zoneOf = (from: string, to: string): keyof typeof PRICES => {
  if (from === to) return 'domestic';
  return EU.has(from) && EU.has(to) ? 'europe' : 'world';
};

/** What the carrier charges, by weight and zone; cheapest first. */
export function ratesFor({ from, to, weight_grams }: ShipmentRequest): readonly CarrierRate[] {
  const kilograms = Math.max(1, Math.ceil(weight_grams / 1000));
  return Object.entries(PRICES[zoneOf(from.country, to.country)]).map(([service, [base, perKilogram, days]]) => ({
    service,
    amount: base + perKilogram * kilograms,
    currency: 'EUR',
    business_days: days,
  }));
}

export function rateFor(shipment: ShipmentRequest, service: string): CarrierRate {
  const rate = ratesFor(shipment).find((one) => one.service === service);
  if (rate) return rate;
  throw new Refused(422, 'service_unknown', `There is no service ${JSON.stringify(service)} for this shipment.`);
}
