import { createHash } from 'node:crypto';
import { type Money, parseMoney } from '@cartograph/kernel/money';
import type { PostalAddress } from '@cartograph/kernel/postal-address';
import type { IRate, ITracker } from '@easypost/api';
import type { ShipmentStatus } from '../../domain/shipment-status.ts';
import type { CarrierMessage, RateRequest } from '../../ports.ts';

/** EasyPost's words for where a parcel is. `unknown` and `cancelled` say nothing of use. */
const STATUSES: Readonly<Record<string, ShipmentStatus>> = {
  pre_transit: 'LABEL_PURCHASED',
  in_transit: 'IN_TRANSIT',
  out_for_delivery: 'OUT_FOR_DELIVERY',
  available_for_pickup: 'OUT_FOR_DELIVERY',
  delivered: 'DELIVERED',
  return_to_sender: 'RETURNED',
  failure: 'EXCEPTION',
  error: 'EXCEPTION',
};

const GRAMS_PER_OUNCE = 28.349523125;

/** EasyPost weighs in ounces, to a tenth. Rounded up: a label for too little is charged later. */
export const toOunces = (grams: number): number => Math.max(0.1, Math.ceil((grams / GRAMS_PER_OUNCE) * 10) / 10);

export const toShipment = ({ from, to, weightGrams }: RateRequest) => ({
  from_address: toAddress(from),
  to_address: toAddress(to),
  parcel: { weight: toOunces(weightGrams) },
});

/** What is absent is left out: EasyPost takes an empty text for a given one. */
function toAddress(address: PostalAddress) {
  const fields = {
    ...{ name: address.name, company: address.company, street1: address.line1, street2: address.line2 },
    ...{ city: address.city, state: address.region, zip: address.postalCode, country: address.countryCode },
    phone: address.phone,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== ''));
}

export const toMoney = ({ rate, currency }: Pick<IRate, 'rate' | 'currency'>): Money => parseMoney(rate, currency);

/** A service as methods name it: with its carrier, for EasyPost sells those of many. */
export const serviceOf = ({ carrier, service }: Pick<IRate, 'carrier' | 'service'>): string => `${carrier}/${service}`;

/** The rate of `USPS/GroundAdvantage`; of `GroundAdvantage` the cheapest one. */
export function rateFor(rates: readonly IRate[], service: string): IRate | null {
  const [found] = rates
    .filter((rate) => service === (service.includes('/') ? serviceOf(rate) : rate.service))
    .sort((one, other) => Number(one.rate) - Number(other.rate));
  return found ?? null;
}

/** All that a tracker tells, in our words. Its details have no ids, so what they say makes one. */
export function toMessages(tracker: ITracker): readonly CarrierMessage[] {
  return (tracker.tracking_details ?? []).flatMap((detail) => {
    const status = toStatus(detail.status, detail.status_detail);
    const occurredAt = new Date(detail.datetime);
    if (!status || Number.isNaN(occurredAt.getTime())) return [];
    const said = [tracker.tracking_code, occurredAt.toISOString(), detail.status, detail.status_detail, detail.message];
    const { city, state, country } = detail.tracking_location ?? {};
    return [
      {
        reference: createHash('sha256').update(JSON.stringify(said)).digest('base64url'),
        trackingNumber: tracker.tracking_code,
        status,
        description: detail.message ?? '',
        location: [city, state, country].filter(Boolean).join(', ') || null,
        occurredAt,
      },
    ];
  });
}

function toStatus(status: string, detail: string | null): ShipmentStatus | undefined {
  if (status === 'in_transit' && detail === 'received_at_origin_facility') return 'HANDED_OVER';
  return STATUSES[status];
}
