import type { Inbox as EventInbox } from '@cartograph/kernel/inbox';
import type { Money } from '@cartograph/kernel/money';
import type { Page, PageRequest } from '@cartograph/kernel/page';
import type { Viewer } from '@cartograph/kernel/viewer';
import type { Adoption } from './domain/adoption.ts';
import type { Attempt } from './domain/attempt.ts';
import type { SavedMethod } from './domain/card.ts';
import type { Effect, MovingKind } from './domain/effect.ts';
import type { LedgerBalance, LedgerEntry } from './domain/ledger.ts';
import type { CaptureMode, Payment, PaymentStatus } from './domain/payment.ts';
import type { Compared, Difference, Moved, ReconciliationRun } from './domain/reconciliation.ts';
import type { Redemption, StoredValue } from './domain/stored-value.ts';
import type { PaymentProviders, ProviderEvent, ProviderPayment } from './ports/payment-provider.ts';

/** Everything that payments needs from outside. */
export interface Ports {
  readonly payments: PaymentStore;
  readonly authorizations: AuthorizationStore;
  readonly effects: EffectStore;
  readonly storedValues: StoredValueStore;
  readonly savedMethods: SavedMethodStore;
  readonly ledger: LedgerStore;
  readonly commands: CommandStore;
  readonly reconciliations: ReconciliationStore;
  readonly inbox: Inbox;
  readonly providers: PaymentProviders;
  readonly clock: () => Date;
  readonly newId: (type: string) => string;
  /** The code of the gift card of that name: the same each time, and known to nobody without our secret. */
  readonly giftCardCode: (name: string) => string;
  /** Asks the relay to deliver now what was just written to the outbox. */
  readonly wakeRelay: () => void;
}

/** Reads as the viewer: a payment of somebody else is absent. */
export interface PaymentStore {
  findByIds(viewer: Viewer, ids: readonly string[]): Promise<readonly Payment[]>;
  /** Per order, the payment that counts: the live one, else the latest. */
  findCurrent(viewer: Viewer, orderIds: readonly string[]): Promise<readonly Payment[]>;
  findByOrderIds(viewer: Viewer, orderIds: readonly string[]): Promise<readonly Payment[]>;
  list(filter: PaymentFilter, page: PageRequest): Promise<Page<Payment>>;
  findRedemptions(paymentIds: readonly string[]): Promise<readonly Redemption[]>;
  findAttempts(paymentIds: readonly string[]): Promise<readonly Attempt[]>;
  /** Card money of a provider's payments created in a time, in batches. */
  moved(provider: string, from: Date, to: Date): AsyncIterable<Moved>;
  /** The same of payments by their ids; those that are not ours are left out. */
  movedByIds(provider: string, ids: readonly string[]): Promise<readonly Moved[]>;
  /** How many payments each provider has from which something may still be asked: to be finished, taken, or given back. */
  countLive(): Promise<readonly { readonly provider: string; readonly payments: number }[]>;
  /** How many hold reserved money, neither taken nor let go, and have not changed for so many days. */
  countHeld(days: number): Promise<number>;
  /** What time it is where `Moved.changedAt` is written. */
  now(): Promise<Date>;
}

export interface PaymentFilter {
  readonly statuses?: readonly PaymentStatus[] | null | undefined;
  readonly orderId?: string | null | undefined;
  /** Reserved money is neither taken nor let go, and nothing has changed since then. */
  readonly heldSince?: Date | null | undefined;
}

export interface AuthorizationRequest {
  readonly id: string;
  readonly orderId: string;
  readonly buyerId: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly captureMode: CaptureMode;
  readonly amount: Money;
  readonly provider: string;
  readonly channel: string | null;
  readonly codeHashes: readonly string[];
  readonly useStoreCredit: boolean;
  readonly savedMethodId: string | null;
  readonly hasToken: boolean;
}

/** What the order's gate said. `payment` is new, the one of the same key, or a live one of another key. */
export interface Begun {
  readonly barred: boolean;
  /** False when the order has been here before: then a payment may have been written that this did not see. */
  readonly isFirst: boolean;
  readonly tries: number;
  readonly codesFound: number;
  readonly storedMinor: number;
  readonly savedToken: string | null;
  readonly payment: Payment | null;
  readonly isNew: boolean;
}

