import { readText } from '@cartograph/kernel/text';
import type { InputReader } from './outcome.ts';

/** As many as one address book holds. */
export const MAX_ADDRESSES = 100;

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

export interface Address extends PostalAddress {
  readonly id: string;
  readonly customerId: string;
  readonly isDefaultShipping: boolean;
  readonly isDefaultBilling: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export type AddressUse = 'SHIPPING' | 'BILLING';

type OptionalField = 'company' | 'line2' | 'region' | 'postalCode' | 'phone';

/** Fields as a client sends them: optional ones may be absent, null or blank. */
export type PostalAddressDraft = Omit<PostalAddress, OptionalField> & {
  readonly [Field in OptionalField]?: string | null | undefined;
};

/** Reads each field on its own, so that a form can mark all that are wrong. */
export function readPostalAddress(draft: PostalAddressDraft, input: InputReader): PostalAddress {
  const read = (field: string, value: string, max: number): string =>
    input.read(['address', field], () => readText(field, value, { max })) ?? '';
  const optional = (field: OptionalField, max: number): string | null =>
    draft[field]?.trim() ? read(field, draft[field], max) : null;
  return {
    name: read('name', draft.name, 120),
    company: optional('company', 120),
    line1: read('line1', draft.line1, 200),
    line2: optional('line2', 200),
    city: read('city', draft.city, 120),
    region: optional('region', 120),
    postalCode: optional('postalCode', 20),
    countryCode: draft.countryCode,
    phone: optional('phone', 40),
  };
}
