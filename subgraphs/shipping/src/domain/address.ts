import type { PostalAddress, PostalAddressInput } from '@cartograph/kernel/postal-address';
import type { InputIssue } from '@cartograph/kernel/refusal';
import { textIssue } from './text-issue.ts';

const LONGEST = { name: 120, company: 120, line1: 200, line2: 200, city: 120, region: 80, postalCode: 20, phone: 40 };

/** One line per part, trimmed, with null for what is absent or blank. */
export function toAddress(input: PostalAddressInput): PostalAddress {
  // Control characters break labels, and PostgreSQL takes no NUL: after a payment that must not stop a plan.
  const clean = (value: string) => value.replace(/[\p{Cc}\p{Cs}]/gu, ' ').trim();
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

export const addressIssues = (path: readonly string[], address: PostalAddress): readonly InputIssue[] =>
  Object.entries(LONGEST).flatMap(([field, max]) => {
    const value = address[field as keyof typeof LONGEST];
    return value === null ? [] : textIssue([...path, field], value, { max });
  });
