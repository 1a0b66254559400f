import { isId } from '@cartograph/kernel/id';
import type { Viewer } from '@cartograph/kernel/viewer';
import { MAX_LINES } from '../domain/cart.ts';
import { invalidInput, issue, notFound } from '../domain/outcome.ts';
import type { Ports } from '../ports.ts';
import { answerChange, type ChangeOutcome } from './changed-cart.ts';

export interface MergeCartInput {
  readonly fromCartId?: string | null | undefined;
  readonly intoCartId?: string | null | undefined;
}

/** After sign-in, what was collected as a guest becomes the customer's. Done once, however often it is asked for. */
export const mergeCart =
  (ports: Pick<Ports, 'carts' | 'clock'>) =>
  async (viewer: Viewer, { fromCartId = null, intoCartId = null }: MergeCartInput): Promise<ChangeOutcome> => {
    const absent = notFound('There is no such cart to merge: neither of a guest session before sign-in, nor your own.');
    if (viewer.kind !== 'customer') return absent;
    if ([fromCartId, intoCartId].some((id) => id !== null && !isId('Cart', id))) return absent;
    const result = await ports.carts.merge({
      guestId: viewer.guestId ?? null,
      customerId: viewer.customerId,
      fromCartId,
      intoCartId,
      now: ports.clock(),
    });
    if (result.kind === 'merged') return answerChange(ports, viewer, result.cartId, 'changed');
    if (result.kind === 'absent') return absent;
    return invalidInput([
      issue(['fromCartId'], `Together the carts have more than ${MAX_LINES} variants. Take some out first.`),
    ]);
  };
