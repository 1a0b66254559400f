import type { Page, PageRequest } from '@cartograph/kernel/page';
import type { ClaimedSync, CustomerOrder, SyncDelivery, SyncDeliveryStatus, SyncedCustomer } from '../domain/sync.ts';
import type { Crm } from './crm.ts';
import type { Marketing } from './marketing.ts';

export interface SyncFilter {
  readonly status: SyncDeliveryStatus | null;
  readonly receiver: string | null;
  readonly customerId: string | null;
}

/** What other systems are to hear of: in order per customer and receiver, each until it was taken. */
export interface SyncQueue {
  /** From now on exactly these hear of what happens. */
  open(receivers: readonly string[]): Promise<void>;
  /** Queues some of what a new receiver has yet to hear of what was before it; false when that is all. */
  catchUp(): Promise<boolean>;
  /** Begins attempts, at most so many per receiver. Each is this process's for a minute. */
  claim(places: ReadonlyMap<string, number>, now: Date): Promise<readonly ClaimedSync[]>;
  end(delivery: ClaimedSync, status: 'DELIVERED' | 'SKIPPED', now: Date): Promise<void>;
  /** Tried again at that time, or a dead letter when there is none. */
  fail(delivery: ClaimedSync, error: string, retryAt: Date | null, now: Date): Promise<void>;
  list(filter: SyncFilter, page: PageRequest): Promise<Page<SyncDelivery>>;
  /** A dead letter waits again; any other delivery stays as it is. Null when there is none. */
  replay(id: string, now: Date): Promise<SyncDelivery | null>;
}

/** Whom it is about, as they are at this moment: nothing old is ever told. */
export interface SyncSubjects {
  /** Null when they were erased. */
  customer(id: string): Promise<SyncedCustomer | null>;
  order(id: string): Promise<CustomerOrder | null>;
  /** Stores what orders tells, unless something newer is known or the customer was erased. */
  recordOrder(order: CustomerOrder): Promise<void>;
}

/** Which receiver may know of whom. */
export interface Acquaintances {
  /** Noted before a receiver is told for the first time, so that a crash in between forgets nobody. */
  meet(receiver: string, customerId: string): Promise<void>;
  has(receiver: string, customerId: string): Promise<boolean>;
  forget(receiver: string, customerId: string): Promise<void>;
}

/** The systems that are on. Their names differ. */
export interface Receivers {
  readonly crms: readonly Crm[];
  readonly marketing: readonly Marketing[];
}

export interface SyncPorts {
  readonly syncQueue: SyncQueue;
  readonly syncSubjects: SyncSubjects;
  readonly acquaintances: Acquaintances;
  readonly receivers: Receivers;
}
