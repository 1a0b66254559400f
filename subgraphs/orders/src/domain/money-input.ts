import { codeOf } from '@cartograph/kernel/errors';
import { type Money, parseMoney } from '@cartograph/kernel/money';
import type { InputReader } from './text-input.ts';

export interface MoneyInput {
  readonly amount: string;
  readonly currencyCode: string;
}

/** An amount that a client may leave out; what is wrong with it is refused. */
export function readMoney(
  read: InputReader,
  path: readonly (string | number)[],
  input: MoneyInput | null | undefined,
): Money | null {
  if (input == null) return null;
  try {
    return parseMoney(input.amount, input.currencyCode);
  } catch (error) {
    if (codeOf(error) !== 'BAD_USER_INPUT') throw error;
    read.refuse(path, (error as Error).message);
    return null;
  }
}
