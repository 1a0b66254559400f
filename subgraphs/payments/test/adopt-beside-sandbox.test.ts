import { describe, expect, it } from 'vitest';
import type { ProviderPayment } from '../src/ports/payment-provider.ts';
import { adopt, BALANCED, booksOf, giftCard, pay, STAFF_ID, success } from './adopting.ts';
import { openBesideSandbox } from './beside-sandbox.ts';
import { soughtFor } from './payment-provider.contract.ts';
import { auditLedger, authorize, effect } from './setup.ts';

describe('adoptProviderState beside the sandbox', () => {
  it('brings a capture and a refund by hand into our books, and reconciliation has nothing to say any more', async () => {
    await using beside = await openBesideSandbox();
    const { world, byHand } = beside;
    const { orderId, paymentId } = await pay(world);
    await effect(world, 'capturePayment', orderId, { amount: '60.00' });
    const there = `/v1/payments/${(await world.provider.find(soughtFor(paymentId)))?.providerId}`;
    await byHand(`${there}/capture`, { amount: 40_00 });
    await byHand(`${there}/refunds`, { amount: 2_00 });
    await byHand(`${there}/refunds`, { amount: 3_00 });
    expect((await booksOf(world, paymentId)).reconciliation).toEqual({ balanced: false });

    expect(await adopt(world, paymentId)).toMatchObject({
      changed: true,
      ...success(
        { status: 'PARTIALLY_REFUNDED', capturedAmount: { amount: '100.00' }, refundedAmount: { amount: '5.00' } },
        { captured: '40.00', refunded: '5.00' },
      ),
    });

    const books = await booksOf(world, paymentId);
    expect(books.reconciliation).toEqual({ balanced: true });
    const adopted = books.ledgerEntries.nodes.filter((entry: { adoptedBy: string }) => entry.adoptedBy === STAFF_ID);
    expect(adopted.map(Object.values).sort()).toEqual([
      ['CAPTURE', 'ORDERS', STAFF_ID, { amount: '-40.00' }],
      ['CAPTURE', 'PROVIDER', STAFF_ID, { amount: '40.00' }],
      ['REFUND', 'ORDERS', STAFF_ID, { amount: '5.00' }],
      ['REFUND', 'PROVIDER', STAFF_ID, { amount: '-5.00' }],
    ]);
    expect(books.ledgerEntries.nodes).toHaveLength(6);
    expect(books.payment.attempts.slice(-2).map(Object.values)).toEqual([
      ['CAPTURE', 'ADOPTED', { amount: '40.00' }],
      ['REFUND', 'ADOPTED', { amount: '5.00' }],
    ]);
    expect(await auditLedger(world.db)).toEqual(BALANCED);
    // Refunds are computed from what is true: 95.00 is left.
    expect(await effect(world, 'refundPayment', orderId, { amount: '95.01' })).toMatchObject({
      reason: 'EXCEEDS_CAPTURED',
    });
    expect(await effect(world, 'refundPayment', orderId, { key: 'rest' })).toMatchObject({
      payment: { status: 'REFUNDED' },
    });
    expect((await booksOf(world, paymentId)).reconciliation).toEqual({ balanced: true });
  });

  it('releases what was voided by hand, gift cards with it', async () => {
    await using beside = await openBesideSandbox();
    const { world, byHand } = beside;
    const code = await giftCard(world, 30_00);
    const { orderId, paymentId } = await pay(world, { giftCardCodes: [code] });
    await byHand(`/v1/payments/${(await world.provider.find(soughtFor(paymentId)))?.providerId}/void`, {});

    const voided = success({ status: 'VOIDED', authorizedAmount: { amount: '0.00' } }, { released: '100.00' });
    for (const _twice of [1, 2]) expect(await adopt(world, paymentId)).toMatchObject({ changed: true, ...voided });

    const { rows } = await world.db.pool.query('SELECT balance_minor, reserved_minor FROM stored_values');
    expect(rows).toEqual([{ balance_minor: 30_00, reserved_minor: 0 }]);
    const { attempts } = (await booksOf(world, paymentId)).payment;
    expect(Object.values(attempts.at(-1))).toEqual(['VOID', 'ADOPTED', { amount: '100.00' }]);
    expect(await auditLedger(world.db)).toEqual(BALANCED);
    expect(await effect(world, 'capturePayment', orderId)).toMatchObject({ reason: 'NOT_FOUND' });
    // Another card may pay now.
    expect((await authorize(world, { orderId, key: 'key-2' })).__typename).toBe('PaymentAuthorized');
  });

  it('adopts what was taken by hand after we had let a part of it go', async () => {
    await using beside = await openBesideSandbox();
    const { world, byHand } = beside;
    const { orderId, paymentId } = await pay(world);
    await effect(world, 'releasePayment', orderId, { amount: '70.00' });
    const { providerId } = (await world.provider.find(soughtFor(paymentId))) as ProviderPayment;
    await byHand(`/v1/payments/${providerId}/capture`, { amount: 100_00 });
    const taken = { authorizedAmount: { amount: '100.00' }, capturedAmount: { amount: '100.00' } };
    expect(await adopt(world, paymentId)).toMatchObject(
      success({ status: 'CAPTURED', ...taken }, { captured: '100.00' }),
    );
    expect(await auditLedger(world.db)).toEqual(BALANCED);
  });
});
