import { regionProblem, toDestination } from './destination.ts';
import type { InputReader } from './text-input.ts';

/** A postal address as it was checked and is stored. */
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

export interface PostalAddressInput {
  readonly name: string;
  readonly company?: string | null | undefined;
  readonly line1: string;
  readonly line2?: string | null | undefined;
  readonly city: string;
  readonly region?: string | null | undefined;
  readonly postalCode?: string | null | undefined;
  readonly countryCode: string;
  readonly phone?: string | null | undefined;
}

/** Checks an address as far as can be done without asking a carrier; what is wrong goes to the reader. */
export function readAddress(
  read: InputReader,
  path: readonly (string | number)[],
  input: PostalAddressInput,
): PostalAddress {
  const at = (field: string) => [...path, field];
  const { region, postalCode, countryCode } = toDestination(input);
  const problem = regionProblem({ region, postalCode, countryCode }, true);
  if (problem) read.refuse(at('region'), problem);
  return {
    name: read.text(at('name'), input.name, 100),
    company: read.optional(at('company'), input.company, 100),
    line1: read.text(at('line1'), input.line1, 200),
    line2: read.optional(at('line2'), input.line2, 200),
    city: read.text(at('city'), input.city, 100),
    region: read.optional(at('region'), region, 50),
    postalCode: read.optional(at('postalCode'), postalCode, 20),
    countryCode,
    phone: read.optional(at('phone'), input.phone, 30),
  };
}
