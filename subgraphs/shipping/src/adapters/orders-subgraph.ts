import type { SubgraphClient } from '@cartograph/runtime/subgraph-client';
import type { Orders } from '../ports.ts';

const SHIPMENT_CHANGED = /* GraphQL */ `
  mutation ShipmentChanged($orderId: ID!, $shipmentId: ID!, $status: String!, $eventId: String!) {
    shipmentChanged(orderId: $orderId, shipmentId: $shipmentId, status: $status, eventId: $eventId)
  }
`;

/** The internal fields of the orders subgraph that shipping calls. */
export const createOrdersSubgraph = (client: SubgraphClient): Orders => ({
  async shipmentChanged(change) {
    await client.ask(SHIPMENT_CHANGED, change);
  },
});
