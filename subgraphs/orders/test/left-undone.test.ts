import { newId } from '@cartograph/runtime/ids';
import { describe, expect, it } from 'vitest';
import type { FakeShop } from './fake-shop.ts';
import { openEdits, pieces } from './open-edits.ts';
import { arrived, openReturns } from './open-returns.ts';
import { checkInvariants, eventually, orderOf, place, placed, staff } from './open-shop.ts';
import { forever, giveUp, listStuck, type Shop } from './stuck.ts';

const TIMELINE = 'query ($id: ID!) { order(id: $id) { status timeline(first: 100) { nodes { type message } } } }';
const CANCEL = 'mutation ($input: CancelOrderInput!) { result: cancelOrder(input: $input) { __typename } }';

const told = async (shop: Shop, id: string) => {
  const { data } = await shop.as(staff)(TIMELINE, { id });
  const nodes = data.order.timeline.nodes as { type: string; message: string }[];
  return {
    status: data.order.status as string,
    types: nodes.map(({ type }) => type),
    of: (type: string) => nodes.filter((node) => node.type === type).map(({ message }) => message),
  };
};

/** Gives up what is stuck at that step, once it is; others who do so at the same moment come too late. */
async function giveUpAt(shop: Shop, step: string): Promise<void> {
  await eventually(async () => (await listStuck(shop)).some((stuck) => stuck.step === step));
  const stuck = (await listStuck(shop)).find((one) => one.step === step);
  expect(stuck.canGiveUp).toBe(true);
  await eventually(async () => {
    const answers = await Promise.all([giveUp(shop, stuck.id), giveUp(shop, stuck.id)]);
    expect(answers).not.toContain('StepNotUndoable');
    return answers.includes('GiveUpStepSuccess');
  });
}

const cancel = async (shop: Shop, orderId: string) =>
  (await shop.as(staff)(CANCEL, { input: { orderId, idempotencyKey: newId('Key') } })).data.result.__typename as string;

const EXCHANGE = /* GraphQL */ `
  mutation ($input: ExchangeReturnInput!) {
    result: exchangeReturn(input: $input) { __typename ... on ExchangeReturnSuccess { return { exchange { id } } } }
  }
`;

/** Gives the order of what comes instead. */
async function exchangeFor(shop: Shop, returnId: string, variantId: string): Promise<string> {
  const input = { returnId, lines: [{ variantId, quantity: 1 }], idempotencyKey: newId('Key') };
  let answer: any;
  await eventually(async () => {
    answer = (await shop.as(staff)(EXCHANGE, { input })).data.result;
    return answer.__typename !== 'StillWorking';
  });
  return answer.return.exchange.id;
}

/** The payment has nothing left to give back, and says so. */
function empty({ accounts }: FakeShop, orderId: string): void {
  const account = accounts.get(orderId);
  account?.refunds.set('by hand', account.amount);
}

/** What the buyer is told to have got back when their order was cancelled. */
async function refundInMail({ mails }: FakeShop, orderId: string): Promise<unknown> {
  const key = `${orderId}:order-cancelled`;
  await eventually(() => mails.has(key));
  const data = mails.get(key)?.data as { readonly refund?: unknown } | undefined;
  return data?.refund;
}

describe('a refund that is refused', () => {
  it('of what another order has paid does not hold a cancellation up, and the timeline says what is owed', async () => {
    await using test = await openEdits();
    const { neighbours, shop, order, globe } = test;
    await eventually(() => neighbours.accounts.get(order.id)?.status === 'captured');
    const change = { remove: pieces(test.lineIds[0], 1), add: [{ variantId: globe, quantity: 1 }] };
    const { edit } = await test.edit(change);
    const paid = await test.pay(test.ada, { orderId: edit.followUp.id, payment: { token: 'tok_ok' } });
    expect(paid.order.status).toBe('CONFIRMED');
    await test.settled();
    empty(neighbours, order.id);

    expect(await cancel(shop, edit.followUp.id)).toBe('CancelOrderSuccess');

    const { status, of, types } = await told(shop, edit.followUp.id);
    expect(status).toBe('CANCELLED');
    expect(of('REFUND_REFUSED')).toEqual(['19.90 EUR was not given back: This is more than was taken.']);
    expect(types).toContain('PAYMENT_VOIDED');
    expect(neighbours.sold(globe)).toBe(0);
    expect(await refundInMail(neighbours, edit.followUp.id)).toEqual({ amount: '5.10', currencyCode: 'EUR' });
    expect(await listStuck(shop)).toEqual([]);
  });

  it('in part, of a return that two payments have paid, does not keep it open, and its mail tells what came back', async () => {
    await using test = await openEdits();
    const { neighbours, shop, order, globe, ada } = test;
    await eventually(() => neighbours.accounts.get(order.id)?.status === 'captured');
    const change = { remove: pieces(test.lineIds[0], 1), add: [{ variantId: globe, quantity: 1 }] };
    const followUpId = (await test.edit(change)).edit.followUp.id as string;
    await test.pay(ada, { orderId: followUpId, payment: { token: 'tok_ok' } });
    await test.settled();
    const goods = await test.sentBack(followUpId);
    empty(neighbours, order.id);

    expect((await test.returns.receive(arrived(goods, 1))).__typename).toBe('ReceiveReturnSuccess');

    const { of } = await told(shop, followUpId);
    expect(of('PAYMENT_REFUNDED')).toEqual(['5.10 EUR was given back.']);
    expect(of('REFUND_REFUSED')).toEqual(['19.90 EUR was not given back: This is more than was taken.']);
    await eventually(() => neighbours.mails.has(`${goods.returnId}:return-received`));
    expect(neighbours.mails.get(`${goods.returnId}:return-received`)?.data).toMatchObject({
      refund: { amount: '5.10' },
    });
    expect(neighbours.sold(globe)).toBe(0);
  });

  it('of an exchange that is given up does not keep what was to come instead', async () => {
    await using test = await openReturns();
    const { neighbours, shop, order, ada } = test;
    const globe = neighbours.addVariant(2, 5000);
    const goods = await test.approved(2);
    const instead = await exchangeFor(shop, goods.returnId, globe);
    await test.returns.receive(arrived(goods, 2));
    empty(neighbours, order.id);

    const asked = { orderId: instead, idempotencyKey: newId('Key') };
    await eventually(
      async () => (await shop.as(ada)(CANCEL, { input: asked })).data.result.__typename === 'CancelOrderSuccess',
    );

    expect((await told(shop, instead)).status).toBe('CANCELLED');
    const { of } = await told(shop, order.id);
    expect(of('EXCHANGE_GIVEN_UP')).toEqual([expect.not.stringContaining('given back')]);
    expect(of('REFUND_REFUSED')).toEqual(['36.47 EUR was not given back: This is more than was taken.']);
    expect(neighbours.available(globe)).toBe(2);
    await eventually(async () => (await listStuck(shop)).length === 0);
  });
});

