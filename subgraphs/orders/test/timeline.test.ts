import { newId } from '@cartograph/runtime/ids';
import { testDatabase } from '@cartograph/runtime/testing/test-database';
import { describe, expect, it } from 'vitest';
import { tellOrders } from '../src/datasources/order-timeline.ts';
import { createFakeShop } from './fake-shop.ts';
import { arrived, fulfilment, openReturns } from './open-returns.ts';
import { eventually, neighbour, newCustomer, openShop, orderOf, place, staff } from './open-shop.ts';

const TIMELINE = /* GraphQL */ `
  query ($id: ID!, $first: Int!, $after: String) {
    order(id: $id) {
      timeline(first: $first, after: $after) {
        nodes { id type message by staffId subjectId isPublic at }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`;
const CANCEL = /* GraphQL */ `
  mutation ($id: ID!) {
    cancelOrder(input: { orderId: $id, idempotencyKey: "cancel-key-1", reason: "Broken." }) { __typename }
  }
`;

type Shop = Awaited<ReturnType<typeof openShop>>;
type Viewer = Parameters<Shop['as']>[0];

async function timelineOf(shop: Shop, viewer: Viewer, id: string, page: object = { first: 100 }) {
  return (await shop.as(viewer)(TIMELINE, { id, first: 100, ...page })).data.order.timeline;
}

const typesOf = async (shop: Shop, viewer: Viewer, id: string): Promise<readonly string[]> =>
  (await timelineOf(shop, viewer, id)).nodes.map(({ type }: { type: string }) => type).reverse();

async function open() {
  const db = await testDatabase('orders');
  const neighbours = createFakeShop();
  const atlas = neighbours.addVariant(5);
  const shop = await openShop(db, neighbours);
  const ada = newCustomer();
  return {
    ...{ db, neighbours, atlas, shop, ada },
    async [Symbol.asyncDispose]() {
      await shop[Symbol.asyncDispose]();
      await db[Symbol.asyncDispose]();
    },
  };
}

describe('the timeline of an order', () => {
  it('tells staff everything and the buyer what is theirs to know', async () => {
    await using test = await open();
    const { atlas, shop, ada, neighbours } = test;
    const { order } = await place(shop, ada, orderOf(atlas));
    await eventually(() => neighbours.mails.size === 1);
    await eventually(async () => (await typesOf(shop, staff, order.id)).length === 6);

    const all = await typesOf(shop, staff, order.id);
    expect(all.slice(0, 4)).toEqual(['PLACED', 'STOCK_HELD', 'PAYMENT_AUTHORIZED', 'CONFIRMED']);
    expect(all.slice(4).toSorted()).toEqual(['MAIL_SENT', 'PAYMENT_CAPTURED']);
    expect(await typesOf(shop, ada, order.id)).toEqual([
      'PLACED',
      'PAYMENT_AUTHORIZED',
      'CONFIRMED',
      'PAYMENT_CAPTURED',
    ]);
  });

  it('says which of the staff did something, to staff alone', async () => {
    await using test = await open();
    const { atlas, shop, ada } = test;
    const { order } = await place(shop, ada, orderOf(atlas));
    await shop.as(fulfilment)(CANCEL, { id: order.id });

    const cancelled = async (viewer: Viewer) =>
      (await timelineOf(shop, viewer, order.id)).nodes.find(({ type }: { type: string }) => type === 'CANCELLED');
    const { staffId } = fulfilment as { staffId: string };
    expect(await cancelled(staff)).toMatchObject({ by: 'STAFF', staffId, message: 'Broken.' });
    expect(await cancelled(ada)).toMatchObject({ by: 'STAFF', staffId: null, message: 'Broken.' });
    const types = await typesOf(shop, staff, order.id);
    expect(types.filter((type) => /VOIDED|RETURNED|CANCEL/.test(type))).toEqual([
      'CANCELLATION_STARTED',
      'PAYMENT_VOIDED',
      'STOCK_RETURNED',
      'CANCELLED',
    ]);
  });

  it('names the return that money and goods came back with', async () => {
    await using test = await openReturns();
    const asked = await test.approved(2);
    await test.returns.receive(arrived(asked, 2));
    const { nodes } = await timelineOf(test.shop, staff, test.order.id);
    const about = nodes.filter(({ subjectId }: { subjectId: string | null }) => subjectId === asked.returnId);
    expect(about.map(({ type }: { type: string }) => type).toSorted()).toEqual([
      'PAYMENT_REFUNDED',
      'RETURN_APPROVED',
      'RETURN_CLOSED',
      'RETURN_RECEIVED',
      'RETURN_REQUESTED',
      'STOCK_RETURNED',
    ]);
  });

  it('tells what happened to an order that was refused', async () => {
    await using test = await open();
    const { atlas, shop, ada, db } = test;
    await place(shop, ada, orderOf(atlas, { payment: { token: 'tok_declined' } }));
    const { rows } = await db.pool.query<{ id: string }>('SELECT id FROM orders');
    expect(await typesOf(shop, staff, rows[0]?.id ?? '')).toEqual([
      'PLACED',
      'STOCK_HELD',
      'STOCK_RELEASED',
      'REFUSED',
    ]);
  });

  it('is read page by page, each event once', async () => {
    await using test = await open();
    const { atlas, shop, ada } = test;
    const { order } = await place(shop, ada, orderOf(atlas));
    await eventually(async () => (await typesOf(shop, ada, order.id)).length === 4);
    const seen: string[] = [];
    for (let after: string | null = null; ; ) {
      const page = await timelineOf(shop, ada, order.id, { first: 3, after });
      seen.push(...page.nodes.map(({ id }: { id: string }) => id));
      if (!page.pageInfo.hasNextPage) break;
      after = page.pageInfo.endCursor;
    }
    expect(new Set(seen).size).toBe(4);
    expect(seen).toEqual(seen.toSorted().toReversed());
  });

  it('tells an event with a key once, also when two processes tell it at once', async () => {
    await using test = await open();
    const { atlas, shop, ada, db } = test;
    const { order } = await place(shop, ada, orderOf(atlas));
    const event = { orderId: order.id, type: 'PAYMENT_CAPTURED', message: 'Once.', by: 'SYSTEM', key: 'once' } as const;
    await Promise.all([1, 2, 3, 4].map(() => tellOrders(db.pool, [event])));
    const { nodes } = await timelineOf(shop, ada, order.id);
    expect(nodes.filter(({ message }: { message: string }) => message === 'Once.')).toHaveLength(1);
  });

  it('is written with what it tells of, or not at all', async () => {
    await using test = await open();
    const { atlas, shop, ada, db } = test;
    const { order } = await place(shop, ada, orderOf(atlas));
    const client = await db.pool.connect();
    await client.query('BEGIN');
    await tellOrders(client, [{ orderId: order.id, type: 'REFUSED', message: 'Undone.', by: 'SYSTEM' }]);
    await client.query('ROLLBACK');
    client.release();
    expect(await typesOf(shop, staff, order.id)).not.toContain('REFUSED');
  });
});

