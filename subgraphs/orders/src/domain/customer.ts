/** Customers owns Customer: we hold its key, and the router fetches the rest. */
export interface CustomerKey {
  readonly __typename: 'Customer';
  readonly id: string;
}