describe('a step that staff leave undone', () => {
  it('in a cancellation, money or goods, is told to them, and the rest is done', async () => {
    await using test = await openReturns({ shipment: null, checkout: { deadlineMs: 200 } });
    const { neighbours, shop, order, atlas, ada } = test;
    neighbours.failing.set('payments.void', forever).set('stock.restock', forever);
    const asked = { orderId: order.id, idempotencyKey: newId('Key') };
    const ask = async () => (await shop.as(ada)(CANCEL, { input: asked })).data.result.__typename;
    expect(await ask()).toBe('StillWorking');
    await giveUpAt(shop, 'return-money');
    await giveUpAt(shop, 'restock');

    await eventually(async () => (await ask()) === 'CancelOrderSuccess');
    const { status, types, of } = await told(shop, order.id);
    expect(status).toBe('CANCELLED');
    expect(of('STEP_GIVEN_UP')).toHaveLength(2);
    expect(of('LEFT_UNDONE')).toEqual([
      expect.stringContaining('3 in all were to go back on sale.'),
      expect.stringContaining('What is left of the payment with the shop was to be given back.'),
    ]);
    expect(types).not.toContain('PAYMENT_VOIDED');
    expect(types).not.toContain('STOCK_RETURNED');
    expect(neighbours.accounts.get(order.id)?.status).toBe('captured');
    expect(neighbours.sold(atlas)).toBe(3);
    expect(await refundInMail(neighbours, order.id)).toBeNull();
  });

  it('in a return is told to them, and the buyer is not told that they have got the money', async () => {
    await using test = await openReturns({ checkout: { deadlineMs: 200 } });
    const { neighbours, shop, order, atlas } = test;
    const goods = await test.approved(1);
    neighbours.failing.set('payments.refund', forever);
    expect((await test.returns.receive(arrived(goods, 1))).__typename).toBe('StillWorking');
    await giveUpAt(shop, 'refund');

    await eventually(() => neighbours.mails.has(`${goods.returnId}:return-received`));
    expect(neighbours.mails.get(`${goods.returnId}:return-received`)?.data).toMatchObject({ refund: null });
    const { types, of } = await told(shop, order.id);
    expect(of('LEFT_UNDONE')).toEqual([expect.stringContaining('18.23 EUR was to be given back')]);
    expect(types).toContain('RETURN_CLOSED');
    expect(types).not.toContain('PAYMENT_REFUNDED');
    expect([neighbours.refunded(order.id), neighbours.sold(atlas)]).toEqual([0, 2]);
  });

  it('in an edit leaves its money, not its goods, to be settled by hand', async () => {
    await using test = await openEdits({ checkout: { deadlineMs: 200 } });
    const { neighbours, shop, order, atlas } = test;
    await eventually(() => neighbours.accounts.get(order.id)?.status === 'captured');
    neighbours.failing.set('payments.refund', forever);
    expect((await test.edit({ remove: pieces(test.lineIds[0], 1) })).__typename).toBe('StillWorking');
    await giveUpAt(shop, 'settle');

    await eventually(async () => (await test.edits()).edits[0]?.status === 'APPLIED');
    const { of } = await told(shop, order.id);
    expect(of('LEFT_UNDONE')).toEqual([expect.stringContaining('for 19.90 EUR')]);
    expect([neighbours.refunded(order.id), neighbours.sold(atlas)]).toEqual([0, 2]);
  });

  it('leaves an order whose shipment cannot be planned to be cancelled', async () => {
    await using test = await openEdits({ checkout: { deadlineMs: 200 } });
    const { neighbours, shop, ada, map, db } = test;
    await test.settled();
    neighbours.failing.set('fulfilment.plan', forever);
    const { order } = await placed(shop, ada, orderOf(map));
    await giveUpAt(shop, 'fulfil');
    await test.settled();
    expect((await told(shop, order.id)).of('LEFT_UNDONE')).toEqual([
      expect.stringContaining('Its shipment was to be planned.'),
    ]);

    await eventually(async () => (await cancel(shop, order.id)) === 'CancelOrderSuccess');
    expect(neighbours.accounts.get(order.id)?.status).toBe('voided');
    expect(neighbours.sold(map)).toBe(1);
    neighbours.failing.clear();
    await checkInvariants(db, neighbours);
  });

  it('while an order is undone leaves it refused all the same', async () => {
    await using test = await openEdits({ checkout: { deadlineMs: 200 } });
    const { neighbours, shop, ada, map } = test;
    await test.settled();
    neighbours.failing.set('payments.authorize', forever).set('payments.void', forever);
    const input = orderOf(map);
    expect((await place(shop, ada, input)).__typename).toBe('StillWorking');
    await giveUpAt(shop, 'authorize');
    await eventually(async () => (await listStuck(shop)).some(({ undoing }) => undoing));
    await giveUpAt(shop, 'authorize');

    await eventually(async () => (await place(shop, ada, input)).__typename === 'CheckoutFailed');
    const { data } = await shop.as(staff)('{ orders(filter: { status: [REFUSED] }) { nodes { id } } }');
    expect((await told(shop, data.orders.nodes[0].id)).of('STEP_GIVEN_UP')).toEqual([
      'Letting go of the payment was given up: The buyer called.',
      'Authorising the payment was given up: The buyer called.',
    ]);
    expect(neighbours.available(map)).toBe(8);
    expect(await listStuck(shop)).toEqual([]);
  });
});

