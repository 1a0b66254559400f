import type { Money } from '@cartograph/kernel/money';
import type { AuthorizeRequest, RefundAnswer } from '../src/domain/payment.ts';

/** A payment as the neighbour in memory keeps it. */
export interface Account {
  readonly amount: Money;
  /** What was given back, by the refund's key. */
  readonly refunds: Map<string, Money>;
  /** What was taken, in cents, by the capture's key. */
  readonly captures: Map<string, number>;
  /** What was let go, in cents, by the release's key. */
  readonly releases: Map<string, number>;
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
  releases: new Map(),
});

/** What is reserved and neither taken nor let go, in cents. */
export const reservedOf = (account: Account): number =>
  account.amount.minor - capturedOf(account) - [...account.releases.values()].reduce((all, minor) => all + minor, 0);

/** Takes or lets go of what is reserved, once per key; false when it is less than that. */
export function settled(
  account: Account | undefined,
  what: 'captures' | 'releases',
  key: string,
  amount: Money | null,
): boolean {
  if (account?.status !== 'authorized' && account?.status !== 'captured') return false;
  if (account[what].has(key)) return true;
  const minor = amount?.minor ?? reservedOf(account);
  if (minor > reservedOf(account)) return false;
  account[what].set(key, minor);
  if (what === 'captures' && reservedOf(account) === 0) account.status = 'captured';
  return true;
}

export const capturedOf = ({ captures }: Account): number =>
  [...captures.values()].reduce((all, minor) => all + minor, 0);

export const refundedOf = ({ refunds }: Account): number =>
  [...refunds.values()].reduce((all, { minor }) => all + minor, 0);

/** Gives back what was taken, once per key. */
export function givenBack(account: Account | undefined, key: string, amount: Money): RefundAnswer {
  const refused = (reason: string, message: string): RefundAnswer => ({ kind: 'refused', reason, message });
  if (!account || capturedOf(account) === 0) return refused('NOT_CAPTURED', 'Nothing has been taken.');
  const earlier = account.refunds.get(key);
  if (earlier && earlier.minor !== amount.minor) return refused('OTHER_AMOUNT', 'Another amount was asked for.');
  if (!earlier && refundedOf(account) + amount.minor > capturedOf(account))
    return refused('EXCEEDS_CAPTURED', 'This is more than was taken.');
  account.refunds.set(key, amount);
  return { kind: 'refunded' };
}
