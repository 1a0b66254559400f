import { badInput } from '@cartograph/kernel/errors';
import { readText } from '@cartograph/kernel/text';

export interface Customer {
  readonly id: string;
  readonly email: string;
  readonly emailVerifiedAt: Date | null;
  readonly name: string | null;
  readonly phone: string | null;
  readonly locale: string;
  readonly taxExempt: boolean;
  readonly defaultShippingAddressId: string | null;
  readonly defaultBillingAddressId: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What an order needs to know of its buyer. */
export interface CheckoutCustomer {
  readonly id: string;
  readonly email: string;
  readonly name: string | null;
  readonly locale: string;
  readonly taxExempt: boolean;
  readonly groups: readonly string[];
}

/** Absent stays as it is; null empties. */
export interface CustomerChange {
  readonly name?: string | null | undefined;
  readonly phone?: string | null | undefined;
  readonly locale?: string | undefined;
  readonly taxExempt?: boolean | undefined;
}

/** What a search looks in: words without case and accents. */
export const searchText = (of: Pick<Customer, 'email' | 'name' | 'phone'>): string =>
  foldText([of.email, of.name ?? '', of.phone ?? '', (of.phone ?? '').replace(/\D/g, '')].join(' '));

/** "Zoë  Müller" as ["zoe", "muller"]. */
export const searchWords = (query: string): readonly string[] =>
  foldText(query).split(' ').filter(Boolean).slice(0, 10);

const foldText = (text: string): string =>
  text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/\s+/g, ' ').trim();

export const readName = (name: string): string => readText('name', name, { max: 200 });

export function readPhone(phone: string): string {
  const text = readText('phone', phone, { min: 4, max: 40 });
  if (!/^\+?[\d\s()./-]+$/.test(text)) throw badInput('"phone" must be a phone number such as +49 170 1234567.');
  return text;
}

/** "de_de" is no tag; "de-de" becomes "de-DE". */
export function readLocale(locale: string): string {
  try {
    const [tag] = Intl.getCanonicalLocales(locale);
    if (tag && tag.length <= 35) return tag;
  } catch {
    // Falls through to the same answer.
  }
  throw badInput('"locale" must be a language tag such as de or en-GB.');
}
