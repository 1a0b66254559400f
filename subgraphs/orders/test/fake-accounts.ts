import type { Money } from '@cartograph/kernel/money';

/** A payment as the neighbour in memory keeps it. */
export interface Account {
  readonly amount: Money;
  /** What was given back, by the refund's key. */
  readonly refunds: Map<string, Money>;
  /** What was taken, in cents, by the capture's key. */
  readonly captures: Map<string, number>;
  /** The key that it was authorised with. */
  readonly key?: string;
  /** `captured` once all of it was taken. */
  status: 'open' | 'authorized' | 'needs-action' | 'refused' | 'captured' | 'voided';
}

export const newAccount = (amount: Money, status: Account['status']): Account => ({
  ...{ amount, status },
  refunds: new Map(),
  captures: new Map(),
});

export const capturedOf = ({ captures }: Account): number =>
  [...captures.values()].reduce((all, minor) => all + minor, 0);

export const refundedOf = ({ refunds }: Account): number =>
  [...refunds.values()].reduce((all, { minor }) => all + minor, 0);
