import { allocate, type Money, money, multiply, share } from '@cartograph/kernel/money';
import type { CheckoutVariant, DiscountKind } from './checkout.ts';
import { type DiscountRule, matches } from './discount.ts';

export interface DiscountableLine {
  readonly variant: CheckoutVariant;
  readonly quantity: number;
  readonly unitPrice: Money;
  readonly subtotal: Money;
}

/** What one discount takes off, in minor units: off each line by its index, and off shipping. */
export interface Cut {
  readonly rule: DiscountRule;
  readonly lines: readonly number[];
  readonly shipping: number;
}

/** Whole items first, then percentages of what is left, then amounts: so each takes off what its name promises. */
const ORDER: readonly DiscountKind[] = ['BUY_X_GET_Y', 'PERCENTAGE', 'FIXED_AMOUNT', 'FREE_SHIPPING'];

const total = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

const worth = (cuts: readonly Cut[]): number => total(cuts.map(({ lines, shipping }) => total(lines) + shipping));

/**
 * The best for the buyer: all combinable discounts together, or one that is not combinable, alone. Between equals the
 * one with a code wins, because the buyer asked for it.
 */
export function bestDiscounts(
  rules: readonly DiscountRule[],
  lines: readonly DiscountableLine[],
  shipping: Money | null,
): readonly Cut[] {
  const inOrder = [...rules].sort(
    (a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
  );
  const options = [
    inOrder.filter(({ combinable }) => combinable),
    ...inOrder.filter(({ combinable }) => !combinable).map((rule) => [rule]),
  ].map((option) => applyTogether(option, lines, shipping));
  const coded = (cuts: readonly Cut[]) => cuts.filter(({ rule }) => rule.code !== null).length;
  return options.reduce((best, next) =>
    worth(next) > worth(best) || (worth(next) === worth(best) && coded(next) > coded(best)) ? next : best,
  );
}

/** Each discount works on what the ones before it left, so that nothing is ever worth less than zero. */
function applyTogether(
  rules: readonly DiscountRule[],
  lines: readonly DiscountableLine[],
  shipping: Money | null,
): readonly Cut[] {
  const left = lines.map(({ subtotal }) => subtotal.minor);
  let shippingLeft = shipping?.minor ?? 0;
  return rules.map((rule) => {
    const off = rule.kind === 'FREE_SHIPPING' ? lines.map(() => 0) : offLines(rule, lines, left);
    const offShipping = rule.kind === 'FREE_SHIPPING' ? shippingLeft : 0;
    off.forEach((minor, i) => {
      left[i] = (left[i] ?? 0) - minor;
    });
    shippingLeft -= offShipping;
    return { rule, lines: off, shipping: offShipping };
  });
}

function offLines(rule: DiscountRule, lines: readonly DiscountableLine[], left: readonly number[]): readonly number[] {
  const matching = lines.map((line) => matches(rule, line.variant));
  if (rule.kind === 'BUY_X_GET_Y') return offSets(rule, lines, left, matching);
  const weights = left.map((minor, i) => (matching[i] ? minor : 0));
  const base = money(total(weights), lines[0]?.unitPrice.currency ?? '');
  if (base.minor === 0) return weights;
  const off =
    rule.kind === 'PERCENTAGE'
      ? share(base, rule.percentBasisPoints ?? 0)
      : money(Math.min(rule.amountMinor ?? 0, base.minor), base.currency);
  return allocate(off, weights).map(({ minor }) => minor);
}

/** Of every `buy + get` matching items the cheapest `get` are discounted. */
function offSets(
  rule: DiscountRule,
  lines: readonly DiscountableLine[],
  left: readonly number[],
  matching: readonly boolean[],
): readonly number[] {
  const get = rule.getQuantity ?? 0;
  const quantity = total(lines.map((line, i) => (matching[i] ? line.quantity : 0)));
  let discounted = Math.floor(quantity / ((rule.buyQuantity ?? 0) + get)) * get;
  const off = lines.map(() => 0);
  const cheapestFirst = lines
    .map((line, index) => ({ line, index }))
    .filter(({ index }) => matching[index])
    .sort((a, b) => a.line.unitPrice.minor - b.line.unitPrice.minor || a.index - b.index);
  for (const { line, index } of cheapestFirst) {
    const items = Math.min(discounted, line.quantity);
    const cut = share(multiply(line.unitPrice, items), rule.percentBasisPoints ?? 0).minor;
    off[index] = Math.min(cut, left[index] ?? 0);
    discounted -= items;
  }
  return off;
}
