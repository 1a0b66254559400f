import { Unavailable } from '@cartograph/kernel/errors';
import type { Viewer } from '@cartograph/kernel/viewer';
import { newId } from '@cartograph/runtime/ids';
import { describe, expect, it } from 'vitest';
import type { FakeShipment } from './fake-shipments.ts';
import { openEdits, pieces } from './open-edits.ts';
import { arrived, fulfilment } from './open-returns.ts';
import {
  checkInvariants,
  eventually,
  neighbour,
  newCustomer,
  newGuest,
  orderOf,
  placed,
  type ShopOptions,
  staff,
} from './open-shop.ts';
import { forever, giveUp, listStuck } from './stuck.ts';

const RELEASE = /* GraphQL */ `
  mutation ($input: ReleaseReservationInput!) {
    result: releaseReservation(input: $input) {
      __typename
      ... on ReleaseReservationSuccess { order { id } released { amount currencyCode } }
      ... on ReservationNotReleasable { reason }
      ... on InvalidInput { issues { path } }
    }
  }
`;
const CHANGED = /* GraphQL */ `
  mutation ($orderId: ID!, $eventId: String!) {
    shipmentChanged(orderId: $orderId, shipmentId: "Shipment:1", status: "HANDED_OVER", eventId: $eventId)
  }
`;
const TIMELINE =
  'query ($id: ID!) { order(id: $id) { status timeline(first: 100) { nodes { type by staffId message } } } }';

const finance: Viewer = { kind: 'staff', staffId: newId('Staff'), roles: ['FINANCE'] };
const success = (orderId: string, amount: string) => ({
  ...{ __typename: 'ReleaseReservationSuccess', order: { id: orderId } },
  released: { amount, currencyCode: 'EUR' },
});
const refusedAs = (reason: string) => ({ __typename: 'ReservationNotReleasable', reason });

/** An order of three for 19.90 and one for 5.00, which is paid as it leaves. GraphQL errors are given as their code. */
async function open(options: ShopOptions = {}) {
  const test = await openEdits({ checkout: { capture: 'on_shipment' }, ...options });
  const { shop, neighbours, db } = test;
  const orderId = test.order.id as string;
  const tell = () => shop.as(neighbour)(CHANGED, { orderId, eventId: newId('Event') });
  return {
    ...{ ...test, orderId, tell },
    async release(input: object = {}, viewer: Viewer = finance) {
      const asked = { orderId, idempotencyKey: newId('Key'), ...input };
      const { data, errors } = await shop.as(viewer)(RELEASE, { input: asked });
      return errors ? (errors[0]?.extensions.code ?? 'NO_CODE') : data.result;
    },
    async leave() {
      const [shipment] = neighbours.shipments.get(orderId) ?? [];
      neighbours.shipments.set(orderId, [{ id: shipment?.id ?? newId('Shipment'), status: 'HANDED_OVER' }]);
      await tell();
    },
    reserved: () => neighbours.reserved(orderId),
    /** All that was ordered in the outbox has happened. */
    delivered: () => eventually(async () => (await db.pool.query('SELECT FROM outbox')).rowCount === 0),
    released: async (viewer: Viewer = staff): Promise<readonly object[]> =>
      (await shop.as(viewer)(TIMELINE, { id: orderId })).data.order.timeline.nodes.filter(
        ({ type, by }: { type: string; by: string }) => type === 'PAYMENT_RELEASED' && by === 'STAFF',
      ),
  };
}

/** All of it has left, and 19.90 stayed reserved: what an edit had saved, before that was let go. */
async function openLeftOver(options: ShopOptions = {}) {
  const test = await open(options);
  await test.edit({ remove: pieces(test.lineIds[0], 1) });
  await test.leave();
  await test.delivered();
  test.neighbours.accounts.get(test.orderId)?.releases.clear();
  expect(test.reserved()).toBe(1990);
  return test;
}

