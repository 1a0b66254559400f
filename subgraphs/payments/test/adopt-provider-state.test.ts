import { Unavailable } from '@cartograph/kernel/errors';
import type { Viewer } from '@cartograph/kernel/viewer';
import { describe, expect, it } from 'vitest';
import { createOrdersSubgraph } from '../src/adapters/orders-subgraph.ts';
import type { PaymentProvider, ProviderPayment } from '../src/ports/payment-provider.ts';
import { adopt, BALANCED, giftCard, pay, STAFF_ID, success } from './adopting.ts';
import { ADA, ada, auditLedger, effect, ORDERS, openConnections, openWorld, voidPayment, type World } from './setup.ts';

const outboxOf = async ({ db }: Pick<World<PaymentProvider>, 'db'>, topic: string) =>
  (await db.pool.query('SELECT payload FROM outbox WHERE topic = $1 ORDER BY position', [topic])).rows.map(
    ({ payload }) => payload,
  );

/** Everything that an adoption writes. */
async function written({ db }: Pick<World<PaymentProvider>, 'db'>) {
  const tables = ['payments', 'effects', 'ledger_entries', 'attempts', 'outbox', 'stored_values'];
  return Promise.all(tables.map(async (table) => (await db.pool.query(`SELECT * FROM ${table} ORDER BY 1`)).rows));
}

/** The provider says something else of this payment than it has. */
function lie(world: World<PaymentProvider>, said: Partial<ProviderPayment> | null): void {
  const { find } = world.provider;
  Object.assign(world.provider, {
    async find(...args: Parameters<typeof find>) {
      const found = await find(...args);
      return said && found && { ...found, ...said };
    },
  });
}

