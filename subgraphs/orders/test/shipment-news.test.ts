import { newId } from '@cartograph/runtime/ids';
import { testDatabase } from '@cartograph/runtime/testing/test-database';
import { describe, expect, it } from 'vitest';
import { createFakeShop } from './fake-shop.ts';
import { returnsOf } from './open-returns.ts';
import { checkInvariants, eventually, neighbour, newCustomer, openShop, orderOf, place } from './open-shop.ts';

const CHANGED = /* GraphQL */ `
  mutation ($orderId: ID!, $shipmentId: ID!, $status: String!, $eventId: String!) {
    shipmentChanged(orderId: $orderId, shipmentId: $shipmentId, status: $status, eventId: $eventId)
  }
`;
const CANCEL = /* GraphQL */ `
  mutation ($input: CancelOrderInput!) { cancelOrder(input: $input) { __typename ... on OrderNotCancellable { status } } }
`;
const STATUS = 'query ($id: ID!) { order(id: $id) { status cancellable timeline { nodes { type message } } } }';

async function open(options: Parameters<typeof openShop>[2] = {}) {
  const db = await testDatabase('orders');
  const neighbours = createFakeShop();
  const shop = await openShop(db, neighbours, options);
  const ada = newCustomer();
  const atlas = neighbours.addVariant(5);
  const { order } = await place(shop, ada, orderOf(atlas, { lines: [{ variantId: atlas, quantity: 2 }] }));
  // Shipments 0 and 1 are planned; 2 takes the place of what 1 held.
  const ids = [newId('Shipment'), newId('Shipment'), newId('Shipment')];
  let events = 0;
  return {
    ...{ db, neighbours, shop, order, ada },
    /** Shipping changes, and tells it under a new event unless one is named. */
    async ship(statuses: readonly string[], eventId = `event-${events++}`, by = shop) {
      neighbours.shipments.set(
        order.id,
        statuses.map((status, index) => ({
          ...{ id: ids[index] ?? '', status },
          ...(status !== 'PLANNED' && { trackingNumber: `T-${index}`, trackingUrl: `https://carrier.test/T-${index}` }),
          // One piece in each, or both in the only one.
          lines: [{ orderLineId: order.lines[0].id, quantity: statuses.length === 1 ? 2 : 1 }],
        })),
      );
      const variables = { orderId: order.id, shipmentId: ids[0], status: statuses[0], eventId };
      return (await by.as(neighbour)(CHANGED, variables)).data.shipmentChanged as boolean;
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

  it('ends where its shipments are, also when one leaves while it is being refused to cancel it', async () => {
    let meanwhile: (() => Promise<unknown>) | undefined;
    await using test = await open({
      ports: ({ fulfilment }) => ({
        fulfilment: {
          ...fulfilment,
          async shipmentsOf(id) {
            const seen = await fulfilment.shipmentsOf(id);
            const happens = meanwhile;
            meanwhile = undefined;
            await happens?.();
            return seen;
          },
        },
      }),
    });
    await test.ship(['PLANNED', 'PLANNED']);
    // Shipping knows it already, orders has not heard of it yet.
    for (const shipment of test.neighbours.shipments.get(test.order.id)?.slice(0, 1) ?? [])
      Object.assign(shipment, { status: 'HANDED_OVER' });
    meanwhile = () => test.ship(['HANDED_OVER', 'HANDED_OVER']);

    const input = { orderId: test.order.id, idempotencyKey: newId('Key') };
    const { data } = await test.shop.as(test.ada)(CANCEL, { input });

    expect(data.cancelOrder).toEqual({ __typename: 'OrderNotCancellable', status: 'FULFILLED' });
    expect((await test.status()).status).toBe('FULFILLED');
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

  it('knows an event for three months', async () => {
    let now = Date.now();
    await using test = await open({ clock: () => new Date(now) });
    await test.ship(['HANDED_OVER'], 'event-1');
    const known = async () => (await test.db.pool.query('SELECT FROM inbox_event')).rowCount;
    now += 89 * 86_400_000;
    await test.shop.operations.forgetNews();
    expect(await known()).toBe(1);
    now += 2 * 86_400_000;
    await test.shop.operations.forgetNews();
    expect(await known()).toBe(0);
  });

  it('takes news in with two statements, and with one while nothing has left and when they are known', async () => {
    await using test = await open({ relay: false });
    const counts: number[] = [];
    for (const status of ['LABEL_PURCHASED', 'DELIVERED', 'DELIVERED']) {
      const before = test.db.statements.ofRequests;
      await test.ship([status], `event-${status}`);
      counts.push(test.db.statements.ofRequests - before);
    }
    expect(counts).toEqual([1, 2, 1]);
    const { status, timeline } = await test.status();
    expect(status).toBe('DELIVERED');
    expect(timeline.nodes.filter(({ type }: { type: string }) => type === 'SHIPMENT_CHANGED')).toHaveLength(2);
  });

  it('decides anew what news mean for it when it has changed meanwhile', async () => {
    await using test = await open({ relay: false, checkout: { capture: 'on_shipment' } });
    const { db, order } = test;
    const waiting = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;
    const writer = await db.pool.connect();
    try {
      // Each is told how it stands before the other has written: with one part that has left, and then with both.
      await writer.query('BEGIN');
      await writer.query('SELECT FROM orders WHERE id = $1 FOR UPDATE', [order.id]);
      const told: Promise<boolean>[] = [];
      for (const statuses of [
        ['PLANNED', 'HANDED_OVER'],
        ['HANDED_OVER', 'PLANNED'],
      ]) {
        told.push(test.ship(statuses));
        await eventually(async () => (await db.pool.query(waiting)).rowCount === told.length);
      }
      await writer.query('COMMIT');
      expect(await Promise.all(told)).toEqual([true, true]);
    } finally {
      writer.release();
    }
    const { rows } = await db.pool.query(`SELECT payload FROM outbox WHERE topic = 'capture-payment'`);
    expect(rows.reduce((sum, { payload }) => sum + payload.amount, 0)).toBe(2 * 1990 + 490);
  });

  it('has its buyer told by mail of each shipment that leaves, once and with what is in it', async () => {
    await using test = await open();
    const { neighbours } = test;
    const told = () => [...neighbours.mails.values()].filter(({ template }) => template === 'shipment-sent');
    await test.ship(['LABEL_PURCHASED', 'PLANNED']);
    await test.ship(['HANDED_OVER', 'PLANNED']);
    await eventually(() => told().length === 1);
    expect(told()[0]).toMatchObject({
      to: 'ada@example.com',
      data: {
        lines: [{ quantity: 1 }],
        trackingNumber: 'T-0',
        trackingUrl: 'https://carrier.test/T-0',
      },
    });
    await test.ship(['IN_TRANSIT', 'HANDED_OVER']);
    await eventually(() => told().length === 2);
    await test.ship(['DELIVERED', 'OUT_FOR_DELIVERY']);
    await eventually(async () => (await test.db.pool.query('SELECT FROM outbox')).rowCount === 0);
    expect(told()).toHaveLength(2);
    const { timeline } = await test.status();
    expect(timeline.nodes.filter(({ type }: { type: string }) => type === 'MAIL_SENT')).toHaveLength(0);
    const { rows } = await test.db.pool.query(`SELECT message FROM order_event WHERE type = 'MAIL_SENT'`);
    expect(rows.filter(({ message }) => message.includes('shipment-sent'))).toHaveLength(2);
  });

  it('has nobody told that something is on its way which has arrived already', async () => {
    await using test = await open();
    await test.ship(['DELIVERED']);
    await eventually(async () => (await test.db.pool.query('SELECT FROM outbox')).rowCount === 0);
    expect([...test.neighbours.mails.values()].map(({ template }) => template)).toEqual(['order-confirmed']);
  });

  it('is charged for each part when it leaves, where that is the policy, and for all of it in the end', async () => {
    await using test = await open({ checkout: { capture: 'on_shipment' } });
    const { neighbours, order } = test;
    await eventually(() => neighbours.mails.size === 1);
    expect(neighbours.captured(order.id)).toBe(0);
    await test.ship(['HANDED_OVER', 'PLANNED']);
    // One of two pieces of 19.90 each, and shipping of 4.90.
    await eventually(() => neighbours.captured(order.id) === 1990 + 490);
    await test.ship(['IN_TRANSIT', 'PLANNED']);
    await test.ship(['DELIVERED', 'HANDED_OVER']);
    await eventually(() => neighbours.captured(order.id) === 2 * 1990 + 490);
    await test.ship(['DELIVERED', 'DELIVERED']);
    expect(neighbours.count('payments.capture')).toBe(2);
    await checkInvariants(test.db, neighbours);
  });

  it('is charged when it is confirmed, whatever the policy, where nothing of it is ever sent', async () => {
    await using test = await open({ checkout: { capture: 'on_shipment' } });
    const { db, neighbours, shop, ada } = test;
    const ebook = neighbours.addVariant(5, 990, false);
    const { order } = await place(shop, ada, orderOf(ebook, { shippingMethodId: null, shippingAddress: null }));
    await eventually(() => neighbours.captured(order.id) === 990);
    const { rows } = await db.pool.query('SELECT capture_policy FROM orders WHERE id = $1', [order.id]);
    expect(rows).toEqual([{ capture_policy: 'immediate' }]);
  });

  it.each([
    ['on_shipment', 'immediate'],
    ['immediate', 'on_shipment'],
  ] as const)(
    'that was confirmed while money was taken %s is paid so, and once, when that is set to %s later',
    async (capture, later) => {
      await using test = await open({ checkout: { capture } });
      const { db, neighbours, order } = test;
      const taken = () => neighbours.captured(order.id);
      await eventually(async () => (await db.pool.query('SELECT FROM outbox')).rowCount === 0);
      expect(taken()).toBe(capture === 'immediate' ? 2 * 1990 + 490 : 0);
      await using shop = await openShop(db, neighbours, { checkout: { capture: later } });
      await test.ship(['HANDED_OVER'], 'left', shop);
      await eventually(async () => (await db.pool.query('SELECT FROM outbox')).rowCount === 0);
      expect([taken(), neighbours.count('payments.capture')]).toEqual([2 * 1990 + 490, 1]);
    },
  );

  it('is charged for a part once, although its news come twice, at once and while payments gives no answer', async () => {
    await using test = await open({ checkout: { capture: 'on_shipment' } });
    const { neighbours, order } = test;
    neighbours.failing.set('payments.capture', { at: 'after', times: 1 });
    await Promise.all([1, 2, 3, 4, 5, 6].map(() => test.ship(['HANDED_OVER', 'PLANNED'])));
    await eventually(async () => (await test.db.pool.query('SELECT FROM outbox')).rowCount === 0);
    expect(neighbours.captured(order.id)).toBe(1990 + 490);
    const { rows } = await test.db.pool.query('SELECT sum(captured_minor)::int AS taken FROM order_shipment');
    expect(rows).toEqual([{ taken: 1990 + 490 }]);
  });

  it('is not fulfilled while a part was called off, and is once that part has left in another shipment', async () => {
    await using test = await open();
    await test.ship(['DELIVERED', 'CANCELLED']);
    expect((await test.status()).status).toBe('PARTIALLY_FULFILLED');
    await test.ship(['DELIVERED', 'CANCELLED', 'HANDED_OVER']);
    expect((await test.status()).status).toBe('FULFILLED');
  });

  it('gives back at most what has left', async () => {
    await using test = await open();
    const { shop, order, ada } = test;
    await eventually(() => test.neighbours.accounts.get(order.id)?.status === 'captured');
    await test.ship(['DELIVERED', 'PLANNED']);
    const returns = returnsOf(shop);
    const both = { orderId: order.id, lines: [{ orderLineId: order.lines[0].id, quantity: 2, reason: 'LATE' }] };
    expect(await returns.request(ada, both)).toMatchObject({
      __typename: 'QuantityNotReturnable',
      lines: [{ requested: 2, returnable: 1 }],
    });
    const one = { orderId: order.id, lines: [{ orderLineId: order.lines[0].id, quantity: 1, reason: 'LATE' }] };
    const answers = await Promise.all([1, 2, 3].map(() => returns.request(ada, one)));
    expect(answers.filter(({ __typename }) => __typename === 'RequestReturnSuccess')).toHaveLength(1);
  });
});

describe('the database', () => {
  it.each([
    ['UPDATE order_shipment SET captured_minor = 9999', 'order_shipment_captured_total'],
    ['UPDATE order_shipment SET captured_minor = captured_minor - 1', 'order_shipment_captured_once'],
  ])('refuses %s', async (sql, constraint) => {
    await using test = await open({ checkout: { capture: 'on_shipment' } });
    await test.ship(constraint.endsWith('once') ? ['HANDED_OVER', 'HANDED_OVER'] : ['PLANNED', 'PLANNED']);
    await expect(test.db.pool.query(sql)).rejects.toMatchObject({ constraint });
  });
});
