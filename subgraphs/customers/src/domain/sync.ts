import type { Money } from '@cartograph/kernel/money';
import type { ConsentTopic } from './consent.ts';
import type { Customer } from './customer.ts';

/** What other systems hear of. The database's triggers write these names. */
export type SyncEventType =
  | 'CUSTOMER_CHANGED'
  | 'CONSENT_CHANGED'
  | 'ORDER_PLACED'
  | 'ORDER_CHANGED'
  | 'CUSTOMER_ERASED';

/** `SKIPPED`: there was nothing to tell any more, or nothing that the customer has agreed to. */
export type SyncDeliveryStatus = 'PENDING' | 'DELIVERED' | 'SKIPPED' | 'DEAD';

export interface SyncDelivery {
  readonly id: string;
  readonly receiver: string;
  readonly customerId: string;
  readonly event: SyncEventType;
  readonly status: SyncDeliveryStatus;
  readonly attempts: number;
  readonly lastError: string | null;
  readonly occurredAt: Date;
  readonly dueAt: Date;
  readonly endedAt: Date | null;
}

/** A delivery whose attempt this process has begun. */
export interface ClaimedSync {
  readonly id: string;
  readonly receiver: string;
  readonly customerId: string;
  readonly event: SyncEventType;
  readonly occurredAt: Date;
  /** The number of the attempt: of two that believe to have the delivery, only the later one counts. */
  readonly attempts: number;
  /** Since it was queued or replayed. */
  readonly tries: number;
  readonly data: {
    readonly orderId?: string;
    readonly status?: string;
    readonly email?: string | null;
    readonly phone?: string | null;
  };
}

export interface CustomerOrderLine {
  readonly sku: string;
  readonly title: string;
  readonly quantity: number;
  readonly unitPrice: Money;
}

/** An order as it was told last. */
export interface CustomerOrder {
  readonly id: string;
  readonly customerId: string;
  readonly number: string;
  readonly status: string;
  readonly total: Money;
  readonly lines: readonly CustomerOrderLine[];
  readonly placedAt: Date;
  readonly statusAt: Date;
}

/** What a customer has bought in all; what was cancelled does not count. */
export interface OrderHistory {
  readonly count: number;
  /** Per currency. */
  readonly spent: readonly Money[];
  readonly last: Pick<CustomerOrder, 'number' | 'status' | 'placedAt'> | null;
}

/** A customer as other systems may hear of them. */
export interface SyncedCustomer extends Pick<Customer, 'id' | 'email' | 'name' | 'phone' | 'locale' | 'createdAt'> {
  readonly agreed: readonly ConsentTopic[];
  readonly history: OrderHistory;
}

/** By which a system finds whom to forget. */
export interface ErasedCustomer {
  readonly id: string;
  readonly email: string;
  readonly phone: string | null;
}

/** "Ada King Lovelace" as first and last name, for systems that want two. */
export function nameParts(name: string | null): { readonly first: string | null; readonly last: string | null } {
  const words = name?.trim().split(/\s+/) ?? [];
  const last = words.pop() ?? null;
  return { first: words.join(' ') || null, last: last || null };
}

/** The pauses before the second and each later try, in seconds: 23.7 hours in all. */
const PAUSES = [5, 30, 120, 600, 1800, 3600, 7200, 14_400, 18_000, 18_000, 21_600];

export const MAX_SYNC_TRIES = PAUSES.length + 1;

/** How much longer or shorter a pause may be, so that what failed together does not come back together. */
const JITTER = 0.1;

/** A receiver may ask for more time, but not for so much that a day is not enough. */
const LONGEST_ASKED = 21_600;

/** Seconds until the next try; null when it was the last. `random` is from 0 to 1. */
export function nextSyncPause(tries: number, random: number, asked: number): number | null {
  const pause = PAUSES[tries - 1];
  if (pause === undefined) return null;
  return Math.max(pause * (1 + JITTER * (2 * random - 1)), Math.min(asked, LONGEST_ASKED));
}

/** Thrown by an adapter when no attempt will ever succeed, because the receiver does not take this data. */
export const refusedData = (reason: string, options?: ErrorOptions): Error =>
  Object.assign(new Error(reason, options), { refusedData: true });

export const isRefusedData = (error: unknown): boolean =>
  (error as { readonly refusedData?: unknown } | null)?.refusedData === true;

/** The pause in seconds that a receiver asked for, wherever in the chain of causes it says so; 0 for none. */
export function askedPause(error: unknown): number {
  for (let at = error as { cause?: unknown; retryAfterMs?: unknown } | undefined; at; at = at.cause as typeof at)
    if (typeof at.retryAfterMs === 'number') return at.retryAfterMs / 1000;
  return 0;
}