describe('what stayed reserved of an order that has left', () => {
  it('is let go once, and the timeline says by whom', async () => {
    await using test = await openLeftOver();
    const { orderId, release, released } = test;
    const idempotencyKey = newId('Key');
    expect(await release({ idempotencyKey })).toEqual(success(orderId, '19.90'));
    expect(test.reserved()).toBe(0);
    expect(await release({ idempotencyKey })).toEqual(success(orderId, '19.90'));
    expect(await release()).toEqual(refusedAs('NOTHING_RESERVED'));

    const event = { type: 'PAYMENT_RELEASED', by: 'STAFF', message: '19.90 EUR was still reserved, and is let go.' };
    expect(await released()).toEqual([{ ...event, staffId: (finance as { staffId: string }).staffId }]);
    expect(await released(test.ada)).toEqual([{ ...event, staffId: null }]);
    await checkInvariants(test.db, test.neighbours);
  });

  it('is let go once by five requests at once, under one key or two', async () => {
    await using test = await openLeftOver();
    const { orderId, release } = test;
    const [one, two] = [{ idempotencyKey: newId('Key') }, { idempotencyKey: newId('Key') }];
    const answers = await Promise.all([one, one, two, one, one].map((input) => release(input)));
    const [ours, theirs] = [answers.filter((_, at) => at !== 2), answers.slice(2, 3)];
    const winner = theirs[0]?.reason === 'NOTHING_RESERVED' ? ours : theirs;
    for (const answer of winner) expect(answer).toEqual(success(orderId, '19.90'));
    for (const answer of winner === ours ? theirs : ours) expect(answer).toEqual(refusedAs('NOTHING_RESERVED'));
    expect(test.reserved()).toBe(0);
    expect(await test.released()).toHaveLength(1);
  });

  it.each([
    ['before', 'SERVICE_UNAVAILABLE'],
    ['after', 'DEADLINE_EXCEEDED'],
  ] as const)('is let go by the same key again when payments gave no answer, %s it did so', async (at, code) => {
    await using test = await openLeftOver();
    const { orderId, neighbours, release } = test;
    neighbours.failing.set('payments.release', { at, times: 1 });
    const idempotencyKey = newId('Key');
    expect(await release({ idempotencyKey })).toBe(code);
    expect(test.reserved()).toBe(at === 'before' ? 1990 : 0);
    expect(await release({ idempotencyKey })).toEqual(success(orderId, '19.90'));
    expect(await test.released()).toHaveLength(1);
  });

  it('is let go by the same key again when the process ended before the timeline told it', async () => {
    let fails = false;
    const ports: ShopOptions['ports'] = ({ timeline }) => ({
      timeline: {
        ...timeline,
        async tell(events) {
          if (fails && events.some(({ by }) => by === 'STAFF')) throw new Error('the process ended');
          await timeline.tell(events);
        },
      },
    });
    await using test = await openLeftOver({ ports });
    const { orderId, release } = test;
    const idempotencyKey = newId('Key');
    fails = true;
    expect(await release({ idempotencyKey })).toBe('INTERNAL_SERVER_ERROR');
    fails = false;
    expect(await release({ idempotencyKey })).toEqual(success(orderId, '19.90'));
    expect(await test.released()).toHaveLength(1);
  });

  it('stays so under a key that has stood for another order, or that is none', async () => {
    await using test = await openLeftOver();
    const { release, shop, ada } = test;
    const { order } = await placed(shop, ada, orderOf(test.globe));
    const idempotencyKey = newId('Key');
    expect(await release({ idempotencyKey })).toMatchObject({ __typename: 'ReleaseReservationSuccess' });
    const other = { orderId: order.id, idempotencyKey };
    expect(await release(other)).toEqual({ __typename: 'IdempotencyKeyReused' });
    // A key is its owner's alone.
    expect(await release(other, staff)).toEqual(refusedAs('NOT_FINISHED'));
    const short = { __typename: 'InvalidInput', issues: [{ path: ['idempotencyKey'] }] };
    expect(await release({ idempotencyKey: 'short' })).toEqual(short);
    for (const orderId of ['nonsense', newId('Order')])
      expect(await release({ orderId })).toEqual({ __typename: 'NotFound' });
  });

  it('is let go for finance and support staff alone', async () => {
    await using test = await openLeftOver();
    for (const viewer of [test.ada, newCustomer(), newGuest(), fulfilment, neighbour])
      expect(await test.release({}, viewer)).toBe('FORBIDDEN');
    expect(test.reserved()).toBe(1990);
    expect(await test.release({}, staff)).toEqual(success(test.orderId, '19.90'));
  });
});

