/** A postal address as it is stored and shown: trimmed, with null for what is absent. Each subgraph has its own limits. */
export interface PostalAddress {
  readonly name: string;
  readonly company: string | null;
  readonly line1: string;
  readonly line2: string | null;
  readonly city: string;
  readonly region: string | null;
  readonly postalCode: string | null;
  readonly countryCode: string;
  readonly phone: string | null;
}

type OptionalPart = 'company' | 'line2' | 'region' | 'postalCode' | 'phone';

/** An address as clients send it: the optional parts may be absent, null or blank. */
export type PostalAddressInput = Omit<PostalAddress, OptionalPart> & {
  readonly [Part in OptionalPart]?: string | null | undefined;
};
