import type { InputIssue } from '@cartograph/kernel/refusal';
import type { StockLine } from './stock.ts';

/** More pieces than any line of any shop has, and few enough that no sum of them leaves the range of an integer. */
export const MAX_LINE_QUANTITY = 1_000_000;
export const MAX_ON_HAND = 10_000_000;

/** Lines of whole, positive quantities, at most `max` of them. An unknown id is not an issue: it names nothing. */
export function lineIssues(lines: readonly StockLine[], max: number): readonly InputIssue[] {
  const issues: InputIssue[] = [];
  if (lines.length < 1 || lines.length > max)
    issues.push({ path: ['lines'], message: `There must be from 1 to ${max} lines.` });
  for (const [index, { quantity }] of lines.entries()) {
    if (Number.isInteger(quantity) && quantity >= 1 && quantity <= MAX_LINE_QUANTITY) continue;
    const path = ['lines', String(index), 'quantity'];
    issues.push({ path, message: `The quantity must be from 1 to ${MAX_LINE_QUANTITY}.` });
  }
  return issues;
}

/** Each variant once, with the sum of its lines. */
export function mergeLines(lines: readonly StockLine[]): readonly StockLine[] {
  const sums = new Map<string, number>();
  for (const { variantId, quantity } of lines) sums.set(variantId, (sums.get(variantId) ?? 0) + quantity);
  return [...sums].map(([variantId, quantity]) => ({ variantId, quantity }));
}
