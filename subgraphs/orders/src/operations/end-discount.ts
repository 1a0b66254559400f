import { isId } from '@cartograph/kernel/id';
import type { Viewer } from '@cartograph/kernel/viewer';
import { type NotFound, notFound } from '../domain/outcome.ts';
import type { EndDiscountSuccess } from '../domain/staff-discount.ts';
import type { Ports } from '../ports.ts';

export type EndDiscountOutcome = EndDiscountSuccess | NotFound;

/** Safe to repeat: a discount that is over keeps the moment at which it ended. */
export const endDiscount =
  ({ discounts, clock }: Pick<Ports, 'discounts' | 'clock'>) =>
  async (_viewer: Viewer, id: string): Promise<EndDiscountOutcome> => {
    const discount = isId('Discount', id) ? await discounts.end(id, clock()) : null;
    return discount ? { kind: 'EndDiscountSuccess', discount } : notFound('There is no discount with this id.');
  };
