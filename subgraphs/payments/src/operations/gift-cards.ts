import { CodedError } from '@cartograph/kernel/errors';
import { isId } from '@cartograph/kernel/id';
import type { Money } from '@cartograph/kernel/money';
import { type InvalidInput, type NotFound, notFound } from '@cartograph/kernel/refusal';
import type { Viewer } from '@cartograph/kernel/viewer';
import { invalid } from '../domain/invalid-input.ts';
import { isCode, isIssuable, normaliseCode, type StoredValue } from '../domain/stored-value.ts';
import type { Ports } from '../ports.ts';
import { hashCode } from './gift-card-code.ts';
import { claimKey, type IdempotencyKeyReused, idOf, refuseKey } from './staff-command.ts';

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
  | IdempotencyKeyReused
  | InvalidInput;

export const issueGiftCard =
  (ports: Ports) =>
  async (viewer: Viewer, input: IssueGiftCardInput): Promise<IssueGiftCardOutcome> => {
    const { amount, customerId, expiresAt, idempotencyKey } = input;
    const refused = refuseAmount(amount) ?? refuseKey(idempotencyKey);
    if (refused) return refused;
    if (customerId !== null && !isId('Customer', customerId))
      return invalid(['customerId'], 'This is not the id of a customer.');
    if (expiresAt !== null && expiresAt <= ports.clock())
      return invalid(['expiresAt'], 'A new card must expire later.');
    const asked = [amount.minor, amount.currency, customerId, expiresAt];
    const claim = await claimKey(ports, viewer, 'issueGiftCard', idempotencyKey, asked);
    if ('kind' in claim) return claim;
    return { kind: 'IssueGiftCardSuccess', ...(await issue(ports, claim.name, input)) };
  };

/** A code that exists already comes once in 10^22 cards: another one is taken, which a repetition finds again. */
const MAX_CODES = 3;

async function issue(
  { storedValues, newId, giftCardCode }: Ports,
  key: string,
  { amount, customerId, expiresAt }: IssueGiftCardInput,
) {
  const codes = Array.from({ length: MAX_CODES }, (_, n) => giftCardCode(`${key}#${n}`));
  for (const code of codes) {
    const codeHash = hashCode(normaliseCode(code));
    const made = { id: newId('GiftCard'), key, codeHash, last4: code.slice(-4), amount, customerId, expiresAt };
    const issued = await storedValues.issue(made);
    if (!issued) continue;
    const { card } = issued;
    // Null after the secret that codes are made with was changed: then the code is not known to anybody here.
    return { giftCard: card, code: codes.find((one) => hashCode(normaliseCode(one)) === card.codeHash) ?? null };
  }
  throw new Error('every code of this gift card exists already');
}

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
  | IdempotencyKeyReused
  | InvalidInput;

export const grantStoreCredit =
  (ports: Ports) =>
  async (viewer: Viewer, input: GrantStoreCreditInput): Promise<GrantStoreCreditOutcome> => {
    const { customerId, amount, idempotencyKey } = input;
    const refused = refuseAmount(amount) ?? refuseKey(idempotencyKey);
    if (refused) return refused;
    if (!isId('Customer', customerId)) return invalid(['customerId'], 'This is not the id of a customer.');
    const asked = [customerId, amount.minor, amount.currency];
    const claim = await claimKey(ports, viewer, 'grantStoreCredit', idempotencyKey, asked);
    if ('kind' in claim) return claim;
    const transactionId = `Grant:${hashCode(claim.name)}`;
    const id = ports.newId('StoreCredit');
    const credit = await ports.storedValues.grant({ id, transactionId, customerId, amount });
    return { kind: 'GrantStoreCreditSuccess', credit };
  };

const refuseAmount = ({ minor, currency }: Money): InvalidInput | null =>
  isIssuable(minor, currency) ? null : invalid(['amount'], 'The amount must be more than zero and at most 1,000,000.');
