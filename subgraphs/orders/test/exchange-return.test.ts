import { newId } from '@cartograph/runtime/ids';
import type { SagaPoint } from '@cartograph/runtime/saga-drive';
import { describe, expect, it } from 'vitest';
import { CANCEL, openExchange, RETURN, TIMELINE } from './open-exchange.ts';
import { arrived, returnsOf } from './open-returns.ts';
import { eventually, newCustomer, openShop } from './open-shop.ts';

describe('exchangeReturn', () => {
  it('holds what comes instead while the goods travel back, and sends it when the buyer has paid the difference', async () => {
    await using test = await openExchange();
    const { neighbours, ada, globe, goods, order } = test;
    const { return: exchanged } = await test.exchange();
    expect(exchanged).toMatchObject({ status: 'APPROVED', exchange: { status: 'AWAITING_PAYMENT' } });
    expect(exchanged.exchange.followUpOf.id).toBe(order.id);
    expect(neighbours.available(globe)).toBe(1);
    const orderId = exchanged.exchange.id as string;
    const early = await test.pay(ada, { orderId, payment: { token: 'tok_ok' } });
    expect(early).toMatchObject({
      __typename: 'InvalidInput',
      message: expect.stringContaining('waits for the goods'),
    });

    expect((await test.returns.receive(arrived(goods, 2))).__typename).toBe('ReceiveReturnSuccess');
    expect(await test.read()).toMatchObject({
      status: 'CLOSED',
      refundAmount: { amount: '36.47' },
      creditAmount: { amount: '36.47' },
      exchange: { status: 'AWAITING_PAYMENT', credit: { amount: '36.47' }, amountDue: { amount: '13.53' } },
    });
    expect(neighbours.refunded(order.id)).toBe(0);
    expect((await test.pay(ada, { orderId, payment: { token: 'tok_ok' } })).order.status).toBe('CONFIRMED');
    await test.settled();
    expect(neighbours.accounts.get(orderId)?.amount.minor).toBe(1353);
    expect([neighbours.sold(globe), neighbours.sold(test.atlas)]).toEqual([1, 1]);
    expect(neighbours.plans.has(orderId)).toBe(true);
    expect(neighbours.refunded(order.id)).toBe(0);
  });

  it('says on both timelines what it waits for, what is due and what the goods pay, and promises no money by mail', async () => {
    await using test = await openExchange();
    const { shop, neighbours, ada, goods, order } = test;
    const orderId = (await test.exchange()).return.exchange.id as string;
    await test.returns.receive(arrived(goods, 2));
    await test.pay(ada, { orderId, payment: { token: 'tok_3ds' } });
    const told = async (id: string, type: string) =>
      (await shop.as(ada)(TIMELINE, { id })).data.order.timeline.nodes
        .filter((node: { type: string }) => node.type === type)
        .map(({ message }: { message: string }) => message)
        .reverse();
    expect(await told(orderId, 'PAYMENT_ACTION_REQUIRED')).toEqual([
      'It waits for the goods that it comes in the place of.',
      'The buyer has to pay 13.53 EUR.',
      'The buyer has to confirm the payment.',
    ]);
    expect(await told(order.id, 'RETURN_CLOSED')).toEqual([
      expect.stringMatching(/^Return R-\w+ is done: 36\.47 EUR of what it is worth is for what comes instead\.$/),
    ]);
    await eventually(() => neighbours.mails.has(`${goods.returnId}:return-received`));
    expect(neighbours.mails.get(`${goods.returnId}:return-received`)?.data).toMatchObject({ refund: null });
  });

  it('goes on by itself and gives the rest back when the goods are worth more', async () => {
    await using test = await openExchange({ price: 1000 });
    const { neighbours, order, goods } = test;
    const { return: exchanged } = await test.exchange();
    await test.returns.receive(arrived(goods, 2));
    await eventually(async () => (await test.read()).exchange.status === 'CONFIRMED');
    await test.settled();
    expect(neighbours.refunded(order.id)).toBe(3647 - 1000);
    await eventually(() => neighbours.mails.has(`${goods.returnId}:return-received`));
    expect(neighbours.mails.get(`${goods.returnId}:return-received`)?.data).toMatchObject({
      refund: { amount: '26.47' },
    });
    expect(neighbours.accounts.has(exchanged.exchange.id)).toBe(false);
  });

  it('happens once, however often it is asked at once', async () => {
    await using test = await openExchange();
    const answers = await Promise.all([
      ...[1, 2, 3].map(() => test.exchange({ idempotencyKey: 'exchange-key-1' })),
      ...[1, 2].map(() => test.exchange()),
    ]);
    for (const answer of answers)
      expect(['ExchangeReturnSuccess', 'ReturnNotExchangeable', 'StillWorking']).toContain(answer.__typename);
    expect(test.neighbours.available(test.globe)).toBe(1);
    expect(await test.exchange()).toMatchObject({ why: 'EXCHANGED' });
    expect((await test.exchange({ idempotencyKey: 'exchange-key-1', lines: [] })).__typename).toBe('InvalidInput');
  });

  it('lets go of what is held when the return is cancelled, although neighbours give no answer at first', async () => {
    await using test = await openExchange();
    const { neighbours, ada, globe, goods, db } = test;
    const { return: exchanged } = await test.exchange();
    neighbours.failing.set('stock.release', { at: 'after', times: 2 });
    neighbours.failing.set('payments.void', { at: 'before', times: 1 });
    await test.returns.cancel(ada, goods.returnId);
    await eventually(() => neighbours.available(globe) === 2);
    await eventually(async () => {
      const { rows } = await db.pool.query('SELECT status FROM orders WHERE id = $1', [exchanged.exchange.id]);
      return rows[0]?.status === 'CANCELLED';
    });
  });

  it('gives the credit back when the buyer does not pay the difference in time', async () => {
    let now = new Date();
    await using test = await openExchange({ clock: () => now });
    const { neighbours, order, goods, globe } = test;
    await test.exchange();
    await test.returns.receive(arrived(goods, 2));
    now = new Date(now.getTime() + 10 * 86_400_000);
    await test.shop.operations.expirePayments();
    await test.settled();
    expect(neighbours.refunded(order.id)).toBe(3647);
    expect(neighbours.available(globe)).toBe(2);
    expect(await test.read()).toMatchObject({ exchange: null, creditAmount: { amount: '0.00' } });
  });

  it('gives the money back once when it is given up at the moment that the goods arrive', async () => {
    for (let round = 0; round < 3; round += 1) {
      await using test = await openExchange();
      const { neighbours, order, goods, ada } = test;
      const { return: exchanged } = await test.exchange();
      await Promise.all([
        test.returns.receive(arrived(goods, 2)),
        test.cancel(ada, { orderId: exchanged.exchange.id, reason: 'Rather the money.' }),
      ]);
      await eventually(async () => {
        await test.cancel(ada, { orderId: exchanged.exchange.id, reason: 'Rather the money.' });
        await test.shop.operations.recoverSagas();
        const { rows } = await test.db.pool.query(`SELECT status FROM order_return WHERE id = $1`, [goods.returnId]);
        return rows[0]?.status === 'CLOSED' && neighbours.refunded(order.id) > 0;
      });
      await test.settled();
      expect(neighbours.refunded(order.id)).toBe(3647);
      expect(neighbours.available(test.globe)).toBe(2);
    }
  });

  it('gives the credit back when it is given up after nothing was refunded, and before the goods could pay for it', async () => {
    await using test = await openExchange({ checkout: { deadlineMs: 300 } });
    const { neighbours, order, goods, ada } = test;
    const exchanged = await test.exchanged();
    neighbours.failing.set('stock.restock', { at: 'before', times: Number.POSITIVE_INFINITY });
    await test.returns.receive(arrived(goods, 2));
    await test.cancel(ada, { orderId: exchanged.exchange.id, reason: 'Rather the money.' });
    await eventually(async () => {
      const { rowCount } = await test.db.pool.query(`SELECT FROM saga WHERE status = 'REFUSED'`);
      return rowCount === 1;
    });
    neighbours.failing.clear();
    await test.settled();
    expect(neighbours.refunded(order.id)).toBe(3647);
    expect(await test.read()).toMatchObject({ status: 'CLOSED', exchange: null, creditAmount: { amount: '0.00' } });
  });

  it('gives back once what is given up while the process that received the goods is gone', async () => {
    let dead = false;
    const probe = ({ saga, step }: SagaPoint) => {
      dead ||= saga === 'receiveReturn' && step === 'close';
      if (dead) throw new Error('killed');
    };
    await using test = await openExchange({ leaseMs: 200, probe, checkout: { deadlineMs: 3_000 } });
    const { neighbours, order, goods, ada } = test;
    const { return: exchanged } = await test.exchange();
    await test.returns.receive(arrived(goods, 2));
    await eventually(() => dead);
    await using survivor = await openShop(test.db, neighbours, { checkout: { deadlineMs: 3_000 } });
    const input = { orderId: exchanged.exchange.id, reason: 'Rather the money.', idempotencyKey: newId('Key') };
    await survivor.as(ada)(CANCEL, { input });
    await eventually(() => neighbours.refunded(order.id) === 3647);
    await eventually(async () => {
      await survivor.operations.recoverSagas();
      return (await test.db.pool.query(`SELECT FROM saga WHERE status = 'RUNNING'`)).rowCount === 0;
    });
    expect(neighbours.refunded(order.id)).toBe(3647);
    expect((await survivor.as(ada)(RETURN, { id: goods.returnId })).data.return).toMatchObject({ status: 'CLOSED' });
  });

  it('that was given up is still answered as one that was begun', async () => {
    await using test = await openExchange();
    const { return: exchanged } = await test.exchange({ idempotencyKey: 'exchange-key-1' });
    await test.cancel(test.ada, { orderId: exchanged.exchange.id, reason: 'Rather the money.' });
    await test.settled();
    expect(await test.exchange({ idempotencyKey: 'exchange-key-1' })).toMatchObject({
      __typename: 'ExchangeReturnSuccess',
      replayed: true,
      return: { status: 'APPROVED', exchange: null },
    });
  });

  it('sends money back to where it came from when what came instead is cancelled', async () => {
    await using test = await openExchange();
    const { neighbours, ada, order, goods, globe } = test;
    const { return: exchanged } = await test.exchange();
    await test.returns.receive(arrived(goods, 2));
    const orderId = exchanged.exchange.id as string;
    await test.pay(ada, { orderId, payment: { token: 'tok_ok' } });
    await test.settled();
    expect((await test.cancel(ada, { orderId })).__typename).toBe('CancelOrderSuccess');
    expect(neighbours.accounts.get(orderId)?.status).toBe('voided');
    expect(neighbours.refunded(order.id)).toBe(3647);
    expect(neighbours.sold(globe)).toBe(0);
  });

  it('is for staff with that duty', async () => {
    await using test = await openExchange();
    expect(await test.exchange({}, test.ada)).toBe('FORBIDDEN');
    expect(await test.exchange({}, newCustomer())).toBe('FORBIDDEN');
    expect(await test.exchange({}, { kind: 'anonymous' })).toBe('UNAUTHENTICATED');
    expect((await test.exchange({ returnId: newId('Return') })).__typename).toBe('NotFound');
  });

  it('holds what comes instead for as long as the goods travel', async () => {
    await using test = await openExchange();
    await test.exchange();
    const before = test.neighbours.count('stock.hold');
    await test.shop.operations.renewHolds();
    expect(test.neighbours.count('stock.hold')).toBe(before + 1);
  });
});