/** A step of a payment's authorisation, to be written if the payment may still take it. */
export interface Settlement {
  readonly paymentId: string;
  readonly status: PaymentStatus;
  /** The states it may follow. */
  readonly after: readonly PaymentStatus[];
  readonly operation: 'AUTHORIZE' | 'VOID';
  readonly snapshot: ProviderPayment | null;
  readonly declineReason: string | null;
  /** Names the capture that an automatic capture writes. */
  readonly effectId: string;
  /** Tells orders, in the same transaction. */
  readonly eventId: string | null;
}

export interface AuthorizationStore {
  /** Passes the order's gate: finds the payment of this key, or writes a new one and reserves its stored values. */
  begin(request: AuthorizationRequest): Promise<Begun>;
  /** Null when the payment may not take this step (any more). Releases or captures stored values with it. */
  settle(settlement: Settlement): Promise<{ readonly payment: Payment; readonly barred: boolean } | null>;
  /** Bars the order for ever and gives its live payment, else its latest. */
  bar(orderId: string): Promise<Payment | null>;
  /** Nothing is open about this payment any more: the recovery job need not look again. */
  rest(payment: Payment): Promise<void>;
  /** Payments that something must be done about, each given to one caller for half a minute. */
  takeDue(limit: number): Promise<readonly (Payment & { readonly barred: boolean })[]>;
}

export interface EffectClaim {
  readonly id: string;
  readonly orderId: string;
  readonly kind: MovingKind;
  readonly key: string;
  /** Null takes all that is left. */
  readonly amount: Money | null;
  readonly reason: string | null;
  readonly requestedBy: string;
  readonly from: readonly PaymentStatus[];
}

export type ReleaseClaim = Pick<EffectClaim, 'id' | 'orderId' | 'key' | 'amount' | 'requestedBy'>;

export interface ProviderAdoption {
  /** As it stood before the provider was asked. */
  readonly payment: Payment;
  readonly adoption: Adoption;
  /** Of the provider's picture. */
  readonly version: number;
  readonly key: string;
  readonly adoptedBy: string;
  readonly ids: { readonly capture: string; readonly refund: string; readonly release: string };
  readonly eventId: string;
}

export interface EffectStore {
  /** Writes the effect and claims its amount, or finds the one of the same key. Null: the order has no live payment. */
  claim(claim: EffectClaim): Promise<{ payment: Payment; effect: Effect | null; barred: boolean } | null>;
  /**
   * Lets go of what is reserved, the card's part first, or finds the release of the same key; no effect when less is
   * reserved. Null: the order has no live payment.
   */
  release(claim: ReleaseClaim): Promise<{ readonly payment: Payment; readonly effect: Effect | null } | null>;
  /** Null when it was settled before. Moves the money in the ledger and on stored values. */
  settle(settlement: {
    readonly effectId: string;
    readonly status: 'SUCCEEDED' | 'REFUSED';
    readonly refusal: string | null;
    readonly version: number;
    readonly eventId: string | null;
  }): Promise<Payment | null>;
  /**
   * Writes what the provider has done beyond what we know, and tells orders, in one transaction. Null when the payment
   * does not stand any more as it was given, or something is under way on it.
   */
  adopt(adoption: ProviderAdoption): Promise<Payment | null>;
  /** What a key has named: a capture, a refund and a release at most. */
  findByKey(orderId: string, key: string): Promise<readonly Effect[]>;
  findPending(paymentId: string): Promise<readonly Effect[]>;
  /** Effects whose outcome is overdue, each given to one caller for half a minute. */
  takeDue(limit: number): Promise<readonly Effect[]>;
  /** Refunds alone. */
  findRefunds(viewer: Viewer, ids: readonly string[]): Promise<readonly Effect[]>;
  findRefundsByPaymentIds(paymentIds: readonly string[]): Promise<readonly Effect[]>;
}