describe('what is reserved of an order that may still take it', () => {
  it('stays so until it has left; a refusal uses up no key', async () => {
    await using test = await open();
    const idempotencyKey = newId('Key');
    expect(await test.release({ idempotencyKey })).toEqual(refusedAs('NOT_FINISHED'));
    expect(test.neighbours.count('payments.release')).toBe(0);
    await test.leave();
    await test.delivered();
    expect(await test.release({ idempotencyKey })).toEqual(refusedAs('NOTHING_RESERVED'));
    await checkInvariants(test.db, test.neighbours);
  });

  it('stays so while a part of it waits for an edit that its buyer has to pay', async () => {
    await using test = await open();
    const add = [{ variantId: test.globe, quantity: 1 }];
    expect(await test.edit({ add })).toMatchObject({ edit: { status: 'AWAITING_PAYMENT' } });
    await test.leave();
    await eventually(async () => (await test.edits()).status === 'FULFILLED');
    expect(await test.release()).toEqual(refusedAs('UNDER_WAY'));
  });

  it('stays so while a return of it is received', async () => {
    await using test = await openLeftOver();
    const back = await test.sentBack(test.orderId);
    await test.delivered();
    test.neighbours.accounts.get(test.orderId)?.releases.clear();
    test.neighbours.failing.set('payments.refund', forever);
    const receiving = test.returns.receive(arrived(back, 1));
    await eventually(async () => {
      const { rowCount } = await test.db.pool.query(`SELECT FROM order_return WHERE id = $1 AND status = 'RECEIVED'`, [
        back.returnId,
      ]);
      return rowCount === 1;
    });
    expect(await test.release()).toEqual(refusedAs('UNDER_WAY'));
    test.neighbours.failing.clear();
    await receiving;
    expect(await test.release()).toEqual(success(test.orderId, '19.90'));
  });

  it('stays so while it is being taken, until staff give that up', async () => {
    const ports: ShopOptions['ports'] = ({ payments }) => ({
      payments: {
        ...payments,
        async capture() {
          throw new Unavailable('payments');
        },
      },
    });
    await using test = await open({ checkout: { capture: 'immediate' }, ports });
    const stuckCapture = async () => (await listStuck(test.shop)).find(({ step }) => step === 'capture-payment');
    await test.leave();
    expect(await test.release()).toEqual(refusedAs('CAPTURE_DUE'));
    await eventually(async () => (await stuckCapture()) !== undefined);
    await test.db.pool.query('UPDATE outbox SET attempts = 12, due_at = now()');
    await eventually(async () => (await stuckCapture()).nextAttemptAt === null);
    expect(await test.release()).toEqual(refusedAs('CAPTURE_DUE'));
    expect(await giveUp(test.shop, (await stuckCapture()).id)).toBe('GiveUpStepSuccess');
    expect(await test.release()).toEqual(success(test.orderId, '69.60'));
  });

  it('stays so while a shipment that has left is yet to take its part', async () => {
    await using test = await open();
    const { neighbours, orderId, lineIds } = test;
    const [first = '', second = ''] = lineIds;
    const shipments = [
      { id: newId('Shipment'), status: 'HANDED_OVER', rank: 2, lines: pieces(first, 3) },
      { id: newId('Shipment'), status: 'PLANNED', rank: 0, lines: pieces(second, 1) },
    ];
    neighbours.shipments.set(orderId, shipments as FakeShipment[]);
    // As when the news of it were taken in by half: nothing was decided as yet.
    const known = [orderId, JSON.stringify(shipments)];
    await test.db.pool.query(`SELECT receive_shipments('Event:0', $1, $2, NULL, NULL)`, known);
    expect((await test.edit({ remove: pieces(second, 1) })).order.status).toBe('FULFILLED');
    await test.delivered();
    expect(await test.release()).toEqual(refusedAs('CAPTURE_DUE'));
    await test.tell();
    await test.delivered();
    expect(await test.release()).toEqual(refusedAs('NOTHING_RESERVED'));
  });

  it('stays so while nobody knows whether the payment went through', async () => {
    await using test = await openLeftOver();
    Object.assign(test.neighbours.accounts.get(test.orderId) ?? {}, { status: 'open' });
    const idempotencyKey = newId('Key');
    expect(await test.release({ idempotencyKey })).toEqual(refusedAs('PAYMENT_OPEN'));
    Object.assign(test.neighbours.accounts.get(test.orderId) ?? {}, { status: 'authorized' });
    expect(await test.release({ idempotencyKey })).toEqual(success(test.orderId, '19.90'));
  });
});
