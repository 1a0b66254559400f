import type { Order, OrderLine } from './order.ts';

/** Customers owns Customer: we hold its key, and the router fetches the rest. */
export interface CustomerKey {
  readonly __typename: 'Customer';
  readonly id: string;
}

/** An order as customers keeps it, for the systems that follow a customer. */
export interface RecordedOrder extends Pick<Order, 'id' | 'number' | 'status' | 'total' | 'placedAt' | 'statusAt'> {
  readonly customerId: string;
  readonly lines: readonly Pick<OrderLine, 'sku' | 'title' | 'quantity' | 'unitPrice'>[];
}
