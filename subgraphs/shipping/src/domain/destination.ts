/** Where goods go, as zones compare it. */
export interface Destination {
  readonly countryCode: string;
  readonly postalCode: string | null;
  readonly region: string | null;
}

export interface DestinationInput {
  readonly countryCode: string;
  readonly postalCode?: string | null | undefined;
  readonly region?: string | null | undefined;
}

/** "sw1a 1aa" and "SW1A1AA" are one postal code; "d-10115" is not Germany's, but is read without harm. */
export const plainPostalCode = (code: string | null | undefined): string | null =>
  code?.toUpperCase().replace(/[^A-Z0-9]/g, '') || null;

export const plainRegion = (region: string | null | undefined): string | null =>
  region
    ?.replace(/[\p{Cc}\p{Cs}]/gu, ' ')
    .trim()
    .toUpperCase() || null;

export const toDestination = ({ countryCode, postalCode, region }: DestinationInput): Destination => ({
  countryCode,
  postalCode: plainPostalCode(postalCode),
  region: plainRegion(region),
});