describe('a return that is received before its payment was taken', () => {
  it('waits until it is, and is refunded then, once', async () => {
    await using test = await openReturns({ checkout: { deadlineMs: 200 }, capturesLate: true });
    const { neighbours, shop, order, db } = test;
    const goods = await test.approved(1);
    const receipt = { ...arrived(goods, 1), idempotencyKey: 'receipt-key-1' };
    expect((await test.returns.receive(receipt)).__typename).toBe('StillWorking');
    await eventually(async () => (await listStuck(shop)).some(({ step }) => step === 'refund'));

    neighbours.failing.clear();
    await eventually(async () => (await test.returns.receive(receipt)).__typename === 'ReceiveReturnSuccess');
    expect(neighbours.captured(order.id)).toBe(5960);
    expect(neighbours.refunded(order.id)).toBe(1823);
    await eventually(async () => (await listStuck(shop)).length === 0);
    await checkInvariants(db, neighbours);
  });

  it('is refused when staff give up that it will be taken', async () => {
    await using test = await openReturns({ checkout: { deadlineMs: 200 }, capturesLate: true });
    const { neighbours, shop, order } = test;
    const goods = await test.approved(1);
    const receipt = { ...arrived(goods, 1), idempotencyKey: 'receipt-key-1' };
    expect((await test.returns.receive(receipt)).__typename).toBe('StillWorking');
    await giveUpAt(shop, 'capture-payment');

    await eventually(async () => (await test.returns.receive(receipt)).__typename === 'ReturnNotRefunded');
    expect((await told(shop, order.id)).of('STEP_GIVEN_UP')).toHaveLength(1);
    expect(neighbours.captured(order.id)).toBe(0);
  });

  it('waits with what its goods pay of something else, too, when that is given up', async () => {
    await using test = await openReturns({ checkout: { deadlineMs: 200 }, capturesLate: true });
    const { neighbours, shop, order, ada } = test;
    const globe = neighbours.addVariant(2, 5000);
    const goods = await test.approved(2);
    const instead = await exchangeFor(shop, goods.returnId, globe);
    const receipt = { ...arrived(goods, 2), idempotencyKey: 'receipt-key-1' };
    await eventually(async () => (await test.returns.receive(receipt)).__typename === 'ReceiveReturnSuccess');
    const asked = { orderId: instead, idempotencyKey: newId('Key') };
    const ask = async () => (await shop.as(ada)(CANCEL, { input: asked })).data.result.__typename;
    expect(await ask()).toBe('StillWorking');
    await eventually(async () => (await listStuck(shop)).some(({ step }) => step === 'begin'));

    neighbours.failing.clear();
    await eventually(async () => (await ask()) === 'CancelOrderSuccess');
    await eventually(async () => (await listStuck(shop)).length === 0);
    expect(neighbours.refunded(order.id)).toBe(3647);
    expect((await told(shop, order.id)).types).not.toContain('REFUND_REFUSED');
  });
});
