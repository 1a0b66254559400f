import { newId } from '@cartograph/runtime/ids';
import { testDatabase } from '@cartograph/runtime/testing/test-database';
import { describe, expect, it } from 'vitest';
import { createFakeShop } from './fake-shop.ts';
import { eventually, neighbour, newCustomer, openShop, orderOf, place } from './open-shop.ts';

const CHANGED = /* GraphQL */ `
  mutation ($orderId: ID!) {
    shipmentChanged(orderId: $orderId, shipmentId: "Shipment:01JDEM0000000000000000000A", status: "DELIVERED", eventId: "e")
  }
`;
const CANCEL =
  'mutation ($input: CancelOrderInput!) { cancelOrder(input: $input) { ... on CancelOrderSuccess { replayed } } }';

async function open() {
  const db = await testDatabase('orders');
  const neighbours = createFakeShop();
  const atlas = neighbours.addVariant(5);
  const shop = await openShop(db, neighbours);
  return {
    ...{ db, neighbours, atlas, shop },
    told: () => neighbours.recorded.map(({ status }) => status),
    async [Symbol.asyncDispose]() {
      await shop[Symbol.asyncDispose]();
      await db[Symbol.asyncDispose]();
    },
  };
}

describe('customers', () => {
  it('hears of an order that a customer placed, and of what becomes of it, also after a lost answer', async () => {
    await using test = await open();
    const { neighbours, shop, atlas } = test;
    neighbours.failing.set('customers.recordOrder', { at: 'after', times: 1 });
    const ada = newCustomer();
    const { order } = await place(shop, ada, orderOf(atlas, { lines: [{ variantId: atlas, quantity: 2 }] }));
    await eventually(() => neighbours.recorded.length === 2);
    expect(neighbours.recorded[0]).toEqual(neighbours.recorded[1]);
    expect(neighbours.recorded[1]).toMatchObject({
      id: order.id,
      customerId: ada.kind === 'customer' && ada.customerId,
      number: order.number,
      status: 'CONFIRMED',
      lines: [{ quantity: 2, sku: expect.any(String), title: expect.any(String), unitPrice: { minor: 1990 } }],
    });
    neighbours.shipments.set(order.id, [
      { id: newId('Shipment'), status: 'DELIVERED', lines: [{ orderLineId: order.lines[0].id, quantity: 2 }] },
    ]);
    await shop.as(neighbour)(CHANGED, { orderId: order.id });
    await eventually(() => test.told().at(-1) === 'DELIVERED');
  });

  it('hears of an order from the one reading of it that is for its mail and its payment too', async () => {
    await using test = await open();
    const { db, neighbours, shop, atlas } = test;
    db.statements.record(true);
    const { order } = await place(shop, newCustomer(), orderOf(atlas));
    await eventually(() => neighbours.recorded.length + neighbours.mails.size === 2);
    await eventually(() => neighbours.accounts.get(order.id)?.status === 'captured');
    const told = `SELECT FROM order_event WHERE type = 'PAYMENT_CAPTURED' OR key = 'mail:order-confirmed'`;
    await eventually(async () => (await db.pool.query(told)).rowCount === 2);
    const { texts } = db.statements;
    db.statements.record(false);
    expect(texts.filter((sql) => sql.includes('FROM orders o'))).toHaveLength(1);
    expect(texts.filter((sql) => sql.includes('FROM order_line l JOIN orders'))).toHaveLength(0);
    // What was done is told with the end of its delivery.
    expect(texts.filter((sql) => sql.trimStart().startsWith('INSERT INTO order_event'))).toHaveLength(0);
  });

  it('hears of a cancellation', async () => {
    await using test = await open();
    const ada = newCustomer();
    const { order } = await place(test.shop, ada, orderOf(test.atlas));
    const input = { orderId: order.id, idempotencyKey: newId('Key'), reason: 'Changed my mind.' };
    await test.shop.as(ada)(CANCEL, { input });
    await eventually(() => test.told().at(-1) === 'CANCELLED');
  });

  it('hears of no guest', async () => {
    await using test = await open();
    const guest = { kind: 'guest', guestId: newId('Guest') } as const;
    await place(test.shop, guest, orderOf(test.atlas));
    await eventually(async () => (await test.db.pool.query('SELECT FROM outbox')).rowCount === 0);
    expect(test.told()).toEqual([]);
  });
});
