/** A request that the carrier refuses, with the status and the code that its API documents. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const errorBody = (code: string, message: string) => ({ error: { code, message } });

export interface CarrierAddress {
  readonly name: string;
  readonly company: string | null;
  readonly line1: string;
  readonly line2: string | null;
  readonly city: string;
  readonly region: string | null;
  readonly postal_code: string | null;
  readonly country: string;
  readonly phone: string | null;
}

export interface ShipmentRequest {
  readonly from: CarrierAddress;
  readonly to: CarrierAddress;
  readonly weight_grams: number;
  /** The customer's own name of the parcel. */
  readonly reference: string | null;
}

/** Forms of postal codes that this carrier checks; other countries' codes it takes as they are. */
const POSTAL_CODES: Readonly<Record<string, RegExp>> = {
  AT: /^\d{4}$/,
  BE: /^\d{4}$/,
  CA: /^[A-Z]\d[A-Z] ?\d[A-Z]\d$/i,
  CH: /^\d{4}$/,
  DE: /^\d{5}$/,
  DK: /^\d{4}$/,
  ES: /^\d{5}$/,
  FR: /^\d{5}$/,
  GB: /^[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$/i,
  IT: /^\d{5}$/,
  NL: /^\d{4} ?[A-Z]{2}$/i,
  PL: /^\d{2}-?\d{3}$/,
  SE: /^\d{3} ?\d{2}$/,
  US: /^\d{5}(-\d{4})?$/,
};

export const MAX_GRAMS = 31_500;

export function parseBody(body: unknown): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(String(body ?? ''));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Falls through to the same refusal.
  }
  throw new Refused(400, 'malformed', 'The body is not a JSON object.');
}

export function readShipment(body: Readonly<Record<string, unknown>>): ShipmentRequest {
  const grams = body.weight_grams;
  if (typeof grams !== 'number' || !Number.isInteger(grams) || grams < 0)
    throw new Refused(400, 'malformed', '"weight_grams" must be a whole number from 0.');
  if (grams > MAX_GRAMS) throw new Refused(422, 'weight_exceeded', `A parcel weighs at most ${MAX_GRAMS} g.`);
  return {
    from: readAddress('from', body.from),
    to: readAddress('to', body.to),
    weight_grams: grams,
    reference: typeof body.reference === 'string' ? body.reference : null,
  };
}

function readAddress(side: string, value: unknown): CarrierAddress {
  const given = (value ?? {}) as Readonly<Record<string, unknown>>;
  const text = (field: string): string => {
    const part = given[field];
    if (typeof part === 'string' && part.trim()) return part.trim();
    throw new Refused(422, 'address_invalid', `"${side}.${field}" is missing.`);
  };
  const optional = (field: string): string | null => (typeof given[field] === 'string' ? given[field] : null);
  const country = text('country');
  const postalCode = optional('postal_code');
  const form = POSTAL_CODES[country];
  if (form && !form.test(postalCode ?? ''))
    throw new Refused(422, 'address_invalid', `${JSON.stringify(postalCode)} is not a postal code of ${country}.`);
  return {
    name: text('name'),
    company: optional('company'),
    line1: text('line1'),
    line2: optional('line2'),
    city: text('city'),
    region: optional('region'),
    postal_code: postalCode,
    country,
    phone: optional('phone'),
  };
}