export interface StoredValueStore {
  /** Gift cards that the viewer owns; staff and services see all. */
  findByIds(viewer: Viewer, ids: readonly string[]): Promise<readonly StoredValue[]>;
  findByCustomerIds(viewer: Viewer, customerIds: readonly string[]): Promise<readonly StoredValue[]>;
  list(page: PageRequest): Promise<Page<StoredValue>>;
  /** Counts the lookup against the viewer's budget. */
  lookUp(viewerId: string, codeHash: string): Promise<{ allowed: boolean; card: StoredValue | null }>;
  /** Forgets budgets that are full again. */
  forgetLookups(): Promise<void>;
  /** Null when the code exists already; `isNew` is false when the key was used before. */
  issue(card: {
    readonly id: string;
    readonly key: string;
    readonly codeHash: string;
    readonly last4: string;
    readonly amount: Money;
    readonly customerId: string | null;
    readonly expiresAt: Date | null;
  }): Promise<{ readonly card: StoredValue; readonly isNew: boolean } | null>;
  disable(id: string): Promise<StoredValue | null>;
  /** Gives store credit once per transaction id. */
  grant(grant: {
    readonly id: string;
    readonly transactionId: string;
    readonly customerId: string;
    readonly amount: Money;
  }): Promise<StoredValue>;
}

export interface SavedMethodStore {
  findByCustomerIds(viewer: Viewer, customerIds: readonly string[]): Promise<readonly SavedMethod[]>;
  /** Saving the same card twice gives the same row. */
  save(method: Omit<SavedMethod, 'createdAt'>): Promise<SavedMethod>;
  /** Null when the viewer has no such method. */
  find(viewer: Viewer, id: string): Promise<SavedMethod | null>;
  remove(id: string): Promise<void>;
}

export interface LedgerStore {
  balances(): Promise<readonly LedgerBalance[]>;
  list(paymentId: string | null, page: PageRequest): Promise<Page<LedgerEntry>>;
}

/** What names one command of a member of staff. */
export interface CommandKey {
  readonly actor: string;
  readonly operation: 'issueRefund' | 'adoptProviderState' | 'issueGiftCard' | 'grantStoreCredit';
  readonly key: string;
}

export interface CommandStore {
  /** Takes the key for this input; to take it again is safe. False: it was used with other input. */
  claim(key: CommandKey, input: readonly unknown[]): Promise<boolean>;
}

export interface ReconciliationStore {
  /** Gives each slot of a provider's schedule to one process: the run's id, or null. One that died is followed by another. */
  begin(run: {
    readonly id: string;
    readonly provider: string;
    readonly slot: number;
    readonly from: Date;
    readonly to: Date;
  }): Promise<string | null>;
  finish(id: string, outcome: Compared): Promise<void>;
  fail(id: string, problem: string): Promise<void>;
  /** Newest first. */
  list(page: PageRequest): Promise<Page<ReconciliationRun>>;
  /** The last one of each provider that has ended. */
  latest(): Promise<readonly ReconciliationRun[]>;
  /** Where our own books contradict themselves. */
  drift(): Promise<readonly Difference[]>;
}

/** Events from the provider, stored once by id. */
export interface Inbox extends EventInbox {
  /** Stores it as `store` does. Also false when its picture of the payment says nothing new. */
  receive(event: ProviderEvent, provider: string, payload: unknown): Promise<boolean>;
}

/** Orders, as far as payments talks to it. */
export interface OrdersNeighbour {
  paymentChanged(change: {
    readonly orderId: string;
    readonly paymentId: string;
    readonly status: string;
    readonly eventId: string;
    /** What staff adopted from the provider's books; null when it has changed otherwise. */
    readonly adopted: {
      readonly staffId: string;
      readonly captured: Money | null;
      readonly refunded: Money | null;
      readonly released: Money | null;
    } | null;
  }): Promise<void>;
  /** The money has gone back. Safe to repeat. */
  refundIssued(refund: {
    readonly orderId: string;
    readonly refundId: string;
    readonly amount: Money;
    readonly reason: string | null;
    /** Who asked for it here; null when orders or the provider did. */
    readonly staffId: string | null;
  }): Promise<void>;
}
