import { isId } from '@cartograph/kernel/id';
import type { StockLine } from './stock.ts';

/** One refused value: where it is in the input, and what would be right. */
export interface InputIssue {
  readonly path: readonly string[];
  readonly message: string;
}

export interface InvalidInput {
  readonly kind: 'InvalidInput';
  readonly message: string;
  readonly issues: readonly InputIssue[];
}

export interface NotFound {
  readonly kind: 'NotFound';
  readonly message: string;
}

/** More pieces than any line of any shop has, and few enough that no sum of them leaves the range of an integer. */
export const MAX_LINE_QUANTITY = 1_000_000;
export const MAX_ON_HAND = 10_000_000;
const MAX_TEXT = 200;

export const invalidInput = (issues: readonly InputIssue[]): InvalidInput => ({
  kind: 'InvalidInput',
  message: issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join(' '),
  issues,
});

export const notFound = (what: string): NotFound => ({ kind: 'NotFound', message: `There is no such ${what}.` });

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

/** The issues of a text that must be there, be short, and hold no control characters. */
export function textIssues(path: string | readonly string[], text: string, max = MAX_TEXT): readonly InputIssue[] {
  const where = typeof path === 'string' ? [path] : path;
  if (text.trim().length < 1 || text.length > max)
    return [{ path: where, message: `It must have from 1 to ${max} characters.` }];
  return /\p{Cc}/u.test(text) ? [{ path: where, message: 'It must not contain control characters.' }] : [];
}

/** The same of a text that may be left out. */
export const optionalTextIssues = (
  path: string | readonly string[],
  text: string | null | undefined,
): readonly InputIssue[] => (text == null ? [] : textIssues(path, text));

/** Ids of another form name nothing; telling so early saves the database the question. */
export const isVariantId = (id: string): boolean => isId('Variant', id);
export const isWarehouseId = (id: string): boolean => isId('Warehouse', id);
