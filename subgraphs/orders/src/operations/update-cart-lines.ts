import type { Viewer } from '@cartograph/kernel/viewer';
import type { CartConflict } from '../domain/cart.ts';
import type { VariantUnavailable } from '../domain/checkout.ts';
import { invalidInput } from '../domain/outcome.ts';
import { createInputReader } from '../domain/text-input.ts';
import type { Ports } from '../ports.ts';
import { findUnavailable, readCount, readQuantity } from './cart-lines.ts';
import { answerVersioned, type ChangeOutcome, isNotFound, openCart } from './changed-cart.ts';

export interface UpdateCartLinesInput {
  readonly cartId: string;
  readonly lines: readonly { readonly lineId: string; readonly quantity: number }[];
  readonly expectedVersion?: number | null | undefined;
}

export type UpdateCartLinesOutcome = ChangeOutcome | CartConflict | VariantUnavailable;

export const updateCartLines =
  (ports: Pick<Ports, 'carts' | 'products' | 'clock'>) =>
  async (viewer: Viewer, { cartId, lines, expectedVersion }: UpdateCartLinesInput): Promise<UpdateCartLinesOutcome> => {
    const read = createInputReader();
    readCount(read, ['lines'], lines.length, 1);
    for (const [index, { quantity }] of lines.entries()) readQuantity(read, ['lines', index, 'quantity'], quantity);
    if (read.issues.length > 0) return invalidInput(read.issues);
    const cart = await openCart(ports, viewer, cartId);
    if (isNotFound(cart)) return cart;

    const raised = [];
    const seen = new Set<string>();
    for (const [index, { lineId, quantity }] of lines.entries()) {
      const line = cart.lines.find(({ id }) => id === lineId);
      if (!line) read.refuse(['lines', index, 'lineId'], 'The cart has no such line (any more). Read it again.');
      else if (seen.has(lineId)) read.refuse(['lines', index, 'lineId'], 'This line is named twice.');
      // Fewer are always welcome, also when stock does not suffice for them either.
      else if (quantity > line.quantity) raised.push({ variantId: line.variantId, quantity });
      seen.add(lineId);
    }
    if (read.issues.length > 0) return invalidInput(read.issues);
    const unavailable = raised.length > 0 && (await findUnavailable(ports, cart.currency, raised));
    if (unavailable) return unavailable;
    const options = { now: ports.clock(), expectedVersion };
    const change = await ports.carts.setQuantities(viewer, cartId, lines, options);
    return answerVersioned(ports, viewer, cartId, change, expectedVersion);
  };
