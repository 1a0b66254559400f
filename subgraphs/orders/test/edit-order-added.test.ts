import { newId } from '@cartograph/runtime/ids';
import type { SagaPoint } from '@cartograph/runtime/saga-drive';
import { describe, expect, it } from 'vitest';
import { openEdits, pieces } from './open-edits.ts';
import { TIMELINE } from './open-returns.ts';
import { eventually, openShop } from './open-shop.ts';

describe('editOrder that adds', () => {
  it('waits for the buyer to pay the difference, with the stock held, and then sends it', async () => {
    await using test = await openEdits();
    const { neighbours, order, globe, ada } = test;
    const answer = await test.edit({ remove: pieces(test.lineIds[0], 1), add: [{ variantId: globe, quantity: 1 }] });
    expect(answer.edit).toMatchObject({
      status: 'AWAITING_PAYMENT',
      removedAmount: { amount: '19.90' },
      creditAmount: { amount: '19.90' },
      followUp: { status: 'AWAITING_PAYMENT', total: { amount: '25.00' }, amountDue: { amount: '5.10' } },
    });
    expect(answer.edit.followUp.followUpOf.id).toBe(order.id);
    expect(neighbours.available(globe)).toBe(1);
    expect(neighbours.refunded(order.id)).toBe(0);

    const followUp = answer.edit.followUp.id as string;
    const paid = await test.pay(ada, { orderId: followUp, payment: { token: 'tok_ok' } });
    expect(paid).toMatchObject({ __typename: 'PlaceOrderSuccess', order: { status: 'CONFIRMED' } });
    expect(neighbours.accounts.get(followUp)?.amount.minor).toBe(510);
    expect(neighbours.refunded(order.id)).toBe(0);
    expect([neighbours.sold(globe), neighbours.sold(test.atlas)]).toEqual([1, 2]);
    expect(neighbours.plans.has(followUp)).toBe(true);
    await eventually(async () => (await test.edits()).edits[0].status === 'APPLIED');
  });

  it('is done at once and gives the rest back when it costs less', async () => {
    await using test = await openEdits();
    const { neighbours, order, map } = test;
    const answer = await test.edit({ remove: pieces(test.lineIds[0], 1), add: [{ variantId: map, quantity: 1 }] });
    expect(answer).toMatchObject({
      __typename: 'EditOrderSuccess',
      edit: { creditAmount: { amount: '5.00' }, refundAmount: { amount: '14.90' }, followUp: { status: 'CONFIRMED' } },
    });
    await test.settled();
    const again = { orderId: answer.edit.followUp.id, add: [{ variantId: map, quantity: 1 }] };
    expect(await test.edit(again)).toMatchObject({ __typename: 'OrderNotEditable', why: 'FOLLOW_UP' });
    expect(neighbours.refunded(order.id)).toBe(1490);
    expect(neighbours.accounts.has(answer.edit.followUp.id)).toBe(false);
    expect([neighbours.sold(map), neighbours.sold(test.atlas)]).toEqual([2, 2]);
  });

  it('is paid once, however often and under however many keys at once; after a decline with another card', async () => {
    await using test = await openEdits();
    const { neighbours, globe, ada } = test;
    const { edit } = await test.edit({ add: [{ variantId: globe, quantity: 1 }] });
    const orderId = edit.followUp.id as string;
    const declined = { orderId, payment: { token: 'tok_declined' }, idempotencyKey: 'pay-key-1' };
    for (const _twice of [1, 2])
      expect(await test.pay(ada, declined)).toMatchObject({
        __typename: 'PaymentDeclined',
        reason: 'INSUFFICIENT_FUNDS',
      });
    expect(await test.pay(ada, { ...declined, payment: { token: 'tok_ok' } })).toMatchObject({
      __typename: 'IdempotencyKeyReused',
    });
    const answers = await Promise.all(
      ['pay-key-2', 'pay-key-2', 'pay-key-3', 'pay-key-4'].map((idempotencyKey) =>
        test.pay(ada, { orderId, payment: { token: 'tok_ok' }, idempotencyKey }),
      ),
    );
    for (const { __typename } of answers) expect(['PlaceOrderSuccess', 'StillWorking']).toContain(__typename);
    expect(answers.filter(({ replayed }) => replayed === false).length).toBeLessThanOrEqual(1);
    await test.settled();
    const again = { orderId, payment: { token: 'tok_ok' }, idempotencyKey: 'pay-key-2' };
    expect(await test.pay(ada, again)).toMatchObject({ __typename: 'PlaceOrderSuccess', replayed: true });
    expect(neighbours.accounts.get(orderId)?.amount.minor).toBe(2500);
    expect(neighbours.count('payments.authorize')).toBe(3);
  });

  it('is given up when the buyer does not pay in time: nothing is taken out, nothing held', async () => {
    let now = new Date();
    await using test = await openEdits({ clock: () => now });
    const { neighbours, order, globe, ada } = test;
    const { edit } = await test.edit({ remove: pieces(test.lineIds[0], 1), add: [{ variantId: globe, quantity: 1 }] });
    now = new Date(now.getTime() + 1_000_000);
    await test.shop.operations.expirePayments();
    expect((await test.edits()).edits).toMatchObject([{ status: 'AWAITING_PAYMENT' }]);
    now = new Date(now.getTime() + 10 * 86_400_000);
    await test.shop.operations.expirePayments();
    expect((await test.edits()).edits).toMatchObject([{ status: 'REFUSED', followUp: { status: 'CANCELLED' } }]);
    expect([neighbours.available(globe), neighbours.sold(test.atlas)]).toEqual([2, 3]);
    const late = await test.pay(ada, { orderId: edit.followUp.id, payment: { token: 'tok_ok' } });
    expect(late.__typename).not.toBe('PlaceOrderSuccess');
    expect(neighbours.refunded(order.id)).toBe(0);
  });

  it('is refused when it is out of stock, shipped while the buyer paid, or costs another amount', async () => {
    await using test = await openEdits();
    const { neighbours, order, globe, ada } = test;
    const swap = { remove: pieces(test.lineIds[0], 1), add: [{ variantId: globe, quantity: 1 }] };
    expect(await test.edit({ add: [{ variantId: globe, quantity: 3 }] })).toMatchObject({
      __typename: 'VariantUnavailable',
    });
    const expectedDifference = { amount: '-1.00', currencyCode: 'EUR' };
    expect(await test.edit({ ...swap, expectedDifference })).toMatchObject({
      __typename: 'PriceChanged',
      message: expect.not.stringContaining('expectedTotal'),
      actual: { amount: '5.10' },
    });
    const { edit } = await test.edit(swap);
    expect(await test.edit({ remove: pieces(test.lineIds[0], 1) })).toMatchObject({ why: 'EDIT_PENDING' });
    neighbours.shipments.set(order.id, [{ id: newId('Shipment'), status: 'HANDED_OVER' }]);
    const paid = await test.pay(ada, { orderId: edit.followUp.id, payment: { token: 'tok_ok' } });
    expect(paid.__typename).toBe('CheckoutFailed');
    expect(neighbours.accounts.get(edit.followUp.id)?.status).toBe('voided');
    expect(neighbours.available(globe)).toBe(2);
    expect((await test.edits()).edits).toMatchObject([{ status: 'REFUSED' }]);
  });

  it('makes way when the order is cancelled before it is paid', async () => {
    await using test = await openEdits();
    const { neighbours, order, globe, ada } = test;
    const { edit } = await test.edit({ add: [{ variantId: globe, quantity: 1 }] });
    expect((await test.cancel(ada, { orderId: order.id })).__typename).toBe('CancelOrderSuccess');
    expect(neighbours.available(globe)).toBe(2);
    expect((await test.edits()).edits).toMatchObject([{ id: edit.id, status: 'REFUSED' }]);
  });

  it('gives the credit back with the order that it paid for, when that is cancelled', async () => {
    await using test = await openEdits();
    const { neighbours, order, globe, ada } = test;
    const { edit } = await test.edit({ remove: pieces(test.lineIds[0], 1), add: [{ variantId: globe, quantity: 1 }] });
    const orderId = edit.followUp.id as string;
    await test.pay(ada, { orderId, payment: { token: 'tok_ok' } });
    await test.settled();
    expect((await test.cancel(ada, { orderId })).__typename).toBe('CancelOrderSuccess');
    expect(neighbours.accounts.get(orderId)?.status).toBe('voided');
    expect(neighbours.refunded(order.id)).toBe(1990);
    // The first order keeps what is left of it: two at 19.90, one at 5.00, and shipping.
    expect((await test.cancel(ada, { orderId: order.id })).__typename).toBe('CancelOrderSuccess');
    expect(neighbours.sold(globe)).toBe(0);
  });
});

