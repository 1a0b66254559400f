import type { Viewer } from '@cartograph/kernel/viewer';
import type { CartPatch } from '../domain/cart-change.ts';
import { invalidInput } from '../domain/outcome.ts';
import { createInputReader } from '../domain/text-input.ts';
import type { Ports } from '../ports.ts';
import type { ChangeOutcome } from './changed-cart.ts';
import { patchCart } from './set-cart-destination.ts';

export interface UpdateCartInput {
  readonly cartId: string;
  readonly email?: string | null | undefined;
  readonly note?: string | null | undefined;
}

/** What is left out stays; null takes it away. */
export const updateCart =
  (ports: Pick<Ports, 'carts' | 'clock'>) =>
  async (viewer: Viewer, { cartId, email, note }: UpdateCartInput): Promise<ChangeOutcome> => {
    const read = createInputReader();
    const patch: CartPatch = {
      ...(email !== undefined && { email: read.email(['email'], email) }),
      ...(note !== undefined && { note: read.optional(['note'], note, 1000) }),
    };
    if (read.issues.length > 0) return invalidInput(read.issues);
    return patchCart(ports, viewer, cartId, patch);
  };
