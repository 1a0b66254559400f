import { newId } from '@cartograph/runtime/ids';
import { describe, expect, it } from 'vitest';
import { openEdits, pieces } from './open-edits.ts';
import { returnsOf, TIMELINE } from './open-returns.ts';
import { checkInvariants, eventually, neighbour, newCustomer, staff } from './open-shop.ts';

const HANDED_OVER = /* GraphQL */ `
  mutation ($orderId: ID!) {
    shipmentChanged(orderId: $orderId, shipmentId: "Shipment:1", status: "HANDED_OVER", eventId: "Event:1")
  }
`;

describe('editOrder that takes out', () => {
  it('gives back what was paid for the pieces, puts them back on sale and sends the rest', async () => {
    await using test = await openEdits();
    const { neighbours, order, atlas } = test;
    const answer = await test.edit({ remove: pieces(test.lineIds[0], 2) });
    expect(answer).toMatchObject({
      __typename: 'EditOrderSuccess',
      replayed: false,
      order: { status: 'CONFIRMED' },
      edit: { status: 'APPLIED', refundAmount: { amount: '39.80' }, creditAmount: { amount: '0.00' }, followUp: null },
    });
    expect(neighbours.refunded(order.id)).toBe(3980);
    expect(neighbours.sold(atlas)).toBe(1);
    expect(neighbours.takenOut(order.id)).toEqual({ [test.lineIds[0] ?? '']: 2 });
    expect(await test.edits()).toMatchObject({ returns: [], edits: [{ status: 'APPLIED' }] });
    await checkInvariants(test.db, neighbours);
  });

  it('happens once, however often it is asked at once, and never takes out more than is there', async () => {
    await using test = await openEdits();
    const { neighbours, order } = test;
    const same = { remove: pieces(test.lineIds[0], 2), idempotencyKey: 'edit-key-1' };
    const answers = await Promise.all([1, 2, 3, 4].map(() => test.edit(same)));
    for (const { __typename } of answers) expect(['EditOrderSuccess', 'StillWorking']).toContain(__typename);
    await Promise.all([1, 2, 3].map(() => test.edit({ remove: pieces(test.lineIds[0], 1) })));
    await test.settled();
    expect(neighbours.refunded(order.id)).toBe(3 * 1990);
    expect(await test.edit({ remove: pieces(test.lineIds[0], 1) })).toMatchObject({
      __typename: 'QuantityNotRemovable',
      lines: [{ requested: 1, removable: 0 }],
    });
    expect(await test.edit({ ...same, remove: pieces(test.lineIds[0], 1) })).toMatchObject({
      __typename: 'IdempotencyKeyReused',
    });
    expect(await test.edit({ remove: pieces('OrderLine:1', 1) })).toMatchObject({
      issues: [{ path: ['remove', '0'], message: 'This is not the id of a line of an order.' }],
    });
  });

  it('leaves an order that is fulfilled when all the rest has left, also when that happens just then', async () => {
    let meanwhile: (() => Promise<unknown>) | undefined;
    await using test = await openEdits({
      ports: ({ edits }) => ({
        edits: {
          ...edits,
          async close(...asked) {
            await meanwhile?.();
            await edits.close(...asked);
          },
        },
      }),
    });
    const [atlas, map] = test.lineIds.map((orderLineId) => ({ orderLineId, quantity: 1 }));
    meanwhile = () => {
      const lines = atlas && map ? [atlas, map] : [];
      test.neighbours.shipments.set(test.order.id, [{ id: newId('Shipment'), status: 'HANDED_OVER', lines }]);
      return test.shop.as(neighbour)(HANDED_OVER, { orderId: test.order.id });
    };

    expect((await test.edit({ remove: pieces(test.lineIds[0], 2) })).order).toMatchObject({ status: 'FULFILLED' });
  });

  it('leaves an order fulfilled that cannot be cancelled because all that is left of it is on its way', async () => {
    await using test = await openEdits();
    await test.edit({ remove: pieces(test.lineIds[0], 2) });
    test.neighbours.shipments.set(test.order.id, [{ id: newId('Shipment'), status: 'HANDED_OVER' }]);

    expect((await test.cancel(test.ada, { orderId: test.order.id })).__typename).toBe('OrderNotCancellable');

    const { data } = await test.shop.as(test.ada)('query ($id: ID!) { order(id: $id) { status } }', {
      id: test.order.id,
    });
    expect(data.order.status).toBe('FULFILLED');
  });

  it('comes too late for what has left, and leaves everything as it is', async () => {
    await using test = await openEdits();
    const { neighbours, order, atlas } = test;
    // Shipping knows it already, orders has not heard of it yet.
    neighbours.shipments.set(order.id, [{ id: newId('Shipment'), status: 'HANDED_OVER' }]);
    expect(await test.edit({ remove: pieces(test.lineIds[0], 2) })).toMatchObject({
      __typename: 'OrderNotEditable',
      why: 'SHIPPED',
    });
    expect([neighbours.refunded(order.id), neighbours.sold(atlas)]).toEqual([0, 3]);
    expect((await test.edits()).edits).toMatchObject([{ status: 'REFUSED' }]);
    // The pieces are the order's again, so that they can be sent back later.
    expect((await test.db.pool.query('SELECT FROM order_return WHERE refund_minor > 0')).rowCount).toBe(0);
  });

  it('ends although the payment gives nothing back, and the timeline says what is owed', async () => {
    await using test = await openEdits();
    const { neighbours, order, atlas } = test;
    await eventually(() => neighbours.accounts.get(order.id)?.status === 'captured');
    const account = neighbours.accounts.get(order.id);
    account?.refunds.set('by hand', account.amount);
    const answer = await test.edit({ remove: pieces(test.lineIds[0], 1) });
    expect(answer).toMatchObject({ __typename: 'EditOrderSuccess', edit: { status: 'APPLIED' } });
    const { data } = await test.shop.as(test.ada)(TIMELINE, { id: order.id });
    const told = data.order.timeline.nodes as { type: string; message: string }[];
    expect(told).toContainEqual(
      expect.objectContaining({ type: 'EDIT_REFUND_REFUSED', message: expect.stringContaining('19.90 EUR') }),
    );
    expect(told.map(({ type }) => type)).not.toContain('PAYMENT_REFUNDED');
    expect(neighbours.sold(atlas)).toBe(2);
  });

  it('has one outcome when it meets a cancellation', async () => {
    for (let round = 0; round < 4; round += 1) {
      await using test = await openEdits();
      const { neighbours, order, ada, atlas, map } = test;
      await Promise.all([
        test.edit({ remove: pieces(test.lineIds[0], 2) }),
        test.cancel(ada, { orderId: order.id, reason: 'No more.' }),
      ]);
      await test.settled();
      await eventually(async () => (await test.cancel(ada, { orderId: order.id })).__typename === 'CancelOrderSuccess');
      expect(neighbours.accounts.get(order.id)?.status).toBe('voided');
      expect([neighbours.sold(atlas), neighbours.sold(map)]).toEqual([0, 0]);
    }
  });

  it('is followed by a cancellation of what is left', async () => {
    await using test = await openEdits();
    const { neighbours, order, ada, atlas, map } = test;
    await test.edit({ remove: pieces(test.lineIds[0], 2) });
    expect((await test.cancel(ada, { orderId: order.id })).__typename).toBe('CancelOrderSuccess');
    expect([neighbours.sold(atlas), neighbours.sold(map)]).toEqual([0, 0]);
    expect(neighbours.accounts.get(order.id)?.status).toBe('voided');
  });

  it('takes no money for what is not sent, where money is taken at shipment', async () => {
    await using test = await openEdits({ checkout: { capture: 'on_shipment' } });
    const { neighbours, order, shop } = test;
    expect((await test.edit({ remove: pieces(test.lineIds[0], 2) })).__typename).toBe('EditOrderSuccess');
    // Let go at once, so that a gift card can pay something else with it.
    expect(neighbours.reserved(order.id)).toBe(1990 + 500 + 490);
    const left = test.lineIds.map((orderLineId) => ({ orderLineId, quantity: 1 }));
    neighbours.shipments.set(order.id, [{ id: newId('Shipment'), status: 'HANDED_OVER', lines: left }]);
    const document =
      'mutation ($id: ID!) { shipmentChanged(orderId: $id, shipmentId: "s", status: "X", eventId: "e") }';
    await shop.as(neighbour)(document, { id: order.id });
    await eventually(() => neighbours.captured(order.id) === 1990 + 500 + 490);
    expect((await test.edits()).status).toBe('FULFILLED');
    expect(neighbours.count('payments.refund')).toBe(0);
    expect(neighbours.reserved(order.id)).toBe(0);
    const { data } = await shop.as(test.ada)(TIMELINE, { id: order.id });
    expect(data.order.timeline.nodes).toContainEqual(
      expect.objectContaining({
        type: 'PAYMENT_RELEASED',
        message: '39.80 EUR of what is reserved will not be taken.',
      }),
    );
  });

  it('goes on when what it saves was taken by other ways, and staff read so', async () => {
    await using test = await openEdits({ checkout: { capture: 'on_shipment' } });
    const { neighbours, order, shop } = test;
    await neighbours.ports.payments.capture(order.id, 'by hand', null);
    expect(await test.edit({ remove: pieces(test.lineIds[0], 2) })).toMatchObject({ edit: { status: 'APPLIED' } });
    const told = async (viewer: typeof staff) =>
      (await shop.as(viewer)(TIMELINE, { id: order.id })).data.order.timeline.nodes as { message: string }[];
    const isOwed = ({ message }: { message: string }) =>
      message.startsWith('39.80 EUR was to be paid no more, and is not reserved any more.');
    expect((await told(staff)).filter(isOwed)).toHaveLength(1);
    expect((await told(test.ada)).filter(isOwed)).toHaveLength(0);
  });

  it('lets go of what a capture that was given up has left over, when the last of it has left and was taken', async () => {
    await using test = await openEdits({ checkout: { capture: 'on_shipment' } });
    const { neighbours, order, shop } = test;
    const [first, second] = [newId('Shipment'), newId('Shipment')];
    const [atlas, map] = test.lineIds.map((orderLineId) => ({ orderLineId, quantity: 1 }));
    if (!atlas || !map) throw new Error('the order has fewer lines');
    const leave = async (eventId: string, ...shipments: { id: string; lines: (typeof atlas)[] }[]) => {
      neighbours.shipments.set(
        order.id,
        shipments.map((shipment) => ({ ...shipment, status: 'HANDED_OVER' })),
      );
      const document =
        'mutation ($id: ID!, $eventId: String!) { shipmentChanged(orderId: $id, shipmentId: "s", status: "X", eventId: $eventId) }';
      await shop.as(neighbour)(document, { id: order.id, eventId });
    };
    const one = { id: first, lines: [map] };
    await leave('Event:1', one);
    await eventually(() => neighbours.captured(order.id) === 500 + 490);
    // As after staff have given up what another capture was to take.
    neighbours.accounts.get(order.id)?.captures.delete(`${first}:capture`);
    await leave('Event:2', one, { id: second, lines: [{ ...atlas, quantity: 3 }] });
    await eventually(() => neighbours.count('payments.release') === 1);
    expect(neighbours.captured(order.id)).toBe(3 * 1990);
    expect(neighbours.reserved(order.id)).toBe(0);
  });

  it('leaves nothing of it to be sent back', async () => {
    await using test = await openEdits();
    const { neighbours, order, shop, ada } = test;
    await test.edit({ remove: pieces(test.lineIds[0], 2) });
    const left = test.lineIds.map((orderLineId) => ({ orderLineId, quantity: 1 }));
    neighbours.shipments.set(order.id, [{ id: newId('Shipment'), status: 'DELIVERED', lines: left }]);
    const document =
      'mutation ($id: ID!) { shipmentChanged(orderId: $id, shipmentId: "s", status: "X", eventId: "e") }';
    await shop.as(neighbour)(document, { id: order.id });
    expect((await test.edits()).status).toBe('DELIVERED');
    const back = { orderId: order.id, lines: [{ orderLineId: test.lineIds[0], quantity: 2, reason: 'LATE' }] };
    expect(await returnsOf(shop).request(ada, back)).toMatchObject({ lines: [{ requested: 2, returnable: 1 }] });
  });
});

describe('edits', () => {
  it('are for support staff to make and for the buyer to read', async () => {
    await using test = await openEdits();
    const remove = pieces(test.lineIds[0], 1);
    expect(await test.edit({ remove }, test.ada)).toBe('FORBIDDEN');
    expect(await test.edit({ remove }, { kind: 'staff', staffId: newId('Staff'), roles: ['CATALOGUE'] })).toBe(
      'FORBIDDEN',
    );
    expect(await test.edit({ remove }, { kind: 'anonymous' })).toBe('UNAUTHENTICATED');
    await test.edit({ remove });
    expect((await test.edits(test.ada)).edits).toHaveLength(1);
    const { data } = await test.shop.as(test.ada)(TIMELINE, { id: test.order.id });
    const types = data.order.timeline.nodes.map(({ type }: { type: string }) => type);
    expect(types).toEqual(expect.arrayContaining(['EDIT_STARTED', 'PAYMENT_REFUNDED', 'EDIT_APPLIED']));
    const { edit } = await test.edit({ add: [{ variantId: test.globe, quantity: 1 }] });
    const payment = { token: 'tok_ok' };
    expect((await test.pay(newCustomer(), { orderId: edit.followUp.id, payment })).__typename).toBe('NotFound');
  });
});
