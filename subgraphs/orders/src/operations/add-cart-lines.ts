import type { Viewer } from '@cartograph/kernel/viewer';
import type { Cart, CartConflict, CartLine } from '../domain/cart.ts';
import type { VariantUnavailable } from '../domain/checkout.ts';
import { invalidInput } from '../domain/outcome.ts';
import { createInputReader } from '../domain/text-input.ts';
import type { Ports } from '../ports.ts';
import { type CartLineInput, findUnavailable, readLines } from './cart-lines.ts';
import {
  answerChange,
  answerVersioned,
  type ChangeOutcome,
  findRepeated,
  isNotFound,
  openCart,
  readKey,
} from './changed-cart.ts';

export interface AddCartLinesInput {
  readonly cartId: string;
  readonly lines: readonly CartLineInput[];
  readonly idempotencyKey?: string | null | undefined;
  readonly expectedVersion?: number | null | undefined;
}

export type AddCartLinesOutcome = ChangeOutcome | CartConflict | VariantUnavailable;

export const addCartLines =
  (ports: Pick<Ports, 'carts' | 'products' | 'clock'>) =>
  async (viewer: Viewer, input: AddCartLinesInput): Promise<AddCartLinesOutcome> => {
    const { cartId, expectedVersion } = input;
    const read = createInputReader();
    const lines = readLines(read, input.lines, 1);
    const keyed = readKey(read, viewer, 'addCartLines', input);
    if (read.issues.length > 0) return invalidInput(read.issues);

    const repeated = await findRepeated(ports, keyed);
    if (repeated) return 'kind' in repeated ? repeated : answerChange(ports, viewer, repeated.cartId, 'repeated');
    const cart = await openCart(ports, viewer, cartId);
    if (isNotFound(cart)) return cart;
    const unavailable = await findUnavailable(ports, cart.currency, withWhatIsThere(cart, lines));
    if (unavailable) return unavailable;
    const options = { now: ports.clock(), expectedVersion, keyed };
    const change = await ports.carts.addLines(viewer, cartId, lines, options);
    if (change === 'repeated') return addCartLines(ports)(viewer, input);
    // A twin with the same key may have raised the version before us.
    if (change === 'absent' && keyed && (await findRepeated(ports, keyed))) return addCartLines(ports)(viewer, input);
    return answerVersioned(ports, viewer, cartId, change, expectedVersion);
  };

/** Stock must suffice for what is in the cart already and for what is added. */
const withWhatIsThere = (cart: Cart, lines: readonly CartLine[]) =>
  lines.map(({ variantId, quantity }) => {
    const there = cart.lines.find((line) => line.variantId === variantId);
    return { variantId, quantity: quantity + (there?.quantity ?? 0) };
  });
