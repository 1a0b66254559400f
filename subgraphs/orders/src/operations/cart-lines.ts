import { isId } from '@cartograph/kernel/id';
import { newId } from '@cartograph/runtime/ids';
import { type CartLine, MAX_LINES, MAX_QUANTITY } from '../domain/cart.ts';
import type { UnavailableLine, VariantUnavailable } from '../domain/checkout.ts';
import { variantProblem } from '../domain/sellable.ts';
import type { InputReader } from '../domain/text-input.ts';
import type { Ports } from '../ports.ts';

export interface CartLineInput {
  readonly variantId: string;
  readonly quantity?: number;
}

/** Reads lines to add. A variant that is named twice becomes one line. */
export function readLines(read: InputReader, lines: readonly CartLineInput[], atLeast: number): readonly CartLine[] {
  readCount(read, ['lines'], lines.length, atLeast);
  const byVariant = new Map<string, CartLine>();
  for (const [index, { variantId, quantity = 1 }] of lines.slice(0, MAX_LINES).entries()) {
    readQuantity(read, ['lines', index, 'quantity'], quantity);
    const earlier = byVariant.get(variantId);
    const all = (earlier?.quantity ?? 0) + quantity;
    // Each alone is right, both together are too many.
    if (earlier && quantity <= MAX_QUANTITY && all > MAX_QUANTITY)
      read.refuse(['lines', index, 'quantity'], `Together with another line this is more than ${MAX_QUANTITY}.`);
    byVariant.set(variantId, { id: earlier?.id ?? newId('CartLine'), variantId, quantity: all });
  }
  return [...byVariant.values()];
}

export function readCount(read: InputReader, path: readonly string[], count: number, atLeast: number): void {
  if (count < atLeast || count > MAX_LINES) read.refuse(path, `Name from ${atLeast} to ${MAX_LINES}.`);
}

export function readQuantity(read: InputReader, path: readonly (string | number)[], quantity: number): void {
  if (quantity >= 1 && quantity <= MAX_QUANTITY) return;
  const hint = quantity === 0 ? ' To take a line out, use "removeCartLines".' : '';
  read.refuse(path, `The quantity must be from 1 to ${MAX_QUANTITY}, and is ${quantity}.${hint}`);
}

/** Asks products whether so many can be bought; null if all can. */
export async function findUnavailable(
  { products }: Pick<Ports, 'products'>,
  currency: string,
  wanted: readonly Pick<CartLine, 'variantId' | 'quantity'>[],
): Promise<VariantUnavailable | null> {
  const ids = wanted.map(({ variantId }) => variantId).filter((id) => isId('Variant', id));
  const found = ids.length === 0 ? [] : await products.checkoutVariants(ids, currency);
  const byId = new Map(found.map((variant) => [variant.id, variant]));
  const variants = wanted.flatMap(({ variantId, quantity }): UnavailableLine[] => {
    const problem = variantProblem(byId.get(variantId), quantity);
    return problem ? [{ variantId, requested: quantity, ...problem }] : [];
  });
  return variants.length === 0 ? null : { kind: 'VariantUnavailable', variants };
}
