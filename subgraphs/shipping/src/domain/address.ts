import { type InputIssue, textIssue } from './outcome.ts';

/** A postal address as labels and clients read it. */
export interface Address {
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

type Given<T> = { readonly [K in keyof T]: null extends T[K] ? T[K] | undefined : T[K] };
/** The optional parts may be left out, as GraphQL inputs do. */
export type AddressInput = Partial<Given<Address>> & Pick<Address, 'name' | 'line1' | 'city' | 'countryCode'>;

const LONGEST = { name: 120, company: 120, line1: 200, line2: 200, city: 120, region: 80, postalCode: 20, phone: 40 };

/** One line per part, trimmed, with null for what is absent or blank. */
export function toAddress(input: AddressInput): Address {
  // Control characters break labels, and PostgreSQL takes no NUL: after a payment that must not stop a plan.
  const clean = (value: string) => value.replace(/\p{Cc}/gu, ' ').trim();
  const optional = (value: string | null | undefined) => (value && clean(value)) || null;
  return {
    name: clean(input.name),
    company: optional(input.company),
    line1: clean(input.line1),
    line2: optional(input.line2),
    city: clean(input.city),
    region: optional(input.region),
    postalCode: optional(input.postalCode),
    countryCode: input.countryCode,
    phone: optional(input.phone),
  };
}

export const addressIssues = (path: readonly string[], address: Address): readonly InputIssue[] =>
  Object.entries(LONGEST).flatMap(([field, max]) => {
    const value = address[field as keyof typeof LONGEST];
    return value === null ? [] : textIssue([...path, field], value, { max });
  });
