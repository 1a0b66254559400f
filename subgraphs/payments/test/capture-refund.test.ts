import { Unavailable } from '@cartograph/kernel/errors';
import { describe, expect, it } from 'vitest';
import {
  ADA,
  ada,
  auditLedger,
  authorize,
  effect,
  eventually,
  FINANCE,
  newOrder,
  openConnections,
  openWorld,
} from './setup.ts';

const SUCCESS = { __typename: 'PaymentEffectSuccess' };
const REFUSED = { __typename: 'PaymentEffectRefused' };
const BALANCED = { unbalanced: 0, drift: 0 };

describe('capturePayment', () => {
  it('takes what is reserved, once per key', async () => {
    await using world = await openWorld();
    const orderId = newOrder();
    const { payment } = await authorize(world, { orderId });
    const captured = { ...SUCCESS, payment: { status: 'CAPTURED', capturedAmount: { amount: '100.00' } } };
    expect(await effect(world, 'capturePayment', orderId)).toMatchObject(captured);
    expect(await effect(world, 'capturePayment', orderId)).toMatchObject(captured);
    // Another key asks for what is already the case.
    expect(await effect(world, 'capturePayment', orderId, { key: 'key-2' })).toMatchObject(captured);
    expect(world.provider.calls.capture).toBe(1);
    expect(world.provider.net(payment?.id ?? '')).toBe(100_00);
    expect(await auditLedger(world.db)).toEqual(BALANCED);
  });

  it('takes a part for each parcel, and never more than was reserved', async () => {
    await using world = await openWorld();
    const orderId = newOrder();
    await authorize(world, { orderId });
    const part = (key: string, amount: string) => effect(world, 'capturePayment', orderId, { key, amount });
    expect(await part('a', '60.00')).toMatchObject({ payment: { status: 'PARTIALLY_CAPTURED' } });
    expect(await part('b', '60.00')).toMatchObject({ ...REFUSED, reason: 'EXCEEDS_AUTHORIZED' });
    expect(await part('c', '40.00')).toMatchObject({ payment: { status: 'CAPTURED' } });
    await expect(part('a', '1.00')).rejects.toThrow('BAD_USER_INPUT');
  });

  it('takes what leaves later although what left before has come back, and was paid back', async () => {
    await using world = await openWorld();
    const orderId = newOrder();
    const { payment } = await authorize(world, { orderId });
    const of = (name: 'capturePayment' | 'refundPayment', amount: string) =>
      effect(world, name, orderId, { key: amount, amount });
    await of('capturePayment', '30.00');
    expect(await of('refundPayment', '30.00')).toMatchObject({ payment: { status: 'REFUNDED' } });
    expect(await of('capturePayment', '70.00')).toMatchObject({
      payment: { status: 'PARTIALLY_REFUNDED', capturedAmount: { amount: '100.00' } },
    });
    expect(world.provider.net(payment?.id ?? '')).toBe(70_00);
    expect(await auditLedger(world.db)).toEqual(BALANCED);
  });

  it('never takes more than was reserved when twenty captures meet', async () => {
    await using world = await openWorld();
    await openConnections(world.db);
    const orderId = newOrder();
    const { payment } = await authorize(world, { orderId });
    const keys = Array.from({ length: 20 }, (_, index) => `part-${index % 10}`);
    await Promise.all(keys.map((key) => effect(world, 'capturePayment', orderId, { key, amount: '30.00' })));
    expect(world.provider.net(payment?.id ?? '')).toBe(90_00);
    const { rows } = await world.db.pool.query('SELECT captured_minor, capturing_minor FROM payments');
    expect(rows).toEqual([{ captured_minor: 90_00, capturing_minor: 0 }]);
    expect(await auditLedger(world.db)).toEqual(BALANCED);
  });

  it('has one answer for requests of one key that meet, though the first takes all there is', async () => {
    await using world = await openWorld();
    await openConnections(world.db);
    const orderId = newOrder();
    await authorize(world, { orderId });
    for (const name of ['capturePayment', 'refundPayment'] as const) {
      // All of them have begun, and see no effect of this key, before the first may write one.
      const blocker = await world.db.pool.connect();
      await blocker.query('BEGIN; SELECT FROM payments FOR UPDATE');
      const asked = [1, 2, 3].map(() => effect(world, name, orderId, { key: 'all', amount: '100.00' }));
      await eventually(async () => {
        const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
        return (await world.db.pool.query(waiting)).rowCount === 3;
      });
      await blocker.query('COMMIT');
      blocker.release();
      for (const answer of await Promise.all(asked)) expect(answer).toMatchObject(SUCCESS);
    }
    expect(await auditLedger(world.db)).toEqual(BALANCED);
  });

  it('has nothing to take where nothing is reserved', async () => {
    await using world = await openWorld();
    const orderId = newOrder();
    expect(await effect(world, 'capturePayment', orderId)).toMatchObject({ ...REFUSED, reason: 'NOT_FOUND' });
    await authorize(world, { orderId, token: 'tok_3ds' });
    expect(await effect(world, 'capturePayment', orderId)).toMatchObject({ ...REFUSED, reason: 'NOT_AUTHORIZED' });
  });

  it('is finished by the recovery job when the answer was lost, without taking it twice', async () => {
    await using world = await openWorld();
    const orderId = newOrder();
    const { payment } = await authorize(world, { orderId });
    world.provider.after = () => {
      throw new Unavailable('payment provider');
    };
    await expect(effect(world, 'capturePayment', orderId)).rejects.toThrow('SERVICE_UNAVAILABLE');
    world.provider.after = () => {};
    await world.makeDue();
    await world.operations.recoverPayments();
    expect(world.provider.net(payment?.id ?? '')).toBe(100_00);
    expect(await effect(world, 'capturePayment', orderId)).toMatchObject({ payment: { status: 'CAPTURED' } });
    expect(await auditLedger(world.db)).toEqual(BALANCED);
  });
});