describe('editOrder where money is taken at shipment', () => {
  it('takes what pays for the added at once, lets go of the rest, and of all the rest when the order is cancelled', async () => {
    await using test = await openEdits({ checkout: { capture: 'on_shipment' } });
    const { neighbours, order, map, ada } = test;
    // Asked for again after a lost answer, it happens once.
    neighbours.failing.set('payments.release', { at: 'after', times: 1 });
    await test.edit({ remove: pieces(test.lineIds[0], 1), add: [{ variantId: map, quantity: 1 }] });
    await test.settled();
    expect(neighbours.captured(order.id)).toBe(500);
    expect(neighbours.reserved(order.id)).toBe(2 * 1990 + 500 + 490);
    expect(neighbours.count('payments.release')).toBe(2);

    expect((await test.cancel(ada, { orderId: order.id })).__typename).toBe('CancelOrderSuccess');
    expect(neighbours.captured(order.id)).toBe(500);
    expect(neighbours.reserved(order.id)).toBe(0);
    const { data } = await test.shop.as(ada)(TIMELINE, { id: order.id });
    expect(
      data.order.timeline.nodes
        .filter(({ type }: { type: string }) => type === 'PAYMENT_RELEASED')
        .map(({ message }: { message: string }) => message)
        .sort(),
    ).toEqual(['14.90 EUR of what is reserved will not be taken.', '49.70 EUR of what is reserved will not be taken.']);
  });

  it.each(['before run', 'after run'] as const)('lets go once when its process ends %s', async (at) => {
    let dead = false;
    let armed = false;
    const probe = (point: SagaPoint) => {
      dead ||= armed && point.step === 'settle' && point.at === at;
      if (dead) throw new Error('killed');
    };
    const capture = 'on_shipment';
    await using test = await openEdits({ leaseMs: 200, probe, checkout: { deadlineMs: 3_000, capture } });
    await test.settled();
    armed = true;
    await test.edit({ remove: pieces(test.lineIds[0], 2) });
    await eventually(() => dead);
    await using survivor = await openShop(test.db, test.neighbours, { checkout: { deadlineMs: 300, capture } });
    await eventually(async () => {
      await survivor.operations.recoverSagas();
      return (await test.db.pool.query(`SELECT FROM saga WHERE status <> 'DONE'`)).rowCount === 0;
    });
    expect(test.neighbours.reserved(test.order.id)).toBe(1990 + 500 + 490);
  });
});

