import { toMoneyOutput } from '@cartograph/kernel/money';
import type { SubgraphClient } from '@cartograph/runtime/subgraph-client';
import type { OrdersNeighbour } from '../ports.ts';

const PAYMENT_CHANGED = /* GraphQL */ `
  mutation PaymentsPaymentChanged(
    $orderId: ID!, $paymentId: ID!, $status: String!, $eventId: String!, $adopted: AdoptedPaymentInput
  ) {
    paymentChanged(orderId: $orderId, paymentId: $paymentId, status: $status, eventId: $eventId, adopted: $adopted)
  }
`;

const REFUND_ISSUED = /* GraphQL */ `
  mutation PaymentsRefundIssued($orderId: ID!, $refundId: ID!, $amount: MoneyInput!, $reason: String, $staffId: ID) {
    refundIssued(orderId: $orderId, refundId: $refundId, amount: $amount, reason: $reason, staffId: $staffId)
  }
`;

/** The orders subgraph over HTTP, asked as a service. */
export const createOrdersSubgraph = (client: SubgraphClient): OrdersNeighbour => ({
  async paymentChanged({ adopted, ...change }) {
    await client.ask(PAYMENT_CHANGED, {
      ...change,
      adopted: adopted && {
        staffId: adopted.staffId,
        captured: adopted.captured && toMoneyOutput(adopted.captured),
        refunded: adopted.refunded && toMoneyOutput(adopted.refunded),
        released: adopted.released && toMoneyOutput(adopted.released),
      },
    });
  },
  async refundIssued({ amount, ...refund }) {
    await client.ask(REFUND_ISSUED, { ...refund, amount: toMoneyOutput(amount) });
  },
});
