import { parseMoney } from '@cartograph/kernel/money';
import type { InputIssue } from '@cartograph/kernel/refusal';

/** One price to set; `minor` null removes it. */
export interface PriceChange {
  readonly variantId: string;
  readonly currency: string;
  readonly country: string | null;
  readonly minor: number | null;
  readonly compareAtMinor: number | null;
}

export interface PriceDraft {
  readonly currency: string;
  readonly country: string | null;
  readonly minor: number;
  readonly compareAtMinor: number | null;
}

/** Reads an amount of zero or more in minor units; null and an issue when it is none. */
export function readAmount(
  amount: string,
  currency: string,
  path: readonly string[],
  issues: InputIssue[],
): number | null {
  try {
    const { minor } = parseMoney(amount, currency);
    if (minor >= 0) return minor;
    issues.push({ path, message: 'A price must not be below zero.' });
  } catch (error) {
    // `parseMoney` says in words what is wrong with the text.
    issues.push({ path, message: (error as Error).message });
  }
  return null;
}
