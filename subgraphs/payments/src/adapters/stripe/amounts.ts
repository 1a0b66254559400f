import { currencyDigits } from '@cartograph/kernel/currency';
import { type Money, money } from '@cartograph/kernel/money';

/** Where Stripe counts other digits than ISO 4217: it keeps two for some that have none, and none for one that has two. */
const DIGITS: Readonly<Record<string, number>> = { ISK: 2, UGX: 2, MGA: 0 };

const shiftOf = (currency: string): number =>
  10 ** ((DIGITS[currency] ?? currencyDigits(currency)) - currencyDigits(currency));

/** In Stripe's smallest unit; null for an amount that it cannot say. */
export function toStripeAmount({ minor, currency }: Money): number | null {
  const amount = minor * shiftOf(currency);
  return Number.isInteger(amount) ? amount : null;
}

/** In ours. Stripe writes currencies in small letters. */
export function fromStripeAmount(amount: number, code: string): Money {
  const currency = code.toUpperCase();
  return money(Math.round(amount / shiftOf(currency)), currency);
}