describe('a process that ends in the middle of an edit', () => {
  const points = ['take-out', 'settle', 'confirm', 'fulfil'].flatMap((step) => [
    [step, 'before run'] as const,
    [step, 'after run'] as const,
  ]);
  it.each(points)('at %s, %s: another finishes it, and money and goods move once', async (step, at) => {
    let armed = false;
    let dead = false;
    const probe = (point: SagaPoint) => {
      dead ||= armed && point.step === step && point.at === at;
      if (dead) throw new Error('killed');
    };
    await using test = await openEdits({ leaseMs: 200, probe, checkout: { deadlineMs: 3_000 } });
    await test.settled();
    armed = true;
    const add = ['take-out', 'settle'].includes(step) ? [] : [{ variantId: test.map, quantity: 1 }];
    const same = { remove: pieces(test.lineIds[0], 2), add, idempotencyKey: 'edit-key-1' };
    await test.edit(same);
    await eventually(() => dead);
    await using survivor = await openShop(test.db, test.neighbours, { checkout: { deadlineMs: 300 } });
    await eventually(async () => {
      await survivor.operations.recoverSagas();
      return (await test.db.pool.query(`SELECT FROM saga WHERE status <> 'DONE'`)).rowCount === 0;
    });
    expect(test.neighbours.refunded(test.order.id)).toBe(2 * 1990 - (add.length > 0 ? 500 : 0));
    expect(test.neighbours.sold(test.atlas)).toBe(1);
    expect(test.neighbours.sold(test.map)).toBe(1 + add.length);
  });
});
