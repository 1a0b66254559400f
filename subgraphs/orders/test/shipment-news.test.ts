import { newId } from '@cartograph/runtime/ids';
import { testDatabase } from '@cartograph/runtime/testing/test-database';
import { describe, expect, it } from 'vitest';
import { createFakeShop } from './fake-shop.ts';
import { eventually, neighbour, newCustomer, openShop, orderOf, place } from './open-shop.ts';

const CHANGED = /* GraphQL */ `
  mutation ($orderId: ID!, $shipmentId: ID!, $status: String!, $eventId: String!) {
    shipmentChanged(orderId: $orderId, shipmentId: $shipmentId, status: $status, eventId: $eventId)
  }
`;
const STATUS = 'query ($id: ID!) { order(id: $id) { status cancellable timeline { nodes { type message } } } }';

async function open(options: Parameters<typeof openShop>[2] = {}) {
  const db = await testDatabase('orders');
  const neighbours = createFakeShop();
  const shop = await openShop(db, neighbours, options);
  const ada = newCustomer();
  const { order } = await place(shop, ada, orderOf(neighbours.addVariant(5)));
  const ids = [newId('Shipment'), newId('Shipment')];
  let events = 0;
  return {
    ...{ db, neighbours, shop, order },
    /** Shipping changes, and tells it under a new event unless one is named. */
    async ship(statuses: readonly string[], eventId = `event-${events++}`) {
      neighbours.shipments.set(
        order.id,
        statuses.map((status, index) => ({ id: ids[index] ?? '', status })),
      );
      const variables = { orderId: order.id, shipmentId: ids[0], status: statuses[0], eventId };
      return (await shop.as(neighbour)(CHANGED, variables)).data.shipmentChanged as boolean;
    },
    status: async () => (await shop.as(ada)(STATUS, { id: order.id })).data.order,
    async [Symbol.asyncDispose]() {
      await shop[Symbol.asyncDispose]();
      await db[Symbol.asyncDispose]();
    },
  };
}

describe('an order', () => {
  it('follows its shipments, some, all, and delivered', async () => {
    await using test = await open();
    await test.ship(['PLANNED', 'LABEL_PURCHASED']);
    expect(await test.status()).toMatchObject({ status: 'CONFIRMED', cancellable: true });
    await test.ship(['HANDED_OVER', 'PLANNED']);
    expect(await test.status()).toMatchObject({ status: 'PARTIALLY_FULFILLED', cancellable: false });
    await test.ship(['DELIVERED', 'IN_TRANSIT']);
    expect((await test.status()).status).toBe('FULFILLED');
    await test.ship(['DELIVERED', 'DELIVERED']);
    const { status, timeline } = await test.status();
    expect(status).toBe('DELIVERED');
    expect(timeline.nodes.filter(({ type }: { type: string }) => type === 'SHIPMENT_CHANGED')).toHaveLength(4);
  });

  it('never goes back for an old event, and counts each event once', async () => {
    await using test = await open();
    await test.ship(['DELIVERED'], 'event-new');
    await test.ship(['HANDED_OVER'], 'event-old');
    await Promise.all(['event-new', 'event-old', 'event-new'].map((event) => test.ship(['PLANNED'], event)));
    const { status, timeline } = await test.status();
    expect(status).toBe('DELIVERED');
    expect(timeline.nodes.filter(({ type }: { type: string }) => type === 'SHIPMENT_CHANGED')).toHaveLength(2);
    const { rows } = await test.db.pool.query('SELECT status FROM order_shipment');
    expect(rows).toEqual([{ status: 'DELIVERED' }]);
  });

  it('is charged when its first shipment leaves, where that is the policy', async () => {
    await using test = await open({ checkout: { capture: 'on_shipment' } });
    const { neighbours, order } = test;
    await eventually(() => neighbours.mails.size === 1);
    expect(neighbours.accounts.get(order.id)?.status).toBe('authorized');
    await test.ship(['HANDED_OVER', 'PLANNED']);
    await eventually(() => neighbours.accounts.get(order.id)?.status === 'captured');
    await test.ship(['DELIVERED', 'HANDED_OVER']);
    expect(neighbours.count('payments.capture')).toBe(1);
  });
});
