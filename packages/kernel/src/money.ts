import { currencyDigits, isCurrencyCode } from './currency.ts';
import { badInput } from './errors.ts';

/** An amount in integer minor units (cents), so that sums are exact. Safe to 90 trillion major units. */
export interface Money {
  readonly minor: number;
  readonly currency: string;
}

export function money(minor: number, currency: string): Money {
  if (!Number.isSafeInteger(minor)) throw new RangeError(`not an exact amount of minor units: ${minor}`);
  return { minor, currency };
}

export const zero = (currency: string): Money => money(0, currency);

function sameCurrency(a: Money, b: Money): void {
  if (a.currency !== b.currency) throw new RangeError(`${a.currency} and ${b.currency} cannot be added`);
}

export function add(a: Money, b: Money): Money {
  sameCurrency(a, b);
  return money(a.minor + b.minor, a.currency);
}

export function subtract(a: Money, b: Money): Money {
  sameCurrency(a, b);
  return money(a.minor - b.minor, a.currency);
}

export const multiply = (a: Money, by: number): Money => money(a.minor * by, a.currency);

export const sum = (amounts: readonly Money[], currency: string): Money => amounts.reduce(add, zero(currency));

/** a × b ÷ c rounded down, and what is left, exact also where a × b is beyond what a number holds. */
function divide(a: number, b: number, c: number): { readonly quotient: number; readonly rest: number } {
  const product = a * b;
  if (Number.isSafeInteger(product)) {
    const quotient = Math.floor(product / c);
    return { quotient, rest: product - quotient * c };
  }
  const big = BigInt(a) * BigInt(b);
  const modulo = big % BigInt(c);
  const rest = modulo < 0n ? modulo + BigInt(c) : modulo;
  return { quotient: Number((big - rest) / BigInt(c)), rest: Number(rest) };
}

/** amount × numerator ÷ denominator, rounded half up. */
export function fraction(a: Money, numerator: number, denominator: number): Money {
  const { quotient, rest } = divide(a.minor, numerator, denominator);
  return money(rest * 2 >= denominator ? quotient + 1 : quotient, a.currency);
}

/** A share in basis points (1/100 %), rounded half up: `share(money(1999,'EUR'), 1900)` is 380 cents. */
export const share = (a: Money, basisPoints: number): Money => fraction(a, basisPoints, 10_000);

/** Splits an amount by whole-number weights with no cent lost: the largest remainders get the odd cents. */
export function allocate(total: Money, weights: readonly number[]): readonly Money[] {
  const whole = weights.reduce((a, b) => a + b, 0);
  if (whole <= 0) throw new RangeError('weights must sum to more than zero');
  const parts = weights.map((weight) => divide(total.minor, weight, whole));
  const floors = parts.map(({ quotient }) => quotient);
  let rest = total.minor - floors.reduce((a, b) => a + b, 0);
  const byRemainder = parts
    .map(({ rest: remainder }, index) => ({ index, remainder }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  for (const { index } of byRemainder) {
    if (rest <= 0) break;
    floors[index] = (floors[index] ?? 0) + 1;
    rest -= 1;
  }
  return floors.map((minor) => money(minor, total.currency));
}

/** `{ minor: 1999, currency: 'EUR' }` as "19.99", with exactly the currency's digits. */
export function toDecimal({ minor, currency }: Money): string {
  const digits = currencyDigits(currency);
  if (digits === 0) return String(minor);
  const text = String(Math.abs(minor)).padStart(digits + 1, '0');
  return `${minor < 0 ? '-' : ''}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** Reads "19.99". Refuses unknown currencies, more digits than the currency has, and anything that is no number. */
export function parseMoney(amount: string, currency: string): Money {
  if (!isCurrencyCode(currency))
    throw badInput(`"${currency}" is not a currency code. Use an ISO 4217 code such as EUR or USD.`);
  const digits = currencyDigits(currency);
  const match = /^(-?)(\d{1,13})(?:\.(\d+))?$/.exec(amount);
  const fraction = match?.[3] ?? '';
  if (!match || fraction.replace(/0+$/, '').length > digits)
    throw badInput(`"${amount}" is not an amount in ${currency}. Write it with at most ${digits} decimals.`);
  const minor = Number(`${match[2]}${fraction.slice(0, digits).padEnd(digits, '0')}`);
  return money(match[1] ? -minor : minor, currency);
}

/** The GraphQL shape of an amount. */
export const toMoneyOutput = (amount: Money) => ({ amount: toDecimal(amount), currencyCode: amount.currency });
