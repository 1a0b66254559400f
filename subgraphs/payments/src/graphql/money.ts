import { type Money, parseMoney, toMoneyOutput } from '@cartograph/kernel/money';

/** Minor units in the form of the API. */
export const toMoney = (minor: number, currency: string) => toMoneyOutput({ minor, currency });

export const readMoney = ({ amount, currencyCode }: { amount: string; currencyCode: string }): Money =>
  parseMoney(amount, currencyCode);

export const readOptionalMoney = (input: { amount: string; currencyCode: string } | null | undefined): Money | null =>
  input ? readMoney(input) : null;
