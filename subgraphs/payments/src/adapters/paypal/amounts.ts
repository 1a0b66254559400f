import { type Money, parseMoney, toDecimal } from '@cartograph/kernel/money';

export interface PaypalAmount {
  readonly currency_code: string;
  readonly value: string;
}

/** PayPal takes no fractions of these, whatever ISO 4217 says. */
const WHOLE = new Set(['HUF', 'JPY', 'TWD']);

/** Null for an amount that PayPal does not take. */
export function toPaypalAmount(amount: Money): PaypalAmount | null {
  const { currency } = amount;
  if (!WHOLE.has(currency)) return { currency_code: currency, value: toDecimal(amount) };
  const [whole = '', fraction = ''] = toDecimal(amount).split('.');
  return /^0*$/.test(fraction) ? { currency_code: currency, value: whole } : null;
}

export const minorOf = ({ value, currency_code }: PaypalAmount): number => parseMoney(value, currency_code).minor;
