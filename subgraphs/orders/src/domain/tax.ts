import { add, fraction, type Money, share, sum, zero } from '@cartograph/kernel/money';
import type { TaxLine } from './checkout.ts';

/** One tax that is due at the destination on one class of goods. */
export interface TaxRate {
  readonly title: string;
  /** In small letters. */
  readonly taxClass: string;
  readonly rateBasisPoints: number;
}

const STANDARD = 'standard';

/** The rates of a class. A class nobody has set a rate for is taxed like standard goods: rather that than not at all. */
export function ratesFor(rates: readonly TaxRate[], taxClass: string): readonly TaxRate[] {
  const wanted = taxClass.toLowerCase();
  const own = rates.filter((rate) => rate.taxClass === wanted);
  return own.length > 0 ? own : rates.filter((rate) => rate.taxClass === STANDARD);
}

const totalRate = (rates: readonly TaxRate[]): number => rates.reduce((all, rate) => all + rate.rateBasisPoints, 0);

/** The tax inside a price that includes it. */
export const includedTax = (gross: Money, rates: readonly TaxRate[]): Money =>
  fraction(gross, totalRate(rates), 10_000 + totalRate(rates));

/** Tax on an amount, by rate: inside it where prices include tax, on top of it where they do not. Rounded per rate. */
export function taxOn(amount: Money, rates: readonly TaxRate[], included: boolean): readonly TaxLine[] {
  return rates.map(({ title, rateBasisPoints }) => ({
    title,
    rateBasisPoints,
    amount: included ? fraction(amount, rateBasisPoints, 10_000 + totalRate(rates)) : share(amount, rateBasisPoints),
  }));
}

/** The same taxes of several amounts, added up by title and rate. */
export function addTaxLines(lines: readonly TaxLine[], currency: string): readonly TaxLine[] {
  const byTax = new Map<string, TaxLine>();
  for (const line of lines) {
    const key = `${line.rateBasisPoints}:${line.title}`;
    const amount = add(byTax.get(key)?.amount ?? zero(currency), line.amount);
    byTax.set(key, { ...line, amount });
  }
  return [...byTax.values()];
}

export const taxTotal = (lines: readonly TaxLine[], currency: string): Money =>
  sum(
    lines.map(({ amount }) => amount),
    currency,
  );