describe('adoptProviderState', () => {
  it('tells orders by whom and how much, and the buyer of what went back', async () => {
    await using world = await openWorld();
    const { orderId, paymentId } = await pay(world, { capture: 'AUTOMATIC' });
    world.provider.refundByHand(paymentId, 5_00);
    await adopt(world, paymentId);
    const adopted = { staffId: STAFF_ID, currency: 'EUR', captured: 0, refunded: 500, released: 0 };
    expect(await outboxOf(world, 'paymentChanged')).toEqual([
      { orderId, paymentId, status: 'PARTIALLY_REFUNDED', adopted },
    ]);
    expect(await outboxOf(world, 'refundIssued')).toMatchObject([
      { orderId, minor: 500, currency: 'EUR', reason: null, staffId: null },
    ]);
    expect(world.woken()).toBeGreaterThan(0);

    const asked: unknown[] = [];
    const ask = async (_document: string, variables?: object) => void asked.push(variables);
    const orders = createOrdersSubgraph({ ask, close: async () => {} } as never);
    const change = { orderId, paymentId, status: 'CAPTURED', eventId: 'Event:1' };
    const five = { minor: 500, currency: 'EUR' };
    await orders.paymentChanged({
      ...change,
      adopted: { staffId: STAFF_ID, captured: null, refunded: five, released: null },
    });
    await orders.paymentChanged({ ...change, adopted: null });
    const amount = { amount: '5.00', currencyCode: 'EUR' };
    expect(asked).toEqual([
      { ...change, adopted: { staffId: STAFF_ID, captured: null, refunded: amount, released: null } },
      { ...change, adopted: null },
    ]);
  });

  it('adopts once, however often and at once it is asked, under one key or many', async () => {
    await using world = await openWorld();
    await openConnections(world.db);
    const { paymentId } = await pay(world, { capture: 'AUTOMATIC' });
    world.provider.refundByHand(paymentId, 5_00);
    const keys = ['a', 'a', 'a', 'b', 'b', 'c'];
    const answers = await Promise.all(keys.map((key) => adopt(world, paymentId, key)));
    const adopted = answers.filter(({ changed }) => changed);
    const payment = { status: 'PARTIALLY_REFUNDED', refundedAmount: { amount: '5.00' } };
    for (const answer of adopted) expect(answer).toMatchObject(success(payment, { refunded: '5.00' }));
    for (const answer of answers) expect(answer.payment).toMatchObject(payment);
    const { rows } = await world.db.pool.query(`SELECT key, amount_minor FROM effects WHERE kind = 'REFUND'`);
    expect(rows).toMatchObject([{ amount_minor: 5_00 }]);
    // Whoever has adopted it hears of it again under this key, and adopts nothing more by it.
    const key = rows[0].key.split(':').at(-1);
    world.provider.refundByHand(paymentId, 1_00);
    expect(await adopt(world, paymentId, key)).toMatchObject({
      changed: true,
      ...success(payment, { refunded: '5.00' }),
    });
    expect(await adopt(world, paymentId, 'd')).toMatchObject({ refunded: { amount: '1.00' } });
    expect(await auditLedger(world.db)).toEqual(BALANCED);
  });

  it('changes nothing when both sides agree, be it that there is nothing on either', async () => {
    await using world = await openWorld();
    const { orderId, paymentId } = await pay(world);
    const before = await written(world);
    expect(await adopt(world, paymentId)).toMatchObject({ changed: false, ...success({ status: 'AUTHORIZED' }) });
    expect(await written(world)).toEqual(before);
    await voidPayment(world, orderId);
    expect(await adopt(world, paymentId)).toMatchObject({ changed: false, payment: { status: 'VOIDED' } });
  });

  it('counts nothing twice that we give back ourselves while the provider is asked', async () => {
    await using world = await openWorld();
    const { orderId, paymentId } = await pay(world, { capture: 'AUTOMATIC' });
    world.provider.refundByHand(paymentId, 30_00);
    world.provider.after = async (call) => {
      if (call !== 'find') return;
      world.provider.after = () => {};
      await effect(world, 'refundPayment', orderId, { amount: '20.00' });
    };
    expect(await adopt(world, paymentId)).toMatchObject(
      success({ refundedAmount: { amount: '50.00' } }, { refunded: '30.00' }),
    );
    expect(world.provider.net(paymentId)).toBe(50_00);
    expect(await auditLedger(world.db)).toEqual(BALANCED);
  });

  it('waits for nothing that is under way, and adopts when its outcome is known', async () => {
    await using world = await openWorld();
    const { orderId, paymentId } = await pay(world, { capture: 'AUTOMATIC' });
    world.provider.after = (call) => {
      if (call === 'refund') throw new Unavailable('payment provider', { timedOut: true });
    };
    await expect(effect(world, 'refundPayment', orderId, { amount: '20.00' })).rejects.toThrow();
    world.provider.refundByHand(paymentId, 5_00);
    const before = await written(world);
    expect(await adopt(world, paymentId)).toMatchObject({ __typename: 'AdoptionRefused', reason: 'UNDER_WAY' });
    expect(world.provider.calls.find).toBe(0);
    expect(await written(world)).toEqual(before);

    world.provider.after = () => {};
    await world.makeDue();
    await world.operations.recoverPayments();
    expect(await adopt(world, paymentId)).toMatchObject(
      success({ refundedAmount: { amount: '25.00' } }, { refunded: '5.00' }),
    );
    const open = await pay(world, { token: 'tok_3ds' });
    expect(await adopt(world, open.paymentId, 'open')).toMatchObject({ reason: 'UNDER_WAY' });
  });

  it('writes nothing when the provider does not answer, or the write fails, and can be repeated', async () => {
    await using world = await openWorld();
    const { paymentId } = await pay(world, { capture: 'AUTOMATIC' });
    world.provider.refundByHand(paymentId, 5_00);
    const before = await written(world);
    world.provider.before = () => {
      throw new Unavailable('payment provider');
    };
    await expect(adopt(world, paymentId)).rejects.toThrow('SERVICE_UNAVAILABLE');
    expect(await written(world)).toEqual(before);
    world.provider.before = () => {};
    await world.db.pool.query(`ALTER TABLE outbox ADD CONSTRAINT broken CHECK (topic <> 'refundIssued')`);
    await expect(adopt(world, paymentId)).rejects.toThrow('INTERNAL_SERVER_ERROR');
    expect(await written(world)).toEqual(before);
    await world.db.pool.query('ALTER TABLE outbox DROP CONSTRAINT broken');
    expect(await adopt(world, paymentId)).toMatchObject({ changed: true, refunded: { amount: '5.00' } });
  });

  it('lets a void that came first take back what was captured by hand', async () => {
    await using world = await openWorld();
    const { orderId, paymentId } = await pay(world);
    const amount = { minor: 100_00, currency: 'EUR' };
    await world.provider.capture({ id: 'by-hand', reference: paymentId, providerId: '', amount });
    await voidPayment(world, orderId);
    expect(world.provider.net(paymentId)).toBe(100_00);
    expect(await adopt(world, paymentId)).toMatchObject({ captured: { amount: '100.00' } });
    await world.makeDue();
    await world.operations.recoverPayments();
    expect(world.provider.net(paymentId)).toBe(0);
    expect(await auditLedger(world.db)).toEqual(BALANCED);
  });

  it.each([
    ['PROVIDER_HAS_LESS', { capturedMinor: 99_99 }],
    ['WRONG_CURRENCY', { currency: 'USD' }],
    ['EXCEEDS_AMOUNT', { capturedMinor: 100_01 }],
    ['UNKNOWN_TO_PROVIDER', null],
  ])('refuses with %s, and changes nothing, when the provider says %o', async (reason, said) => {
    await using world = await openWorld();
    const { paymentId } = await pay(world, { capture: 'AUTOMATIC' });
    world.provider.refundByHand(paymentId, 5_00);
    lie(world, said);
    const before = await written(world);
    expect(await adopt(world, paymentId)).toMatchObject({ __typename: 'AdoptionRefused', reason });
    expect(await written(world)).toEqual(before);
  });

  it('has nothing to ask of a payment that no card pays, and finds none that is not there', async () => {
    await using world = await openWorld();
    const code = await giftCard(world, 100_00);
    const { paymentId } = await pay(world, { giftCardCodes: [code], token: null });
    expect(await adopt(world, paymentId)).toMatchObject({ reason: 'NO_PROVIDER' });
    expect(await adopt(world, 'Payment:01JDEM0ADA0000000000000000')).toMatchObject({ __typename: 'NotFound' });
    expect(await adopt(world, 'not an id')).toMatchObject({ __typename: 'NotFound' });
    expect(await adopt(world, paymentId, 'a key')).toMatchObject({ __typename: 'InvalidInput' });
    const other = await pay(world);
    expect(await adopt(world, other.paymentId)).toMatchObject({ __typename: 'IdempotencyKeyReused' });
  });

  it('is for finance and support staff alone', async () => {
    await using world = await openWorld();
    const { paymentId } = await pay(world, { buyerId: ADA, capture: 'AUTOMATIC' });
    world.provider.refundByHand(paymentId, 5_00);
    const clerk: Viewer = { kind: 'staff', staffId: STAFF_ID, roles: ['FULFILMENT'] };
    for (const viewer of [ada, ORDERS, clerk])
      await expect(adopt(world, paymentId, 'key-1', viewer)).rejects.toThrow('FORBIDDEN');
    const support: Viewer = { kind: 'staff', staffId: STAFF_ID, roles: ['SUPPORT'] };
    expect(await adopt(world, paymentId, 'key-1', support)).toMatchObject({ changed: true });
  });
});
