import { createHash } from 'node:crypto';
import { type Money, parseMoney } from '@cartograph/kernel/money';
import type { PostalAddress } from '@cartograph/kernel/postal-address';
import { plainPostalCode } from '../../domain/destination.ts';
import type { ShipmentStatus } from '../../domain/shipment-status.ts';
import type { CarrierMessage } from '../../ports.ts';

/** UPS's types of activities. A voided label (MV) and what is only about freight say nothing of use. */
const STATUSES: Readonly<Record<string, ShipmentStatus>> = {
  M: 'LABEL_PURCHASED',
  P: 'HANDED_OVER',
  I: 'IN_TRANSIT',
  O: 'OUT_FOR_DELIVERY',
  D: 'DELIVERED',
  X: 'EXCEPTION',
  RS: 'RETURNED',
};
export const VOIDED = 'MV';

/** What the time-in-transit service calls what the others know by a number; abroad it uses numbers of its own. */
const SERVICES: Readonly<Record<string, string>> = {
  ...{ '1DM': '14', '1DA': '01', '1DP': '13', '2DM': '59', '2DA': '02', '3DS': '12', GND: '03' },
};
export const serviceOfLevel = (level: string): string | undefined => SERVICES[level];

export const MAX_LINE = 35;
export const MAX_LINES = 3;

/** An address's street in UPS's three short lines; null when it does not fit, for a cut address reaches nobody. */
export function toLines({ line1, line2 }: Pick<PostalAddress, 'line1' | 'line2'>): readonly string[] | null {
  const lines: string[] = [];
  for (const given of [line1, line2 ?? '']) {
    let line = '';
    for (const word of given.split(/\s+/).filter(Boolean)) {
      if (word.length > MAX_LINE) return null;
      const longer = line === '' ? word : `${line} ${word}`;
      if (longer.length <= MAX_LINE) line = longer;
      else {
        lines.push(line);
        line = word;
      }
    }
    if (line !== '') lines.push(line);
  }
  return lines.length > 0 && lines.length <= MAX_LINES ? lines : null;
}

export function toAddress(address: PostalAddress, lines: readonly string[]) {
  const { region, city, countryCode } = address;
  const postalCode = plainPostalCode(address.postalCode);
  return {
    AddressLine: lines,
    ...(city && { City: city.slice(0, 30) }),
    // A code, not a name: where UPS wants one, it has two letters.
    ...(region && /^[A-Z]{2}$/i.test(region) && { StateProvinceCode: region.toUpperCase() }),
    ...(postalCode && { PostalCode: postalCode.slice(0, 9) }),
    CountryCode: countryCode,
  };
}

export function toParty(address: PostalAddress, lines: readonly string[]) {
  const phone = address.phone?.replace(/\D/g, '').slice(0, 15);
  return {
    Name: (address.company ?? address.name).slice(0, 35),
    AttentionName: address.name.slice(0, 35),
    ...(phone && { Phone: { Number: phone } }),
    Address: toAddress(address, lines),
  };
}

const GRAMS_PER_POUND = 453.59237;

/** In the sender's unit, to a tenth and rounded up: UPS takes no kilograms from the United States. */
export function toWeight(grams: number, countryCode: string) {
  const isPounds = countryCode === 'US' || countryCode === 'PR';
  const weight = Math.max(0.1, Math.ceil((grams / (isPounds ? GRAMS_PER_POUND : 1000)) * 10) / 10);
  return {
    UnitOfMeasurement: isPounds ? { Code: 'LBS', Description: 'Pounds' } : { Code: 'KGS', Description: 'Kilograms' },
    Weight: weight.toFixed(1),
  };
}

/** At most 35 characters that are the key's own, for UPS finds labels by it. */
export const referenceOf = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, 32);

interface Charge {
  readonly CurrencyCode: string;
  readonly MonetaryValue: string;
}

/** What we pay by contract, where we have one. */
export function chargeOf(of: {
  readonly NegotiatedRateCharges?: { readonly TotalCharge?: Charge };
  readonly TotalCharges?: Charge;
  readonly ShipmentCharges?: { readonly TotalCharges?: Charge };
}): Money | null {
  const charge = of.NegotiatedRateCharges?.TotalCharge ?? of.TotalCharges ?? of.ShipmentCharges?.TotalCharges;
  return charge ? parseMoney(charge.MonetaryValue, charge.CurrencyCode) : null;
}

export interface UpsActivity {
  readonly date?: string;
  readonly time?: string;
  readonly gmtDate?: string;
  readonly gmtTime?: string;
  readonly location?: {
    readonly address?: { readonly city?: string; readonly stateProvince?: string; readonly country?: string };
  };
  readonly status?: { readonly type?: string; readonly code?: string; readonly description?: string };
}

/** An activity in our words; none for one that we have no use for. It has no id, so what it says makes one. */
export function toMessage(trackingNumber: string, activity: UpsActivity): readonly CarrierMessage[] {
  const { type = '', code = '', description = '' } = activity.status ?? {};
  const status = STATUSES[type.trim()];
  const occurredAt = momentOf(activity);
  if (!status || !occurredAt) return [];
  const { city, stateProvince, country } = activity.location?.address ?? {};
  const said = [trackingNumber, activity.date, activity.time, type, code, city];
  return [
    {
      reference: createHash('sha256').update(JSON.stringify(said)).digest('base64url'),
      ...{ trackingNumber, status, description, occurredAt },
      location: [city, stateProvince, country].filter(Boolean).join(', ') || null,
    },
  ];
}

/** UPS says the time of the place, and Greenwich's where it knows it; hours before ten have one digit in some. */
function momentOf({ date, time, gmtDate, gmtTime }: UpsActivity): Date | null {
  const day = /^(\d{4})(\d{2})(\d{2})$/.exec(gmtDate ?? date ?? '');
  const clock = /^(\d{2})(\d{2})(\d{2})$/.exec(
    (gmtDate ? (gmtTime ?? '') : (time ?? '')).replaceAll(':', '').padStart(6, '0'),
  );
  if (!day || !clock) return null;
  const moment = new Date(`${day.slice(1).join('-')}T${clock.slice(1).join(':')}Z`);
  return Number.isNaN(moment.getTime()) ? null : moment;
}
