import type { Money } from '@cartograph/kernel/money';
import type { AuthorizeRequest } from '../src/domain/payment.ts';

/** A payment as the neighbour in memory keeps it. */
export interface Account {
  readonly amount: Money;
  /** What was given back, by the refund's key. */
  readonly refunds: Map<string, Money>;
  /** What was taken, in cents, by the capture's key. */
  readonly captures: Map<string, number>;
  /** The key that it was authorised with. */
  readonly key?: string;
  /** The sales channel that has collected it. */
  readonly channel?: string;
  /** What voiding it has given back, in cents. */
  readonly undone?: number;
  /** `captured` once all of it was taken. */
  status: 'open' | 'authorized' | 'needs-action' | 'refused' | 'captured' | 'voided';
}

/** What an authorisation makes of an order's account. After a decline another key is another payment. */
export function authorized(earlier: Account | undefined, request: AuthorizeRequest): Account {
  const { amount, token, key, channel } = request;
  if (earlier && (earlier.status !== 'refused' || earlier.key === key)) return earlier;
  if (channel !== undefined)
    return { ...newAccount(amount, 'captured'), captures: new Map([['automatic', amount.minor]]), key, channel };
  const status = token === 'tok_declined' ? 'refused' : token === 'tok_3ds' ? 'needs-action' : 'authorized';
  return { ...newAccount(amount, status), key };
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