describe('refundPayment', () => {
  it('gives back in parts, up to what was taken', async () => {
    await using world = await openWorld();
    const orderId = newOrder();
    const { payment } = await authorize(world, { orderId, capture: 'AUTOMATIC' });
    const refund = (key: string, amount?: string) =>
      effect(world, 'refundPayment', orderId, { key, ...(amount && { amount }) });
    expect(await refund('a', '30.00')).toMatchObject({ payment: { status: 'PARTIALLY_REFUNDED' } });
    expect(await refund('a', '30.00')).toMatchObject({ payment: { refundedAmount: { amount: '30.00' } } });
    expect(await refund('b', '80.00')).toMatchObject({ ...REFUSED, reason: 'EXCEEDS_CAPTURED' });
    expect(await refund('c')).toMatchObject({ payment: { status: 'REFUNDED', refundedAmount: { amount: '100.00' } } });
    expect(await refund('d')).toMatchObject({ ...REFUSED, reason: 'EXCEEDS_CAPTURED' });
    expect(world.provider.net(payment?.id ?? '')).toBe(0);
    expect(await auditLedger(world.db)).toEqual(BALANCED);
  });

  it('never gives back more than was taken when thirty refunds meet', async () => {
    await using world = await openWorld();
    await openConnections(world.db);
    const orderId = newOrder();
    const { payment } = await authorize(world, { orderId, capture: 'AUTOMATIC' });
    const keys = Array.from({ length: 30 }, (_, index) => `refund-${index % 15}`);
    await Promise.all(keys.map((key) => effect(world, 'refundPayment', orderId, { key, amount: '9.00' })));
    expect(world.provider.net(payment?.id ?? '')).toBe(1_00);
    expect(await auditLedger(world.db)).toEqual(BALANCED);
  });

  it('cannot give back what was never taken', async () => {
    await using world = await openWorld();
    const orderId = newOrder();
    await authorize(world, { orderId });
    expect(await effect(world, 'refundPayment', orderId)).toMatchObject({ ...REFUSED, reason: 'NOT_CAPTURED' });
  });
});

const ISSUE_REFUND = /* GraphQL */ `
  mutation ($input: IssueRefundInput!) {
    issueRefund(input: $input) {
      __typename
      ... on IssueRefundSuccess {
        refund { id status amount { amount } reason settledAt payment { id } }
        payment { status refunds { id } refundableAmount { amount } }
      }
      ... on RefundRefused { reason refundable { amount currencyCode } }
      ... on UserError { message }
    }
  }
`;

describe('issueRefund', () => {
  it('lets finance staff refund, once per key, and tells orders', async () => {
    await using world = await openWorld();
    const { payment } = await authorize(world, { capture: 'AUTOMATIC' });
    const input = {
      paymentId: payment?.id,
      reason: 'Late',
      idempotencyKey: 'k',
      amount: { amount: '20.00', currencyCode: 'EUR' },
    };
    const first = await world.ask(FINANCE)(ISSUE_REFUND, { input });
    expect(first.data.issueRefund).toMatchObject({
      __typename: 'IssueRefundSuccess',
      refund: { status: 'SUCCEEDED', amount: { amount: '20.00' }, reason: 'Late', payment: { id: payment?.id } },
      payment: { status: 'PARTIALLY_REFUNDED', refundableAmount: { amount: '80.00' } },
    });
    const again = await world.ask(FINANCE)(ISSUE_REFUND, { input });
    expect(again.data.issueRefund.refund.id).toBe(first.data.issueRefund.refund.id);
    const tooMuch = { ...input, idempotencyKey: 'k2', amount: { amount: '90.00', currencyCode: 'EUR' } };
    expect((await world.ask(FINANCE)(ISSUE_REFUND, { input: tooMuch })).data.issueRefund).toMatchObject({
      reason: 'EXCEEDS_CAPTURED',
      refundable: { amount: '80.00', currencyCode: 'EUR' },
    });
    const { rows } = await world.db.pool.query("SELECT payload FROM outbox WHERE topic = 'paymentChanged'");
    expect(rows).toMatchObject([{ payload: { paymentId: payment?.id, status: 'PARTIALLY_REFUNDED' } }]);
  });

  it('takes no reason that cannot be stored, and a blank one for none', async () => {
    await using world = await openWorld();
    const { payment } = await authorize(world, { capture: 'AUTOMATIC' });
    const input = { paymentId: payment?.id, amount: { amount: '20.00', currencyCode: 'EUR' } };
    const ask = async (reason: string) =>
      (await world.ask(FINANCE)(ISSUE_REFUND, { input: { ...input, idempotencyKey: 'k', reason } })).data.issueRefund;
    for (const reason of ['a\u0000b', 'a\ud800b'])
      expect(await ask(reason)).toMatchObject({
        __typename: 'InvalidInput',
        message: 'A reason has no control characters.',
      });
    expect(await ask(' ')).toMatchObject({ __typename: 'IssueRefundSuccess', refund: { reason: null } });
  });

  it('is closed to the buyer', async () => {
    await using world = await openWorld();
    const { payment } = await authorize(world, { buyerId: ADA, capture: 'AUTOMATIC' });
    const input = { paymentId: payment?.id, idempotencyKey: 'k' };
    const { errors } = await world.ask(ada)(ISSUE_REFUND, { input });
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect(world.provider.net(payment?.id ?? '')).toBe(100_00);
  });
});
