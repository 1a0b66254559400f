import { currencyDigits } from '@cartograph/kernel/currency';
import { type Money, money } from '@cartograph/kernel/money';

/** Amounts in a provider's smallest units; `digits` says where it counts other ones than ISO 4217. */
export function createMinorUnits(digits: Readonly<Record<string, number>>) {
  const factorOf = (currency: string) =>
    10 ** ((digits[currency] ?? currencyDigits(currency)) - currencyDigits(currency));
  return {
    /** Null for an amount that the provider cannot say. */
    to({ minor, currency }: Money): number | null {
      const amount = minor * factorOf(currency);
      return Number.isInteger(amount) ? amount : null;
    },
    from(amount: number, code: string): Money {
      const currency = code.toUpperCase();
      return money(Math.round(amount / factorOf(currency)), currency);
    },
  };
}
