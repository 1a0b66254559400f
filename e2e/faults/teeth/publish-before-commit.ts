import type { Tooth } from './tooth.ts';

export const publishBeforeCommit: Tooth = {
  name: 'publish before commit',
  why: 'Sends the confirmation when the order is written, and not in the transaction that confirms it.',
  source: [
    {
      file: 'subgraphs/orders/src/datasources/checkout-store.ts',
      find: "const { rowCount } = await client.query({ name: 'insert-order', text: INSERT, values });",
      replace: `await client.query("INSERT INTO outbox (id, topic, key, payload) SELECT $1 || ':confirmed-mail', 'order-mail', $1, jsonb_build_object('orderId', $1::text, 'template', 'order-confirmed')", [order.id]);
      const { rowCount } = await client.query({ name: 'insert-order', text: INSERT, values });`,
    },
  ],
  scenario: 'a declined card',
  caughtBy: ['nobody gets a mail about something that did not happen'],
};