describe('the database', () => {
  it.each([`UPDATE order_event SET message = 'Nothing happened.'`, 'DELETE FROM order_event', 'TRUNCATE order_event'])(
    'refuses %s, and lets events go with their order',
    async (sql) => {
      await using test = await open();
      const { atlas, shop, ada, db } = test;
      await place(shop, ada, orderOf(atlas));
      await expect(db.pool.query(sql)).rejects.toMatchObject({ constraint: 'append_only' });
      await db.pool.query('DELETE FROM orders');
      expect((await db.pool.query('SELECT FROM order_event')).rowCount).toBe(0);
    },
  );

  it('names staff only for what staff did', async () => {
    await using test = await open();
    const { atlas, shop, ada, db } = test;
    const { order } = await place(shop, ada, orderOf(atlas));
    const event = {
      orderId: order.id,
      type: 'CONFIRMED',
      message: 'Who?',
      by: 'BUYER',
      staffId: newId('Staff'),
    } as const;
    await expect(tellOrders(db.pool, [event])).rejects.toMatchObject({ constraint: 'order_event_staff' });
  });
});

describe('a payment that staff adopted from the provider', () => {
  const CHANGED = /* GraphQL */ `
    mutation ($orderId: ID!, $status: String!, $eventId: String!, $adopted: AdoptedPaymentInput) {
      paymentChanged(orderId: $orderId, paymentId: "Payment:1", status: $status, eventId: $eventId, adopted: $adopted)
    }
  `;
  const euros = (amount: string) => ({ amount, currencyCode: 'EUR' });

  it('stands on the timeline with its amounts and with who did it, once', async () => {
    await using test = await open();
    const { shop, ada } = test;
    const orderId = (await place(shop, ada, orderOf(test.atlas))).order.id;
    const staffId = newId('Staff');
    const adopted = { staffId, captured: euros('40.00'), refunded: euros('5.00') };
    const news = { orderId, status: 'PARTIALLY_REFUNDED', eventId: newId('Event'), adopted };
    await Promise.all([1, 2, 3].map(() => shop.as(neighbour)(CHANGED, news)));
    for (const status of ['VOIDED', 'CAPTURED']) {
      const change = { orderId, status, eventId: newId('Event') };
      await shop.as(neighbour)(CHANGED, { ...change, adopted: { staffId, released: euros('9.00') } });
    }

    const told = async (viewer: Viewer) =>
      (await timelineOf(shop, viewer, orderId)).nodes
        .filter(({ subjectId }: { subjectId: string }) => subjectId === 'Payment:1')
        .map(({ type, message, by, staffId: who }: Record<string, string>) => [type, message, by, who]);
    const so = 'at the payment provider, and is so in our books now.';
    const expected = [
      ['PAYMENT_CAPTURED', `40.00 EUR was taken ${so}`, 'STAFF', staffId],
      ['PAYMENT_REFUNDED', `5.00 EUR was given back ${so}`, 'STAFF', staffId],
      ['PAYMENT_RELEASED', `9.00 EUR was released ${so}`, 'STAFF', staffId],
      ['PAYMENT_VOIDED', `9.00 EUR was released ${so}`, 'STAFF', staffId],
    ];
    expect((await told(staff)).sort()).toEqual(expected);
    expect((await told(ada)).map(([, , , who]: string[]) => who)).toEqual([null, null, null, null]);
    const changes = (await typesOf(shop, staff, orderId)).filter((type) => type === 'PAYMENT_CHANGED');
    expect(changes).toHaveLength(3);
  });
});
