import { type Money, multiply } from '@cartograph/kernel/money';
import type { CheckoutVariant, UnavailableLine, VariantProblem } from './checkout.ts';

export interface SellableLine {
  readonly variantId: string;
  readonly quantity: number;
  readonly variant: CheckoutVariant;
  readonly unitPrice: Money;
  readonly subtotal: Money;
}

/** Why so many of a variant cannot be bought; null if they can. */
export function variantProblem(
  variant: CheckoutVariant | undefined,
  quantity: number,
): { readonly reason: VariantProblem; readonly available: number } | null {
  if (!variant) return { reason: 'NOT_FOUND', available: 0 };
  const available = variant.backorder ? quantity : Math.max(0, variant.availableQuantity);
  if (!variant.unitPrice) return { reason: 'NOT_SOLD_IN_CURRENCY', available: 0 };
  if (available === 0) return { reason: 'SOLD_OUT', available };
  // More money than a number holds exactly is nothing that a shop can sell.
  if (!variant.purchasable || !Number.isSafeInteger(variant.unitPrice.minor * quantity * 1000))
    return { reason: 'NOT_FOR_SALE', available: 0 };
  return available < quantity ? { reason: 'INSUFFICIENT_STOCK', available } : null;
}

/** Lines with a price are priced even when they are sold out: the buyer sees what they would cost. */
export function sortLines(
  lines: readonly { readonly variantId: string; readonly quantity: number }[],
  variants: ReadonlyMap<string, CheckoutVariant>,
): { readonly sellable: readonly SellableLine[]; readonly unavailable: readonly UnavailableLine[] } {
  const sellable: SellableLine[] = [];
  const unavailable: UnavailableLine[] = [];
  for (const { variantId, quantity } of lines) {
    const variant = variants.get(variantId);
    const problem = variantProblem(variant, quantity);
    if (problem) unavailable.push({ variantId, requested: quantity, ...problem });
    if (!variant?.unitPrice || problem?.reason === 'NOT_FOR_SALE') continue;
    const { unitPrice } = variant;
    sellable.push({ variantId, quantity, variant, unitPrice, subtotal: multiply(unitPrice, quantity) });
  }
  return { sellable, unavailable };
}

/** In grams; capped at what a GraphQL Int holds, which is more than any ship carries. */
export const shippedWeight = (lines: readonly SellableLine[]): number =>
  Math.min(
    2 ** 31 - 1,
    lines.reduce(
      (all, { variant, quantity }) => all + (variant.requiresShipping ? variant.weightGrams * quantity : 0),
      0,
    ),
  );

export const requiresShipping = (lines: readonly SellableLine[]): boolean =>
  lines.some(({ variant }) => variant.requiresShipping);
