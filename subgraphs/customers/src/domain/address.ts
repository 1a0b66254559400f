import type { PostalAddress, PostalAddressInput } from '@cartograph/kernel/postal-address';
import { readText } from '@cartograph/kernel/text';
import type { InputReader } from './outcome.ts';

/** As many as one address book holds. */
export const MAX_ADDRESSES = 100;

export interface Address extends PostalAddress {
  readonly id: string;
  readonly customerId: string;
  readonly isDefaultShipping: boolean;
  readonly isDefaultBilling: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export type AddressUse = 'SHIPPING' | 'BILLING';

/** Reads each field on its own, so that a form can mark all that are wrong. */
export function readPostalAddress(draft: PostalAddressInput, input: InputReader): PostalAddress {
  const read = (field: string, value: string, max: number): string =>
    input.read(['address', field], () => readText(field, value, { max })) ?? '';
  const optional = (field: keyof PostalAddressInput, max: number): string | null =>
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
