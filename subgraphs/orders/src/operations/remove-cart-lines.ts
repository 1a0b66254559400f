import { isId } from '@cartograph/kernel/id';
import type { Viewer } from '@cartograph/kernel/viewer';
import type { CartConflict } from '../domain/cart.ts';
import { invalidInput } from '../domain/outcome.ts';
import { createInputReader } from '../domain/text-input.ts';
import type { Ports } from '../ports.ts';
import { readCount } from './cart-lines.ts';
import { answerVersioned, type ChangeOutcome } from './changed-cart.ts';

export interface RemoveCartLinesInput {
  readonly cartId: string;
  readonly lineIds: readonly string[];
  readonly expectedVersion?: number | null | undefined;
}

export type RemoveCartLinesOutcome = ChangeOutcome | CartConflict;

/** Lines that are gone already are no error, so that a repeated request answers like the first. */
export const removeCartLines =
  (ports: Pick<Ports, 'carts' | 'clock'>) =>
  async (
    viewer: Viewer,
    { cartId, lineIds, expectedVersion }: RemoveCartLinesInput,
  ): Promise<RemoveCartLinesOutcome> => {
    const read = createInputReader();
    readCount(read, ['lineIds'], lineIds.length, 1);
    if (read.issues.length > 0) return invalidInput(read.issues);
    const options = { now: ports.clock(), expectedVersion };
    const change = isId('Cart', cartId) ? await ports.carts.removeLines(viewer, cartId, lineIds, options) : 'absent';
    return answerVersioned(ports, viewer, cartId, change, expectedVersion);
  };
