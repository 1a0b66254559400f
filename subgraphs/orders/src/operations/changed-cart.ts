import { createHash } from 'node:crypto';
import { CodedError } from '@cartograph/kernel/errors';
import { isId } from '@cartograph/kernel/id';
import { buyerOf, type Viewer } from '@cartograph/kernel/viewer';
import {
  type Cart,
  type CartConflict,
  type CartUpdated,
  closedMessage,
  isOpen,
  MAX_CODES,
  MAX_LINES,
  MAX_QUANTITY,
} from '../domain/cart.ts';
import type { CartChange, KeyedChange } from '../domain/cart-change.ts';
import { type InvalidInput, invalidInput, issue, type NotFound, notFound } from '../domain/outcome.ts';
import type { InputReader } from '../domain/text-input.ts';
import type { Ports } from '../ports.ts';

export type ChangeOutcome = CartUpdated | InvalidInput | NotFound;

const ABSENT = notFound('You have no cart with this id.');

export async function findCart({ carts }: Pick<Ports, 'carts'>, viewer: Viewer, id: string): Promise<Cart | null> {
  if (!isId('Cart', id)) return null;
  const [cart] = await carts.findByIds(viewer, [id]);
  return cart ?? null;
}

/** The viewer's cart if it can be changed. */
export async function openCart(ports: Pick<Ports, 'carts'>, viewer: Viewer, id: string): Promise<Cart | NotFound> {
  const cart = await findCart(ports, viewer, id);
  if (!cart) return ABSENT;
  return isOpen(cart) ? cart : notFound(closedMessage(cart));
}

export const isNotFound = (found: Cart | NotFound): found is NotFound => 'kind' in found;

/** The cart after a change, or why there was none. */
export async function answerChange(
  ports: Pick<Ports, 'carts'>,
  viewer: Viewer,
  cartId: string,
  change: CartChange,
): Promise<ChangeOutcome> {
  const answer = await answerVersioned(ports, viewer, cartId, change, null);
  if (answer.kind === 'CartConflict') throw new CodedError('CONFLICT');
  return answer;
}

export async function answerVersioned(
  ports: Pick<Ports, 'carts'>,
  viewer: Viewer,
  cartId: string,
  change: CartChange,
  expectedVersion: number | null | undefined,
): Promise<ChangeOutcome | CartConflict> {
  const limit = LIMITS[change];
  if (limit) return invalidInput([limit]);
  const cart = await findCart(ports, viewer, cartId);
  if (!cart) return ABSENT;
  if (change !== 'absent') return { kind: 'CartUpdated', cart };
  if (!isOpen(cart)) return notFound(closedMessage(cart));
  if (expectedVersion != null) return { kind: 'CartConflict', cart };
  // Closed or merged between two statements, and open again: nobody knows, so the caller asks again.
  throw new CodedError('CONFLICT');
}

const LIMITS: Readonly<Partial<Record<CartChange, ReturnType<typeof issue>>>> = {
  'too-many-lines': issue(['lines'], `A cart holds at most ${MAX_LINES} different variants. Take some out first.`),
  'quantity-too-high': issue(['lines'], `A cart holds at most ${MAX_QUANTITY} of one variant. Add fewer.`),
  'too-many-codes': issue(['code'], `A cart holds at most ${MAX_CODES} codes. Take one off first.`),
};

/** Reads an idempotency key. The digest covers everything that was asked for under it. */
export function readKey(
  read: InputReader,
  viewer: Viewer,
  operation: string,
  input: { readonly idempotencyKey?: string | null | undefined },
): KeyedChange | null {
  const { idempotencyKey: key, ...rest } = input;
  const buyerId = buyerOf(viewer);
  if (key == null || buyerId === null) return null;
  if (!/^[\x21-\x7e]{8,64}$/.test(key))
    read.refuse(['idempotencyKey'], 'Write from 8 to 64 letters, digits and signs without blanks, such as a UUID.');
  const digest = createHash('sha256')
    .update(JSON.stringify([operation, rest]))
    .digest('hex');
  return { buyerId, key, digest };
}

/** The cart that a key has changed before; null for a new key. */
export async function findRepeated(
  { carts }: Pick<Ports, 'carts'>,
  keyed: KeyedChange | null,
): Promise<{ readonly cartId: string } | InvalidInput | null> {
  const earlier = keyed && (await carts.findChange(keyed.buyerId, keyed.key));
  if (!keyed || !earlier) return null;
  if (earlier.digest === keyed.digest) return { cartId: earlier.cartId };
  return invalidInput([
    issue(['idempotencyKey'], 'This key was used for something else. Use a new key for each change.'),
  ]);
}
