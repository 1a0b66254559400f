import { toDecimal, toMoneyOutput } from '@cartograph/kernel/money';
import type { SubgraphClient } from '@cartograph/runtime/subgraph-client';
import type { CheckoutCustomer } from '../domain/checkout.ts';
import type { Customers, Messages } from '../ports.ts';

/** One aliased field per customer, so that any number of customers is one call. */
const checkoutCustomersDocument = (count: number): string => {
  const each = Array.from({ length: count }, (_, i) => i);
  return /* GraphQL */ `
    query OrdersCheckoutCustomers(${each.map((i) => `$id${i}: ID!`).join(', ')}) {
      ${each
        .map((i) => `customer${i}: checkoutCustomer(customerId: $id${i}) { id email name locale taxExempt groups }`)
        .join('\n      ')}
    }
  `;
};

const RECORD_ORDER = /* GraphQL */ `
  mutation OrdersRecordOrder($input: RecordOrderInput!) { recordOrder(input: $input) }
`;

/** The customers subgraph over HTTP, asked as a service. */
export const createCustomersSubgraph = (client: SubgraphClient): Customers => ({
  async checkoutCustomers(ids) {
    if (ids.length === 0) return [];
    const variables = Object.fromEntries(ids.map((id, i) => [`id${i}`, id]));
    const answers = await client.ask<Record<string, CheckoutCustomer | null>>(
      checkoutCustomersDocument(ids.length),
      variables,
    );
    return Object.values(answers).filter((customer) => customer !== null);
  },
  async recordOrder({ total, lines, ...order }) {
    const { amount, currencyCode } = toMoneyOutput(total);
    const priced = lines.map(({ unitPrice, ...line }) => ({ ...line, unitPrice: toDecimal(unitPrice) }));
    await client.ask(RECORD_ORDER, { input: { ...order, currencyCode, total: amount, lines: priced } });
  },
});

const SEND_NOTIFICATION = /* GraphQL */ `
  mutation OrdersSendNotification($input: SendNotificationInput!) { sendNotification(input: $input) }
`;

/** Mails to buyers, which the customers subgraph sends. */
export const createMessages = (client: SubgraphClient): Messages => ({
  async send({ data, ...message }) {
    await client.ask(SEND_NOTIFICATION, { input: { ...message, data: JSON.stringify(data) } });
  },
});
