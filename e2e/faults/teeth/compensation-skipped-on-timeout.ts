import type { Tooth } from './tooth.ts';

export const compensationSkippedOnTimeout: Tooth = {
  name: 'a compensation is skipped on a timeout',
  why: 'A payment that could not be voided in time counts as voided.',
  source: [
    {
      file: 'subgraphs/orders/src/sagas/place-order.ts',
      find: "async function voidPayment(payments: Ports['payments'], { orderId }: PlaceOrderState): Promise<void> {",
      replace: `async function voidPayment(all: Ports['payments'], { orderId }: PlaceOrderState): Promise<void> {
        const payments = { void: (id: string, key: string) => all.void(id, key).catch(() => true) };`,
    },
  ],
  scenario: 'a buyer who left while payments is gone',
  caughtBy: ['an order that is over keeps no money reserved on a card'],
};
