import type { CustomerOrder, ErasedCustomer, SyncedCustomer } from '../domain/sync.ts';

/** What a customer did with an order. */
export interface MarketingEvent {
  /** The same for every attempt, so that it counts once. */
  readonly id: string;
  readonly kind: 'ORDER_PLACED' | 'ORDER_CANCELLED' | 'ORDER_DELIVERED';
  readonly order: CustomerOrder;
  readonly occurredAt: Date;
}

/**
 * A marketing tool. Whoever calls has the customer's consent, but for `withdraw` and `erase`. Each call may come twice
 * and has one effect. Throws like `Crm`.
 */
export interface Marketing {
  readonly name: string;
  /** The profile, and by which channels news and offers may come. */
  putProfile(customer: SyncedCustomer): Promise<void>;
  record(event: MarketingEvent, customer: SyncedCustomer): Promise<void>;
  /** The customer agrees to nothing any more. */
  withdraw(customer: SyncedCustomer): Promise<void>;
  erase(customer: ErasedCustomer): Promise<void>;
  close(): Promise<void>;
}
