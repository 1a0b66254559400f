import type { SubgraphClient } from '@cartograph/runtime/subgraph-client';
import type { OrdersNeighbour } from '../ports.ts';

const PAYMENT_CHANGED = /* GraphQL */ `
  mutation PaymentsPaymentChanged($orderId: ID!, $paymentId: ID!, $status: String!, $eventId: String!) {
    paymentChanged(orderId: $orderId, paymentId: $paymentId, status: $status, eventId: $eventId)
  }
`;

/** The orders subgraph over HTTP, asked as a service. */
export const createOrdersSubgraph = (client: SubgraphClient): OrdersNeighbour => ({
  async paymentChanged(change) {
    await client.ask(PAYMENT_CHANGED, change);
  },
});
