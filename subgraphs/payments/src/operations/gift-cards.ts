import { CodedError } from '@cartograph/kernel/errors';
import { isId } from '@cartograph/kernel/id';
import type { Money } from '@cartograph/kernel/money';
import { type InvalidInput, type NotFound, notFound } from '@cartograph/kernel/refusal';
import { buyerOf, type Viewer } from '@cartograph/kernel/viewer';
import { invalid } from '../domain/invalid-input.ts';
import { isCode, isIssuable, normaliseCode, type StoredValue } from '../domain/stored-value.ts';
import type { Ports } from '../ports.ts';
import { createCode, hashCode } from './gift-card-code.ts';

/** A gift card by its code. Guessing is slow: each viewer has ten lookups a minute. */
export const lookUpGiftCard =
  ({ storedValues }: Ports) =>
  async (viewer: Viewer, code: string): Promise<StoredValue | null> => {
    const normalised = normaliseCode(code);
    if (!isCode(normalised)) return null;
    const { allowed, card } = await storedValues.lookUp(idOf(viewer), hashCode(normalised));
    if (!allowed) throw new CodedError('RATE_LIMITED', 'Too many gift cards were looked up. Try again in a minute.');
    return card;
  };

export interface IssueGiftCardInput {
  readonly amount: Money;
  readonly customerId: string | null;
  readonly expiresAt: Date | null;
  readonly idempotencyKey: string;
}

export type IssueGiftCardOutcome =
  | { readonly kind: 'IssueGiftCardSuccess'; readonly giftCard: StoredValue; readonly code: string | null }
  | InvalidInput;

export const issueGiftCard =
  ({ storedValues, newId, clock }: Ports) =>
  async (viewer: Viewer, input: IssueGiftCardInput): Promise<IssueGiftCardOutcome> => {
    const { amount, customerId, expiresAt } = input;
    const refused = refuseAmount(amount) ?? refuseKey(input.idempotencyKey);
    if (refused) return refused;
    if (customerId !== null && !isId('Customer', customerId))
      return invalid(['customerId'], 'This is not the id of a customer.');
    if (expiresAt !== null && expiresAt <= clock()) return invalid(['expiresAt'], 'A new card must expire later.');
    for (;;) {
      const code = createCode();
      const issued = await storedValues.issue({
        id: newId('GiftCard'),
        key: `${idOf(viewer)}:${input.idempotencyKey}`,
        codeHash: hashCode(normaliseCode(code)),
        last4: code.slice(-4),
        amount,
        customerId,
        expiresAt,
      });
      if (!issued) continue; // The code exists: once in 10^22, take another.
      const { card, isNew } = issued;
      if (card.initialMinor !== amount.minor || card.currency !== amount.currency || card.customerId !== customerId)
        return invalid(['idempotencyKey'], 'This key was used for another gift card.');
      return { kind: 'IssueGiftCardSuccess', giftCard: card, code: isNew ? code : null };
    }
  };

export type DisableGiftCardOutcome =
  | { readonly kind: 'DisableGiftCardSuccess'; readonly giftCard: StoredValue }
  | NotFound;

export const disableGiftCard =
  ({ storedValues }: Ports) =>
  async (id: string): Promise<DisableGiftCardOutcome> => {
    const giftCard = isId('GiftCard', id) ? await storedValues.disable(id) : null;
    return giftCard ? { kind: 'DisableGiftCardSuccess', giftCard } : notFound('gift card');
  };

export interface GrantStoreCreditInput {
  readonly customerId: string;
  readonly amount: Money;
  readonly idempotencyKey: string;
}

export type GrantStoreCreditOutcome =
  | { readonly kind: 'GrantStoreCreditSuccess'; readonly credit: StoredValue }
  | InvalidInput;

export const grantStoreCredit =
  ({ storedValues, newId }: Ports) =>
  async (viewer: Viewer, input: GrantStoreCreditInput): Promise<GrantStoreCreditOutcome> => {
    const { customerId, amount, idempotencyKey } = input;
    const refused = refuseAmount(amount) ?? refuseKey(idempotencyKey);
    if (refused) return refused;
    if (!isId('Customer', customerId)) return invalid(['customerId'], 'This is not the id of a customer.');
    const transactionId = `Grant:${hashCode(`${idOf(viewer)}:${idempotencyKey}`)}`;
    const credit = await storedValues.grant({ id: newId('StoreCredit'), transactionId, customerId, amount });
    return credit
      ? { kind: 'GrantStoreCreditSuccess', credit }
      : invalid(['idempotencyKey'], 'This key was used for another grant.');
  };

const idOf = (viewer: Viewer): string => {
  if (viewer.kind === 'staff') return viewer.staffId;
  return viewer.kind === 'service' ? viewer.service : (buyerOf(viewer) ?? 'anonymous');
};

const refuseAmount = ({ minor, currency }: Money): InvalidInput | null =>
  isIssuable(minor, currency) ? null : invalid(['amount'], 'The amount must be more than zero and at most 1,000,000.');

const refuseKey = (key: string): InvalidInput | null =>
  /^\S{1,200}$/.test(key) ? null : invalid(['idempotencyKey'], 'A key has 1 to 200 characters and no spaces.');