describe('a process that ends in the middle of an exchange', () => {
  it.each([
    ['hold', 'after run'],
    ['refund', 'after run'],
    ['exchange', 'before run'],
    ['exchange', 'after run'],
    ['confirm', 'after run'],
    ['fulfil', 'after run'],
  ])('at %s, %s: another finishes it', async (step, at) => {
    let armed = false;
    let dead = false;
    const probe = (point: SagaPoint) => {
      dead ||= armed && point.step === step && point.at === at;
      if (dead) throw new Error('killed');
    };
    await using test = await openExchange({ leaseMs: 200, probe, price: 1000, checkout: { deadlineMs: 3_000 } });
    await test.settled();
    armed = true;
    await test.exchange({ idempotencyKey: 'exchange-key-1' });
    await using survivor = await openShop(test.db, test.neighbours, { checkout: { deadlineMs: 300 } });
    if (dead)
      await eventually(async () => {
        await survivor.operations.recoverSagas();
        return (await test.db.pool.query(`SELECT FROM saga WHERE status IN ('RUNNING', 'UNDOING')`)).rowCount === 0;
      });
    const same = { ...arrived(test.goods, 2), idempotencyKey: 'receive-key-1' };
    await (dead ? returnsOf(survivor) : test.returns).receive(same);
    await eventually(() => dead);
    await eventually(async () => {
      await survivor.operations.recoverSagas();
      return (await test.db.pool.query(`SELECT FROM saga WHERE status <> 'DONE'`)).rowCount === 0;
    });
    expect(test.neighbours.refunded(test.order.id)).toBe(3647 - 1000);
    expect([test.neighbours.sold(test.globe), test.neighbours.sold(test.atlas)]).toEqual([1, 1]);
  });
});
