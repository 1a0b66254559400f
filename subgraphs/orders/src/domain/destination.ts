import type { CheckoutRefusal, Destination } from './checkout.ts';

/** Where tax and rates differ by state, so that the state must be known. */
const NEEDS_REGION = new Set(['US', 'CA']);

/** Reads a place as people write it: "us-ca" and " CA " are the region CA. */
export function toDestination(place: {
  readonly countryCode: string;
  readonly postalCode?: string | null | undefined;
  readonly region?: string | null | undefined;
}): Destination {
  const region = place.region?.trim().toUpperCase() || null;
  const prefix = `${place.countryCode}-`;
  return {
    countryCode: place.countryCode,
    postalCode: place.postalCode?.trim() || null,
    region: region?.startsWith(prefix) ? region.slice(prefix.length) : region,
  };
}

/** What is wrong with a region, in words; null if nothing is. */
export function regionProblem({ countryCode, region }: Destination, required: boolean): string | null {
  if (!NEEDS_REGION.has(countryCode) || (region === null && !required)) return null;
  if (region !== null && /^[A-Z]{2}$/.test(region)) return null;
  return `Write the state or province as its two-letter code, such as ${countryCode === 'US' ? 'CA for California' : 'ON for Ontario'}.`;
}

/** Whether goods can be taxed and sent there. */
export function addressRefusal(destination: Destination | null, requiresShipping: boolean): CheckoutRefusal | null {
  if (!destination)
    return requiresShipping
      ? { kind: 'InvalidAddress', message: 'Say where the goods go: an address is missing.' }
      : null;
  const message = regionProblem(destination, true);
  return message === null ? null : { kind: 'InvalidAddress', message };
}
