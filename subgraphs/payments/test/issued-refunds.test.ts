import { Unavailable } from '@cartograph/kernel/errors';
import { describe, expect, it } from 'vitest';
import { createOrdersSubgraph } from '../src/adapters/orders-subgraph.ts';
import { authorize, effect, FINANCE, newOrder, ORDERS, openConnections, openWorld, voidPayment } from './setup.ts';

type World = Awaited<ReturnType<typeof openWorld>>;

const REFUND_PAYMENT = /* GraphQL */ `
  mutation ($orderId: ID!, $amount: MoneyInput!) {
    refundPayment(orderId: $orderId, key: "edit", amount: $amount, reason: "Edited order") { __typename }
  }
`;
const ISSUE_REFUND = 'mutation ($input: IssueRefundInput!) { issueRefund(input: $input) { __typename } }';

async function paid(world: World, capture: 'AUTOMATIC' | 'MANUAL' = 'AUTOMATIC') {
  const orderId = newOrder();
  const { payment } = await authorize(world, { orderId, capture });
  return { orderId, paymentId: payment?.id ?? '' };
}

/** What orders is to be told of money that has gone back, in the order of its going. */
const issued = async ({ db }: World) =>
  (await db.pool.query(`SELECT payload FROM outbox WHERE topic = 'refundIssued' ORDER BY position`)).rows.map(
    ({ payload: { minor, currency, reason } }) => [minor, currency, reason],
  );

const askedBy = async ({ db }: World) =>
  (await db.pool.query(`SELECT payload FROM outbox WHERE topic = 'refundIssued' ORDER BY position`)).rows.map(
    ({ payload: { staffId } }) => staffId,
  );

describe('orders is told of money that went back', () => {
  it('once for each refund that it asked for, however often and at once it did', async () => {
    await using world = await openWorld();
    await openConnections(world.db);
    const { orderId } = await paid(world);
    const keys = ['a', 'a', 'b', 'a', 'b'];
    await Promise.all(keys.map((key) => effect(world, 'refundPayment', orderId, { key, amount: '12.34' })));
    expect(await issued(world)).toEqual([
      [1234, 'EUR', null],
      [1234, 'EUR', null],
    ]);
  });

  it('when staff gave it back, with the reason that they wrote for the buyer', async () => {
    await using world = await openWorld();
    const { orderId, paymentId } = await paid(world);
    const amount = { amount: '20.00', currencyCode: 'EUR' };
    const input = { paymentId, idempotencyKey: 'key-1', amount, reason: 'Late' };
    for (const _twice of [1, 2]) await world.ask(FINANCE)(ISSUE_REFUND, { input });
    await world.ask(ORDERS)(REFUND_PAYMENT, { orderId, amount });
    // What orders gives as a reason is a note of ours.
    expect(await issued(world)).toEqual([
      [2000, 'EUR', 'Late'],
      [2000, 'EUR', null],
    ]);
    expect(await askedBy(world)).toEqual([(FINANCE as { staffId: string }).staffId, null]);
    expect(world.woken()).toBeGreaterThan(0);
  });

  it('when a payment is undone that was taken, and not when it was only reserved', async () => {
    await using world = await openWorld();
    const [taken, reserved] = [await paid(world), await paid(world, 'MANUAL')];
    for (const { orderId } of [taken, reserved, taken]) await voidPayment(world, orderId);
    expect(await issued(world)).toEqual([[10000, 'EUR', null]]);
  });

  it('once the provider has done it, also when its answer was lost; never of one that was refused', async () => {
    await using world = await openWorld();
    const { orderId, paymentId } = await paid(world);
    world.provider.after = () => {
      throw new Unavailable('payment provider');
    };
    const asked = effect(world, 'refundPayment', orderId, { key: 'a', amount: '30.00' });
    await expect(asked).rejects.toThrow('SERVICE_UNAVAILABLE');
    expect(await issued(world)).toEqual([]);
    world.provider.after = () => {};
    await world.makeDue();
    await world.operations.recoverPayments();
    // Somebody has given back the rest at the provider.
    const behindUs = { id: 'another', reference: paymentId, providerId: '', amount: { minor: 7000, currency: 'EUR' } };
    await world.provider.refund(behindUs);
    const refused = await effect(world, 'refundPayment', orderId, { key: 'b', amount: '20.00' });
    expect(refused.__typename).toBe('PaymentEffectRefused');
    expect(await issued(world)).toEqual([[3000, 'EUR', null]]);
  });

  it('in the amounts of its currency', async () => {
    const asked: unknown[] = [];
    const ask = async (_document: string, variables?: object) => void asked.push(variables);
    const orders = createOrdersSubgraph({ ask, close: async () => {} } as never);
    const refund = { orderId: 'Order:1', refundId: 'Refund:1', reason: null, staffId: null };
    await orders.refundIssued({ ...refund, amount: { minor: 1500, currency: 'JPY' } });
    await orders.refundIssued({ ...refund, amount: { minor: 1234, currency: 'KWD' } });
    expect(asked).toEqual([
      { ...refund, amount: { amount: '1500', currencyCode: 'JPY' } },
      { ...refund, amount: { amount: '1.234', currencyCode: 'KWD' } },
    ]);
  });
});
