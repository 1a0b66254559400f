import type { CustomerOrder, ErasedCustomer, SyncedCustomer } from '../domain/sync.ts';

/**
 * A CRM. Each call may come twice and has one effect: what it is about is found by our ids. Throws `Unavailable` when
 * there was no answer, and `refusedData` for what it will never take.
 */
export interface Crm {
  readonly name: string;
  putCustomer(customer: SyncedCustomer): Promise<void>;
  /** The order, and what it makes of the customer's history. */
  putOrder(order: CustomerOrder, customer: SyncedCustomer): Promise<void>;
  /** Also fine when it knows nobody of that id. */
  erase(customer: ErasedCustomer): Promise<void>;
  close(): Promise<void>;
}
